package dev.capdrop.lab.boots;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.lab.Bench;
import dev.capdrop.lab.LabContainer;
import dev.capdrop.lab.NeedsContainers;
import dev.capdrop.lab.Privilege;
import dev.capdrop.lab.Suite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What is forecast from a fresh container's first boot, and from its files while it is down, held
/// to the boots that follow under one drop after the other: every unit is compared.
@NeedsContainers
@Execution(ExecutionMode.CONCURRENT)
final class ForecastsAgainstBootsTest {
    /// This one keeps a container from booting.
    private static final String FATAL = "sys_admin";

    private static final String INERT = "set-" + Goal.INERT.word();
    private static final Trial NONE = new Trial("set-none", CapabilitySet.EMPTY);

    private final Bench bench = Bench.shared();

    /// Each with capabilities to drop that the kernel honours in it: what becomes of a unit without
    /// them is seldom plain. What is dropped in one image and shows there what it shows in another
    /// is not dropped in that one, too; the recordings have each in all.
    static Stream<Arguments> images() {
        return Stream.of(
                arguments(
                        new Image(Suite.TRIXIE, Flavour.BARE, Privilege.UNPRIVILEGED),
                        List.of("net_admin", "dac_override", "chown", "fowner", "setuid", FATAL)),
                arguments(
                        new Image(Suite.TRIXIE, Flavour.BARE, Privilege.PRIVILEGED),
                        List.of("sys_rawio mknod", "fowner", "setgid")),
                arguments(
                        new Image(Suite.BULLSEYE, Flavour.BARE, Privilege.UNPRIVILEGED),
                        List.of("sys_chroot", "fowner")),
                arguments(
                        new Image(Suite.BOOKWORM, Flavour.BARE, Privilege.UNPRIVILEGED),
                        List.of("setpcap", "chown")));
    }

    @ParameterizedTest
    @MethodSource("images")
    void everyUnitBecomesWhatWasForecastOrIsNamedUndecided(Image image, List<String> honoured)
            throws IOException {
        try (LabContainer container = bench.make(image.suite(), image.privilege())) {
            addDynamicUsers(container);
            Restarts restarts = new Restarts(container, image);
            Snapshot first = restarts.booted(NONE);
            container.shutDown();
            Snapshot stopped = Reading.stopped(restarts.id());
            Snapshot second = restarts.booted(NONE);
            Judge live = new Judge(new Recorded(image.name(), first, List.of()));
            Judge offline = new Judge(new Recorded(image.name(), second, List.of()), stopped);
            Judgement restart = live.judge(Boot.of(NONE, 0, second, ""));
            List<String> contradicted = new ArrayList<>(restart.contradicted());
            for (Trial trial : trials(first, honoured)) {
                Snapshot next = restarts.boot(trial);
                Boot boot = Boot.of(trial, 0, next, "");
                contradicted.addAll(live.judge(boot).contradicted());
                contradicted.addAll(offline.judge(boot).surprises());
                assertThat(next == null).isEqualTo(trial.equals(dropping(FATAL)));
                if (trial.name().equals(INERT) && next != null) {
                    assertThat(running(next)).isEqualTo(running(second));
                }
            }
            assertThat(restart.definite()).isGreaterThan(40);
            assertThat(contradicted).isEmpty();
        }
    }

    /// Services whose user is made for them, one for each kind of directory that is handed to it.
    private static void addDynamicUsers(LabContainer container) throws IOException {
        for (String directory : List.of("", "Runtime", "State", "Cache", "Logs", "Configuration")) {
            String unit = "dynamic-" + directory.toLowerCase(Locale.ROOT) + ".service";
            container.writeService(
                    unit,
                    List.of(),
                    "Type=exec",
                    "DynamicUser=yes",
                    directory.isEmpty() ? "" : directory + "Directory=dynamic",
                    "ExecStart=/bin/sleep infinity");
            container.enableOnDisk(unit);
        }
    }

    private static Set<String> running(Snapshot snapshot) {
        Set<String> running = new TreeSet<>();
        for (UnitState unit : requireNonNull(snapshot.systemd()).units()) {
            if (unit.name().endsWith(".service") && Outcome.isRunning(unit)) {
                running.add(unit.name());
            }
        }
        assertThat(running).contains("systemd-journald.service");
        return running;
    }

    /// The plan for goal `healthy` drops a part of that for `inert`, and `apply` boots with it in
    /// most classes of the lab.
    private static List<Trial> trials(Snapshot first, List<String> honoured) {
        List<Trial> trials = new ArrayList<>();
        Trial advised = Trial.advised(Goal.INERT, first);
        if (!advised.drop().isEmpty()) {
            trials.add(advised);
        }
        honoured.forEach(names -> trials.add(dropping(names)));
        return trials;
    }

    private static Trial dropping(String names) {
        return Trial.dropping(CapabilitySet.of(names.split(" ")));
    }

    /// A container that is started again and again, each time with another drop.
    private final class Restarts {
        private final LabContainer container;
        private final Image image;
        private final String config;

        Restarts(LabContainer container, Image image) throws IOException {
            this.container = container;
            this.image = image;
            this.config = container.config() + "lxc.console.logfile = " + console() + "\n";
        }

        private Path console() {
            return container.configFile().resolveSibling("console");
        }

        ContainerId id() {
            return new ContainerId(RuntimeKind.LXC, container.name(), bench.lxcPath().toString());
        }

        Snapshot booted(Trial trial) throws IOException {
            return requireNonNull(boot(trial), "it does not boot");
        }

        /// What a boot under this drop ends in; null when it does not end.
        @Nullable Snapshot boot(Trial trial) throws IOException {
            if (container.running()) {
                container.shutDown();
            }
            Files.deleteIfExists(console());
            String line = "lxc.cap.drop = " + String.join(" ", trial.drop().names()) + "\n";
            container.setConfig(trial.drop().isEmpty() ? config : config + line);
            container.start();
            return Reading.settled(id(), image);
        }
    }
}
