package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A container without D-Bus, whose own systemctl goes for the terminal of the administrator who
/// looks at it: it writes to the screen, reads the keys, and types a command for root's shell.
@NeedsContainers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HostTerminalTest {
    private static final String REPORT = "/report";
    private static final String ON_SCREEN = "written-by-the-container";

    /// Perl, which every Debian has. It says what it got hold of, and then answers as systemctl.
    private static final String SYSTEMCTL =
            """
            #!/usr/bin/perl
            use Fcntl;
            open my $report, '>>', '%s';
            if (sysopen my $tty, '/dev/tty', O_RDWR | O_NONBLOCK) {
                print $report "tty open\\n";
                syswrite $tty, "%s\\n";
                sysread $tty, my $keys, 100;
                ioctl $tty, 0x5412, my $key = $_ for split //, "touch /typed\\n";
            } else {
                print $report "tty errno ", $! + 0, "\\n";
            }
            for my $fd (0 .. 63) {
                my $what = readlink "/proc/self/fd/$fd" // next;
                next if $what eq '%s' || $what =~ m{/systemctl$};
                $what =~ s/\\[.*//;
                print $report "fd $what\\n";
                open my $file, '+<&', $fd or next;
                print $report "fd $what is a terminal\\n" if -t $file;
                ioctl $file, 0x5412, my $key = "x" and print $report "typed at $what\\n";
            }
            close $report;
            exec '/usr/bin/systemctl.real', @ARGV;
            """
                    .formatted(REPORT, ON_SCREEN, REPORT);

    @TempDir Path folder = Path.of("");
    private final Bench bench = Bench.shared();
    private LabContainer container = new LabContainer(Path.of(""), "");

    @BeforeAll
    void bootTheContainer() throws IOException {
        container = SmallBoot.make(bench, Suite.TRIXIE, Privilege.UNPRIVILEGED);
        for (String unit : List.of("dbus.service", "dbus.socket")) {
            Files.createSymbolicLink(
                    container.rootfs().resolve("etc/systemd/system").resolve(unit),
                    Path.of("/dev/null"));
        }
        container.boot();
        Files.move(
                container.rootfs().resolve("usr/bin/systemctl"),
                container.rootfs().resolve("usr/bin/systemctl.real"));
        container.write("/usr/bin/systemctl", SYSTEMCTL, "rwxr-xr-x");
    }

    @AfterAll
    void removeTheContainer() throws IOException {
        container.close();
    }

    /// What the container tries does reach a terminal that it is given.
    @Test
    void attachedFromATerminalItWouldReachThatTerminal() throws IOException {
        container.write(REPORT, "", "rw-rw-rw-");
        String attach =
                "lxc-attach -P %s -n %s --clear-env -- systemctl show </dev/null 2>/dev/null | cat"
                        .formatted(bench.lxcPath(), container.name());
        Command.Result result = Command.of("script", "-qec", attach, "/dev/null").run();
        assertThat(report()).contains("tty open");
        assertThat(result.out()).contains(ON_SCREEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "check NAME",
                "check",
                "plan NAME",
                "plan --host",
                "explain systemd-journald.service@NAME",
                "explain NAME",
                "snapshot NAME",
                "ps NAME",
                "status",
                "apply NAME --yes",
                "undo NAME --yes"
            })
    void noCommandRunsItsSystemctl(String words) throws IOException {
        container.write(REPORT, "", "rw-rw-rw-");
        Tool tool = Tool.of(bench, folder.resolve("state"));
        Command.Result result =
                tool.runOnTerminal("", words.replace("NAME", container.name()).split(" "));
        assertThat(result.out()).isNotEmpty().doesNotContain(ON_SCREEN, "touch /typed");
        assertThat(report()).as(result.out()).isEmpty();
    }

    private String report() throws IOException {
        return Files.readString(container.rootfs().resolve(REPORT.substring(1)));
    }
}
