package dev.capdrop.linux.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.linux.root.SafeRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class OwnTextsTest {
    @TempDir Path root = Path.of("");

    @BeforeEach
    void makeUsers() throws IOException {
        write(
                "etc/passwd",
                "root:x:0:0\nbackup:x:34:34\nbind:x:104:107\nfeed:x:998:998\n_ntp:x:101:1\npostgres:x:102:2\n");
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private interface Question<T> {
        T ask(OwnTexts texts);
    }

    private <T> T of(String unit, Question<T> question, String... lines) throws IOException {
        write("u", "[Service]\n" + String.join("\n", lines) + "\n");
        try (SafeRoot safe = SafeRoot.of(root)) {
            return question.ask(
                    new OwnTexts(new Look(safe), NamedFilesTest.state(unit), Trouble.NONE));
        }
    }

    private String user(String unit, String... lines) throws IOException {
        return of(
                unit,
                texts -> {
                    Trouble.NamedFile user = texts.user();
                    return user == null ? "" : user.name() + ": " + user.more();
                },
                lines);
    }

    private Collection<String> logs(String unit, List<String> said, String... lines)
            throws IOException {
        return of(unit, texts -> texts.logs(said), lines);
    }

    @Test
    void whomAProgramChangesToIsReadOffItsCommandLineItsFilesAndItsName() throws IOException {
        assertThat(user("a.service", "ExecStart=/bin/x -u feed -g root"))
                .isEqualTo("feed: '-u feed' stands in its command line");
        assertThat(user("a.service", "ExecStart=/bin/su -s /bin/sh -c \"x y\" feed"))
                .startsWith("feed: 'su feed'");
        assertThat(user("a.service", "ExecStart=/usr/bin/setpriv --reuid=feed cat /etc/x"))
                .startsWith("feed: '--reuid feed'");
        write("etc/default/dns", "# -u feed\nOPTIONS=\"-u bind\"\n");
        assertThat(user("a.service", "EnvironmentFile=-/etc/default/dns", "ExecStart=/x $OPTIONS"))
                .isEqualTo("bind: '-u bind' stands in /etc/default/dns");
        write("etc/app/app.conf", "; user feed\nlast = 3\nUserID  feed:feed\n");
        assertThat(user("app.service", "ExecStart=/bin/x"))
                .isEqualTo("feed: 'UserID feed' stands in /etc/app/app.conf");
        assertThat(user("ntp.service")).isEqualTo("_ntp: a user of that name is there");
        assertThat(user("feed-reader@a.service")).startsWith("feed: a user of that name");
        assertThat(user("postgresql@15-main.service")).startsWith("postgres: a user");
        // a user of each Debian, and no program's
        assertThat(user("backup.service", "ExecStart=/bin/x -u root -u nobody")).isEmpty();
    }

    @Test
    void logsAreThoseThatItsCommandLineItsScriptsAndItsConfigurationName() throws IOException {
        write("usr/local/bin/scan", "#!/bin/sh\nexec >>/var/log/scan/night.txt 2>&1\ncat /srv/x\n");
        assertThat(logs("a.service", List.of(), "ExecStart=/usr/local/bin/scan --all"))
                .containsExactly("/var/log/scan/night.txt", "/var/log/scan/night.txt/");
        write("etc/vpn/road.conf", "status /var/log/vpn-status.log\nlog-append /srv/vpn/out\n");
        assertThat(
                        logs(
                                "vpn@road.service",
                                List.of(),
                                "WorkingDirectory=/etc/vpn",
                                "ExecStart=/x --config %i.conf"))
                .containsExactly("/srv/vpn/out");
        write("etc/a.conf", "logfile = \"/srv/a.txt\"\ncatalog /srv/b\nloglevel 3\nx /dev/log\n");
        write("etc/a/a.conf", "input /var/log/syslog\ndata /var/lib/a/state\nerr /srv/a.log\n");
        assertThat(logs("a.service", List.of("failed, see /opt/a/run.log."), "ExecStart=/a"))
                .containsExactly("/srv/a.txt", "/srv/a.log", "/opt/a/run.log");
    }

    @Test
    void whatIsNoTextOrTooLargeOrLeadsNowhereIsNotRead() throws IOException, InterruptedException {
        Path fifo = Files.createDirectories(root.resolve("opt")).resolve("fifo");
        new ProcessBuilder("mkfifo", fifo.toString()).inheritIO().start().waitFor();
        write("opt/binary", "\u007fELF\0 /var/log/binary.log");
        write("opt/large", "/var/log/large.log\n".repeat(4000));
        Path outside = root.resolveSibling("outside.conf");
        Files.writeString(outside, "log /var/log/outside.log\n");
        try {
            Files.createSymbolicLink(root.resolve("opt/link"), outside);
            assertThat(
                            logs(
                                    "a.service",
                                    List.of(),
                                    "ExecStart=/opt/binary /opt/fifo /opt/large /opt/link /opt"))
                    .isEmpty();
        } finally {
            Files.delete(outside);
        }
    }
}
