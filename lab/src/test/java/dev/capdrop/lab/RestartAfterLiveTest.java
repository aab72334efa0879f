package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.verification.NextBoot;
import dev.capdrop.core.verification.Verification;
import dev.capdrop.record.SnapshotJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The restart that follows a live drop, unit by unit beside what was forecast before the drop, and
/// beside what is forecast of the container that has gone through it.
@NeedsContainers
final class RestartAfterLiveTest {
    private static final String HONOURED = "audit_read,syslog,wake_alarm,sys_pacct";

    /// A socket of systemd before 257 that a container without audit_read is without.
    private static final String AUDIT = "systemd-journald-audit.socket";

    @TempDir Path state = Path.of("");
    private final Bench bench = Bench.shared();

    @ParameterizedTest
    @CsvSource({
        "BULLSEYE, UNPRIVILEGED",
        "BOOKWORM, UNPRIVILEGED",
        "TRIXIE, UNPRIVILEGED",
        "BULLSEYE, PRIVILEGED",
        "BOOKWORM, PRIVILEGED",
        "TRIXIE, PRIVILEGED"
    })
    void eachUnitIsAsForecastAfterTheRestart(Suite suite, Privilege privilege) throws IOException {
        try (LabContainer container = bench.make(suite, privilege)) {
            container.boot();
            Tool tool = Tool.of(bench, state);
            goesAsForecast(
                    tool,
                    container,
                    privilege,
                    () -> {
                        container.shutDown();
                        container.boot();
                    });
        }
    }

    /// What a guest's forecast has of its own is its configuration.
    @ParameterizedTest
    @CsvSource({"BOOKWORM, PRIVILEGED", "TRIXIE, UNPRIVILEGED"})
    void eachUnitOfAGuestIsAsForecastAfterTheRestart(Suite suite, Privilege privilege)
            throws IOException {
        StandInNode node = StandInNode.in(bench, Files.createDirectory(state.resolve("node")));
        String conf =
                "arch: amd64\nhostname: web\nostype: debian\nunprivileged: %d\n"
                        .formatted(privilege == Privilege.UNPRIVILEGED ? 1 : 0);
        try (StandInNode.Guest guest = node.make(RootTarball.of(suite), privilege, conf)) {
            guest.boot();
            Tool tool = node.tool(state.resolve("journal"));
            goesAsForecast(
                    tool,
                    guest.container(),
                    privilege,
                    () -> {
                        assertThat(node.pct("shutdown", guest.vmid()).exit()).isZero();
                        guest.awaitStop();
                        guest.boot();
                    });
        }
    }

    private static void goesAsForecast(
            Tool tool, LabContainer container, Privilege privilege, Restarting restarting)
            throws IOException {
        Snapshot before = snapshot(tool, container);
        long init = init(before).pid();
        List<String> apply = new ArrayList<>(List.of("apply", container.name(), "--live", "--yes"));
        if (privilege == Privilege.PRIVILEGED) {
            apply.addAll(List.of("--goal", "none", "--drop", HONOURED, "--live-honoured"));
            if (runs(before, AUDIT)) {
                apply.addAll(List.of("--allow-skip", AUDIT));
            }
        }
        Command.Result applied = tool.run(apply.toArray(String[]::new));
        assertThat(applied.exit()).as(applied.toString()).isZero();
        Snapshot live = snapshot(tool, container);
        assertThat(init(live).pid()).isEqualTo(init);
        CapabilitySet drop = init(before).bounding().minus(init(live).bounding());
        assertThat(drop.isEmpty()).isFalse();

        restarting.run();
        Snapshot after = snapshot(tool, container);
        assertThat(init(after).pid()).isNotEqualTo(init);
        assertThat(init(after).bounding()).isEqualTo(init(live).bounding());
        asForecast(NextBoot.comparison(before, drop, after));
        asForecast(NextBoot.comparison(live, CapabilitySet.EMPTY, after));
        System.out.printf(
                Locale.ROOT,
                "%s: %s; %s%n",
                container.name(),
                drop,
                NextBoot.comparison(before, drop, after).sentence());
    }

    private static boolean runs(Snapshot snapshot, String name) {
        Systemd systemd = snapshot.systemd();
        UnitState unit = systemd == null ? null : systemd.unit(name);
        return unit != null && Outcome.of(unit) == Outcome.ACTIVE;
    }

    private static void asForecast(Verification comparison) {
        assertThat(comparison.mismatches()).isEmpty();
        assertThat(comparison.definite()).isGreaterThan(40).isEqualTo(comparison.matched());
    }

    private static Init init(Snapshot snapshot) {
        Init init = snapshot.init();
        if (init == null) {
            throw new AssertionError("it does not run: " + snapshot.problems());
        }
        return init;
    }

    private static Snapshot snapshot(Tool tool, LabContainer container) throws IOException {
        Command.Result result = tool.run("snapshot", container.name());
        assertThat(result.exit()).as(result.err()).isZero();
        return SnapshotJson.read(result.out().getBytes(StandardCharsets.UTF_8), container.name())
                .snapshot();
    }

    /// Stops the container and boots it.
    @FunctionalInterface
    private interface Restarting {
        void run() throws IOException;
    }
}
