package dev.capdrop.lab;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.Dependency.Consequence;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What becomes of a unit because of another one is what the container's systemd makes of it: for
/// each kind of dependency, with and without `After=`, and each way in which the other one comes
/// out.
@NeedsContainers
final class DependenciesAgainstSystemdTest {
    private static final Duration BOOT = Duration.ofMinutes(2);
    private static final String FOLDER = "/etc/systemd/system/";
    private static final String WANTED = FOLDER + "multi-user.target.d/lab.conf";
    private static final String STAYS = "[Service]\nType=oneshot\nRemainAfterExit=yes\n";
    private static final String SETTLES = STAYS + "ExecStart=/bin/true\n";

    private static final List<Dependency> KINDS =
            List.of(
                    Dependency.REQUIRES,
                    Dependency.REQUISITE,
                    Dependency.BINDS_TO,
                    Dependency.WANTS);

    private final Bench bench = Bench.shared();
    private final Map<String, Boolean> expected = new TreeMap<>();
    private final List<String> wanted = new ArrayList<>();

    private static Map<Dependency.Standing, String> others() {
        Map<Dependency.Standing, String> others = new EnumMap<>(Dependency.Standing.class);
        others.put(Dependency.Standing.UP, SETTLES);
        others.put(Dependency.Standing.ENDED, "[Service]\nType=oneshot\nExecStart=/bin/true\n");
        others.put(Dependency.Standing.SKIPPED, "[Unit]\nConditionPathExists=/nowhere\n" + SETTLES);
        others.put(
                Dependency.Standing.FAILED,
                "[Service]\nType=oneshot\nExecStart=/bin/sh -c 'sleep 2; exit 1'\n");
        others.put(
                Dependency.Standing.FAILED_LATER,
                "[Service]\nType=simple\nExecStart=/bin/sh -c 'sleep 2; exit 1'\n");
        others.put(
                Dependency.Standing.NOT_STARTED,
                "[Unit]\nRequires=lab-failed.service\nAfter=lab-failed.service\n" + SETTLES);
        return others;
    }

    /// @param old whether this systemd starts what requires a unit that has no file
    private void install(LabContainer container, boolean old) throws IOException {
        for (Dependency.Standing standing : Dependency.Standing.values()) {
            String other = name(standing);
            String text = others().get(standing);
            if (text != null) {
                add(container, other, text);
            }
            for (Dependency kind : KINDS) {
                for (boolean ordered : new boolean[] {false, true}) {
                    String unit =
                            "lab-%s-%s-%s.service"
                                    .formatted(
                                            word(standing.name()),
                                            word(kind.name()),
                                            ordered ? "after" : "beside");
                    add(
                            container,
                            unit,
                            "[Unit]\n%s=%s\n%s%s"
                                    .formatted(
                                            setting(kind),
                                            other,
                                            ordered ? "After=" + other + "\n" : "",
                                            SETTLES));
                    if (isChance(kind, standing, ordered)) {
                        continue;
                    }
                    boolean passedOver =
                            old
                                    && standing == Dependency.Standing.ABSENT
                                    && kind != Dependency.BINDS_TO;
                    expected.put(
                            unit,
                            passedOver || kind.consequence(standing, ordered) == Consequence.NONE);
                }
            }
        }
        Files.createDirectories(container.rootfs().resolve(WANTED.substring(1)).getParent());
        container.write(WANTED, "[Unit]\nWants=" + String.join(" ", wanted) + "\n", "rw-r--r--");
    }

    /// Of two boots of one container the one stopped such a unit again, and the other did not.
    private static boolean isChance(
            Dependency kind, Dependency.Standing standing, boolean ordered) {
        return kind == Dependency.BINDS_TO
                && standing == Dependency.Standing.NOT_STARTED
                && !ordered;
    }

    private void add(LabContainer container, String unit, String text) throws IOException {
        container.write(FOLDER + unit, text, "rw-r--r--");
        wanted.add(unit);
    }

    private static String name(Dependency.Standing standing) {
        return "lab-" + word(standing.name()) + ".service";
    }

    private static String word(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace("_", "");
    }

    private static String setting(Dependency kind) {
        return switch (kind) {
            case REQUIRES -> "Requires";
            case REQUISITE -> "Requisite";
            case BINDS_TO -> "BindsTo";
            default -> "Wants";
        };
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FORKY")
    void whatBecomesOfAUnitBecauseOfAnotherIsWhatSystemdMakesOfIt(Suite suite) throws IOException {
        try (LabContainer container = bench.make(suite, Privilege.UNPRIVILEGED)) {
            install(container, suite != Suite.TRIXIE);
            container.start();
            Snapshot read = container.settled(BOOT);
            Map<String, Boolean> active = new TreeMap<>();
            requireNonNull(read.systemd())
                    .units()
                    .forEach(unit -> {
                        if (expected.containsKey(unit.name())) {
                            active.put(unit.name(), unit.activeState().equals("active"));
                        }
                    });
            assertThat(active).isEqualTo(expected);
        }
    }
}
