package dev.capdrop.linux.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.journal.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProxmoxConfigStoreTest {
    private static final String OLD =
            """
            #a note
            arch: amd64
            ostype: debian

            [snap]
            lock: backup
            """;

    @TempDir private Path temp;

    private Path pve = Path.of("");
    private Path locks = Path.of("");
    private Path config = Path.of("");
    private FileConfigStore store = new FileConfigStore();

    @BeforeEach
    void aNode() throws IOException {
        pve = temp.resolve("pve");
        locks = temp.resolve("lock/lxc");
        Path folder = Files.createDirectories(pve.resolve("nodes/pve1/lxc"));
        Files.createSymbolicLink(pve.resolve("local"), Path.of("nodes/pve1"));
        Files.createSymbolicLink(pve.resolve("lxc"), Path.of("local/lxc"));
        Files.writeString(folder.resolve("101.conf"), OLD);
        config = pve.resolve("lxc/101.conf");
        store = new FileConfigStore(new ProxmoxRules(pve, lock(Duration.ofMillis(200))));
    }

    private ProxmoxLock lock(Duration patience) {
        return new ProxmoxLock(locks, patience);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(pve.resolve("lxc"))) {
            return all.map(path -> String.valueOf(path.getFileName())).sorted().toList();
        }
    }

    @Test
    void theFileIsReplacedBelowTheLinks() throws IOException {
        store.replace(config.toString(), OLD, "new");
        assertThat(store.read(config.toString())).isEqualTo("new");
        assertThat(Files.isSymbolicLink(pve.resolve("lxc"))).isTrue();
        assertThat(names()).containsExactly("101.conf");
    }

    @Test
    void aFileThatSomebodyChangedIsNotWritten() throws IOException {
        Files.writeString(config, "other\n");
        assertThatThrownBy(() -> store.replace(config.toString(), OLD, "new"))
                .isInstanceOf(ConfigStore.ChangedException.class);
        assertThat(Files.readString(config)).isEqualTo("other\n");
    }

    @Test
    void withoutTheClusterFileSystemNothingIsWritten() throws IOException {
        Files.delete(pve.resolve("local"));
        assertThatThrownBy(() -> store.replace(config.toString(), OLD, "new"))
                .hasMessage(
                        "the cluster file system of Proxmox VE is not mounted at '"
                                + pve
                                + "' (there is no link '"
                                + pve
                                + "/local'): see 'systemctl status pve-cluster'; nothing was written");
    }

    @Test
    void aContainerThatProxmoxVeIsBusyWithIsLeftAlone() throws IOException {
        for (String line : List.of("lock: backup\n", "template: 1\n")) {
            Files.writeString(config, line + OLD);
            assertThatThrownBy(() -> store.replace(config.toString(), line + OLD, "new"))
                    .hasMessageContaining(line.startsWith("lock") ? "(backup)" : "template")
                    .hasMessageEndingWith("; nothing was written");
            assertThat(Files.readString(config)).isEqualTo(line + OLD);
        }
    }

    @Test
    void theLockIsTheOneThatProxmoxVeTakes() throws Exception {
        Path file = locks.resolve("pve-config-101.lock");
        try (Journal.Lock _ = lock(Duration.ZERO).take("101")) {
            assertThat(flock(file, "-n", "true").waitFor()).isEqualTo(1);
        }
        assertThat(flock(file, "-n", "true").waitFor()).isZero();
    }

    @Test
    void whoHoldsTheLockIsNamed() throws Exception {
        Path file = Files.createDirectories(locks).resolve("pve-config-101.lock");
        Process holder = flock(file, "-F", "sleep", "60");
        try {
            while (lockable(file)) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            assertThatThrownBy(() -> store.replace(config.toString(), OLD, "new"))
                    .hasMessageMatching(
                            "the configuration of 'pve:101' has been locked for 0 s by 'sleep 60'"
                                    + " \\(process "
                                    + holder.pid()
                                    + "\\); nothing was written, try again when that has ended");
            assertThat(Files.readString(config)).isEqualTo(OLD);
        } finally {
            holder.destroyForcibly().waitFor();
        }
        store.replace(config.toString(), OLD, "new");
    }

    private static boolean lockable(Path file) throws Exception {
        return flock(file, "-n", "true").waitFor() == 0;
    }

    private static Process flock(Path file, String... more) throws IOException {
        return new ProcessBuilder(
                        Stream.concat(
                                        Stream.of("/usr/bin/flock", more[0], file.toString()),
                                        Stream.of(more).skip(1))
                                .toList())
                .start();
    }

    @Test
    void onlyWhatDeadProcessesHaveLeftIsRemoved() throws IOException {
        String alive = "101.conf.tmp.1";
        String other = "1010.conf.tmp.4194999";
        Files.writeString(pve.resolve("lxc").resolve(alive), "");
        Files.writeString(pve.resolve("lxc").resolve(other), "");
        Files.writeString(pve.resolve("lxc/101.conf.tmp.4194999"), "");
        store.replace(config.toString(), OLD, "new");
        assertThat(names()).containsExactly("101.conf", alive, other);
    }

    @Test
    void aFileThatIsAwayForAMomentIsWaitedFor() throws Exception {
        Thread back = awayForAMoment();
        assertThat(store.read(config.toString())).isEqualTo(OLD);
        back.join();
        back = awayForAMoment();
        store.replace(config.toString(), OLD, "new");
        back.join();
        assertThat(Files.readString(config)).isEqualTo("new");
    }

    private Thread awayForAMoment() throws IOException {
        Path aside = config.resolveSibling("aside");
        Files.move(config, aside);
        return Thread.ofPlatform()
                .start(() -> {
                    try {
                        TimeUnit.MILLISECONDS.sleep(10);
                        Files.move(aside, config);
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    @Test
    void theKernelsTableTellsTheHolder() {
        List<String> table =
                List.of(
                        "1: POSIX  ADVISORY  WRITE 11 00:1c:99 0 EOF",
                        "2: FLOCK  ADVISORY  WRITE 22 00:1c:99 0 EOF",
                        "2: -> FLOCK  ADVISORY  WRITE 33 00:1c:99 0 EOF",
                        "3: FLOCK  ADVISORY  WRITE -1 00:1c:98 0 EOF");
        assertThat(LockHolder.pids(table, "FLOCK", "00:1c:99"::equals)).containsExactly("22");
        assertThat(LockHolder.pids(table, "POSIX", "00:1c:99"::equals)).containsExactly("11");
        assertThat(LockHolder.pids(table, "FLOCK", "00:1c:98"::equals)).isEmpty();
        assertThat(LockHolder.pids(table, "FLOCK", "00:1c:97"::equals)).isEmpty();
    }
}
