package dev.capdrop.linux.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.change.ConfigStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Another program rewrites the same file four hundred times while we edit it.
final class TwoWritersTest {
    private static final int ROUNDS = 400;
    private static final String OURS = "lxc.cap.drop: sys_rawio\n";
    private static final Pattern COUNTER = Pattern.compile("(?m)^memory: (\\d+)$");

    /// Reads, adds one, and writes: aside and renames, as Proxmox VE's programs do, or in place; a
    /// lock file named `-` is not taken. Every tenth time it waits for a change of ours, which
    /// takes longer than any fixed pause on a slow disk.
    private static final String OTHER =
            """
            use Fcntl ':flock';
            my ($conf, $lock, $rounds, $pause, $how) = @ARGV;
            for my $n (1 .. $rounds) {
                my $held;
                if ($lock ne '-') {
                    open $held, '>>', $lock or die "$lock: $!";
                    flock $held, LOCK_EX or die "flock: $!";
                }
                open my $in, '<:raw', $conf or die "$conf: $!";
                my $text = do { local $/; <$in> };
                close $in;
                $text =~ s/^memory: (\\d+)$/'memory: ' . ($1 + 1)/me or die 'no counter';
                my $written = $how eq 'rename' ? "$conf.tmp.$$" : $conf;
                open my $out, '>:raw', $written or die "$written: $!";
                print {$out} $text;
                close $out;
                select undef, undef, undef, $pause if $pause;
                if ($how eq 'rename') {
                    rename $written, $conf or die "rename: $!";
                }
                close $held if $held;
                select undef, undef, undef, $pause if $pause;
                next if $n % 10;
                for (1 .. 10_000) {
                    open my $now, '<:raw', $conf or die "$conf: $!";
                    last if do { local $/; <$now> } ne $text;
                    select undef, undef, undef, 0.001;
                }
            }
            """;

    /// Puts a file of its own there, again and again, and dies where it does not stay. Ours may
    /// stand in its place only where it was not there. On a slow disk making ours takes longer than
    /// any fixed pause: every tenth time it waits until ours was made and removed, and twice it
    /// leaves its own for half a second.
    private static final String OWNER =
            """
            my ($conf, $rounds) = @ARGV;
            for my $n (1 .. $rounds) {
                open my $out, '>:raw', "$conf.tmp.$$" or die "$conf: $!";
                print {$out} "theirs: $n\n";
                close $out;
                rename "$conf.tmp.$$", $conf or die "rename: $!";
                my $seen = 0;
                for (1 .. 2000) {
                    if (open my $in, '<:raw', $conf) {
                        $seen = <$in> eq "theirs: $n\n";
                        last if $seen && $_ > ($n % 100 == 50 ? 500 : 3);
                    }
                    select undef, undef, undef, 0.001;
                }
                die "round $n is lost" unless $seen;
                unlink $conf or die "unlink: $!";
                select undef, undef, undef, 0.002;
                next if $n % 10;
                my $came = 0;
                for (1 .. 10_000) {
                    my $there = -e $conf;
                    last if $came && !$there;
                    $came ||= $there;
                    select undef, undef, undef, 0.001;
                }
            }
            """;

    @TempDir private Path temp;

    /// How the other writes.
    enum Way {
        RENAME,
        IN_PLACE;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private Path config = Path.of("");
    private Path lock = Path.of("");
    private FileConfigStore store = new FileConfigStore();

    @BeforeEach
    void aNode() throws IOException {
        Path pve = temp.resolve("pve");
        Files.createDirectories(pve.resolve("nodes/pve1/lxc"));
        Files.createSymbolicLink(pve.resolve("local"), Path.of("nodes/pve1"));
        Files.createSymbolicLink(pve.resolve("lxc"), Path.of("local/lxc"));
        config = pve.resolve("lxc/101.conf");
        Files.writeString(config, "arch: amd64\nmemory: 0\nostype: debian\n");
        Path locks = Files.createDirectory(temp.resolve("locks"));
        lock = locks.resolve("pve-config-101.lock");
        ProxmoxLock ours = new ProxmoxLock(locks, Duration.ofSeconds(10));
        store = new FileConfigStore(new ProxmoxRules(pve, ours));
    }

