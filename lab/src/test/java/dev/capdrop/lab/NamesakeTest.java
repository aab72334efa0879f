package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A user of the host who calls a container of his own as root's is called.
@NeedsContainers
final class NamesakeTest {
    private static final int USER = 12_345;

    /// A process of a user's own that is a container's monitor, as far as anybody can tell: it
    /// listens where liblxc does, and its child is the first of a pid namespace.
    private static final String MONITOR =
            """
            use Socket;
            $^F = 255;
            socket(my $s, AF_UNIX, SOCK_STREAM, 0) or die $!;
            bind($s, pack("S a*", AF_UNIX, "\\0$ARGV[0]/command")) or die $!;
            listen($s, 5) or die $!;
            exec("unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child",
                "sh", "-c", "echo ready; exec sleep 1000");
            """;

    @TempDir Path temp = Path.of("");

    @Test
    void aUserWithAContainerOfTheSameNameDoesNotTakeTheNameFromRoots() throws Exception {
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        Bench bench = Bench.shared();
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            String name = container.name();
            Path roots =
                    Files.createSymbolicLink(
                            Path.of("/var/lib/lxc", name), bench.lxcPath().resolve(name));
            Path home = Files.createDirectory(temp.resolve("home"));
            Path theirs = Files.createDirectory(home.resolve(name));
            Command.of("chown", "-R", Integer.toString(USER), home.toString()).runOrFail();
            Process monitor = monitor(theirs);
            try {
                assertThat(monitor.inputReader().readLine()).isEqualTo("ready");
                Command.Result plan =
                        Tool.runApartFromContainers(
                                "plan", name, "--state-dir", temp.resolve("state").toString());
                assertThat(plan.exit()).as(plan.toString()).isEqualTo(1);
                assertThat(plan.err())
                        .contains(
                                "another user of this host runs a container called '%s', too (uid %d in %s)"
                                        .formatted(name, USER, home));
            } finally {
                monitor.destroy();
                Files.delete(roots);
            }
        }
    }

    private static Process monitor(Path container) throws IOException {
        return new ProcessBuilder(
                        "setpriv",
                        "--reuid=" + USER,
                        "--regid=" + USER,
                        "--clear-groups",
                        "perl",
                        "-e",
                        MONITOR,
                        container.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
