package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The commands that take a container of any runtime alike, on one that is degraded and runs on a
/// host of its own: what the tests of the main job do not show of them.
final class EveryCommand {
    /// What a small boot of that container has to start.
    static final String UNITS =
            "systemd-journald.service systemd-logind.service systemd-tmpfiles-setup.service";

    private static final Pattern COMPARED =
            Pattern.compile("forecast ([0-9]+) units, ([0-9]+) as forecast");

    private final Function<String[], Command.Result> capdrop;
    private final Function<String, Path> file;
    private final String target;

    private EveryCommand(
            Function<String[], Command.Result> capdrop,
            Function<String, Path> file,
            String target) {
        this.capdrop = capdrop;
        this.file = file;
        this.target = target;
    }

    /// @param capdrop runs it on that host
    /// @param file where a path of that host is
    /// @param target the container
    /// @param unit a unit that has failed for a capability
    static void take(
            Function<String[], Command.Result> capdrop,
            Function<String, Path> file,
            String target,
            String unit)
            throws IOException {
        EveryCommand every = new EveryCommand(capdrop, file, target);
        every.looks(unit);
        every.changes();
        if (CheckReports.come()) {
            every.learns();
        }
    }

    /// What it writes, on one line.
    private String run(int exit, String... words) {
        Command.Result result = capdrop.apply(words);
        assertThat(result.exit()).as(String.join(" ", words) + ": " + result).isEqualTo(exit);
        return result.out().replaceAll("\\s+", " ");
    }

    private void looks(String unit) throws IOException {
        assertThat(run(0, "metrics"))
                .contains("capdrop_container_state{target=\"" + target + "\"")
                .contains("state=\"degraded\"} 1");
        run(1, "report", "-o", "/root/report.html");
        assertThat(Files.readString(file.apply("/root/report.html"))).contains(target, unit);
        assertThat(run(0, "explain", target)).startsWith(target + " ");
        assertThat(run(0, "explain", unit + "@" + target))
                .startsWith(unit + "@" + target + " failed");
        assertThat(run(0, "ps", target)).contains(target, "systemd-journald.service");
        run(0, "snapshot", target, "-o", "/root/snapshot.json");
        assertThat(run(1, "check", "--from", "/root/snapshot.json"))
                .startsWith(target + " degraded");
    }

    private void changes() {
        assertThat(run(1, "plan", "--all")).contains(target);
        assertAsForecast(run(0, "apply", "--all", "--yes", "--timeout", "5m"));
        assertThat(run(0, "status")).startsWith(target + " as it was left");
        assertAsForecast(run(0, "undo", "--all", "--yes", "--timeout", "5m"));
        run(0, "apply", target, "--live", "--yes", "--timeout", "5m");
        assertThat(run(0, "status", target)).contains("live: PID 1 gave up");
        assertAsForecast(run(0, "undo", target, "--yes", "--timeout", "5m"));
    }

    /// Each boot that was compared with its forecast, of several containers too.
    static void assertAsForecast(String said) {
        List<MatchResult> boots = COMPARED.matcher(said).results().toList();
        assertThat(boots).as(said).isNotEmpty();
        for (MatchResult boot : boots) {
            assertThat(boot.group(2)).as(said).isEqualTo(boot.group(1));
        }
    }

    private void learns() {
        String learnt = run(0, "learn", target, "--boot", "--yes", "--timeout", "5m");
        assertThat(learnt)
                .contains("one whole boot", "no check was lost")
                .contains(
                        "dbus.service", "systemd-logind.service", "systemd-tmpfiles-setup.service");
        assertThat(run(0, "learn", "--all", "--show")).contains(target, "1 whole boot");
        assertThat(run(0, "explain", "dbus.service@" + target))
                .contains("seen in use", "setgid used");
        assertThat(run(1, "plan", target, "--goal", "least"))
                .startsWith(target + " goal least, by a thin record (1 whole boot");
        assertThat(run(1, "plan", target, "--goal", "least", "--units"))
                .contains("CapabilityBoundingSet=");
    }
}