    /// What became of our edits.
    private static final class Tally {
        int written;
        int refused;
        int lost;
    }

    private Tally editDuring(Process other) throws IOException {
        Tally tally = new Tally();
        boolean mine = false;
        while (other.isAlive()) {
            String text = store.read(config.toString());
            if (text.isEmpty()) {
                // truncated, and not written yet
                continue;
            }
            if (text.contains(OURS) != mine) {
                tally.lost++;
                mine = !mine;
            }
            String next = mine ? text.replace(OURS, "") : text + OURS;
            try {
                store.replace(config.toString(), text, next);
                tally.written++;
                mine = !mine;
            } catch (ConfigStore.ChangedException _) {
                // What was read is stale: the next round reads again.
                tally.refused++;
            }
        }
        assertThat(other.exitValue()).isZero();
        if (Files.readString(config).contains(OURS) != mine) {
            tally.lost++;
        }
        return tally;
    }

    private Process other(String lockFile, String pause, Way way) throws IOException {
        return new ProcessBuilder(
                        "/usr/bin/perl",
                        "-e",
                        OTHER,
                        config.toString(),
                        lockFile,
                        Integer.toString(ROUNDS),
                        pause,
                        way.word())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private int counter() throws IOException {
        Matcher matcher = COUNTER.matcher(Files.readString(config));
        assertThat(matcher.find()).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    @Test
    void underTheLockNobodyLosesAnything() throws IOException {
        Tally tally = editDuring(other(lock.toString(), "0.001", Way.RENAME));
        assertThat(counter()).isEqualTo(ROUNDS);
        assertThat(tally.written).isPositive();
        assertThat(tally.lost).isZero();
    }

    /// However often it writes.
    @Test
    void whoEditsUnderTheLockIsNeverRefused() throws IOException {
        Process other = other(lock.toString(), "0.001", Way.RENAME);
        int edits = 0;
        while (other.isAlive()) {
            store.edit(
                    config.toString(),
                    text -> text.contains(OURS) ? text.replace(OURS, "") : text + OURS);
            edits++;
        }
        assertThat(other.exitValue()).isZero();
        assertThat(counter()).isEqualTo(ROUNDS);
        assertThat(Files.readString(config).contains(OURS)).isEqualTo(edits % 2 == 1);
    }

    /// An edit of ours that the other had read before it was there may be lost, as it is with any
    /// two programs of which one takes no lock; nothing of the other's ever is.
    @ParameterizedTest
    @EnumSource
    void whoIgnoresTheLockLosesNothing(Way way) throws IOException {
        store = new FileConfigStore(temp.resolve("liblxc"), Duration.ofSeconds(10));
        Tally tally = editDuring(other("-", "0.002", way));
        System.err.printf(
                "linux: another writer (%s): %d edits of ours written, %d refused, %d lost%n",
                way.word(), tally.written, tally.refused, tally.lost);
        assertThat(counter()).isEqualTo(ROUNDS);
        assertThat(tally.written).isPositive();
        assertThat(tally.refused).isPositive();
    }

    /// What we make and remove while another makes one of its own there: never that.
    @Test
    void whatAnotherPutsThereWhileWeMakeAndRemoveOursStays() throws IOException {
        SharedFileStore optional = new SharedFileStore(temp.resolve("liblxc"));
        String path = Files.createDirectory(temp.resolve("own")).resolve("web.nspawn").toString();
        Process other =
                new ProcessBuilder("/usr/bin/perl", "-e", OWNER, path, "150")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        int made = 0;
        int removed = 0;
        int refused = 0;
        while (other.isAlive()) {
            try {
                optional.replace(path, "", OURS);
                made++;
                optional.replace(path, OURS, "");
                removed++;
            } catch (ConfigStore.ChangedException _) {
                refused++;
            } catch (IOException gone) {
                assertThat(gone).hasMessageContaining("does not exist");
            }
        }
        System.err.printf(
                "linux: another owner: made %d, removed %d, refused %d%n", made, removed, refused);
        assertThat(other.exitValue()).isZero();
        assertThat(removed).isPositive();
        assertThat(refused).isPositive();
    }
}
