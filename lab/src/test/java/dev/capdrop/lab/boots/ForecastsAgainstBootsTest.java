package dev.capdrop.lab.boots;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.capdrop.core.capability.Capability;
import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.plan.Goal;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What is foretold from a fresh container's first boot, held to the boots that follow under one
/// drop after the other: every unit is compared.
@NeedsContainers
@Execution(ExecutionMode.CONCURRENT)
final class ForecastsAgainstBootsTest {
    /// This one keeps a container from booting.
    private static final String FATAL = "sys_admin";

    private final Bench bench = Bench.shared();

    /// Each with capabilities to drop that the kernel honours in it: what becomes of a unit without
    /// them is seldom plain.
    static Stream<Arguments> images() {
        return Stream.of(
                arguments(
                        new Image(Suite.TRIXIE, false, Privilege.UNPRIVILEGED),
                        List.of("net_admin", "dac_override", "chown", "setuid", FATAL)),
                arguments(
                        new Image(Suite.TRIXIE, false, Privilege.PRIVILEGED),
                        List.of("net_admin", "sys_rawio", "mknod")),
                arguments(
                        new Image(Suite.BOOKWORM, false, Privilege.UNPRIVILEGED),
                        List.of("net_bind_service", "setpcap")),
                arguments(
                        new Image(Suite.BULLSEYE, false, Privilege.UNPRIVILEGED),
                        List.of("sys_chroot", "setgid")));
    }

    @ParameterizedTest
    @MethodSource("images")
    void everyUnitBecomesWhatWasForetoldOrIsNamedUndecided(Image image, List<String> honoured)
            throws IOException {
        try (LabContainer container = bench.make(image.suite(), image.privilege())) {
            Restarts restarts = new Restarts(container, image);
            Snapshot first = requireNonNull(restarts.boot(CapabilitySet.EMPTY));
            Judge judge = new Judge(new Recorded(image.name(), first, List.of()));
            List<String> contradicted = new ArrayList<>();
            for (Trial trial : trials(first, honoured)) {
                Snapshot next = restarts.boot(trial.drop());
                Judgement judgement = judge.judge(Boot.of(trial, 0, next, ""));
                contradicted.addAll(judgement.contradicted());
                assertThat(next == null).isEqualTo(trial.equals(single(FATAL)));
                assertThat(next == null || judgement.definite() > 40).isTrue();
            }
            assertThat(contradicted).isEmpty();
        }
    }

    private static List<Trial> trials(Snapshot first, List<String> honoured) {
        List<Trial> trials = new ArrayList<>();
        trials.add(new Trial("set-none", CapabilitySet.EMPTY));
        for (Goal goal : List.of(Goal.HEALTHY, Goal.INERT)) {
            Trial advised = Trial.advised(goal, first);
            if (!advised.drop().isEmpty()) {
                trials.add(advised);
            }
        }
        honoured.forEach(name -> trials.add(single(name)));
        return trials;
    }

    private static Trial single(String name) {
        return Trial.single(Capability.of(name));
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

        /// What a boot under this drop ends in; null when it does not end.
        @Nullable Snapshot boot(CapabilitySet drop) throws IOException {
            if (container.running()) {
                container.shutDown();
            }
            Files.deleteIfExists(console());
            String line = "lxc.cap.drop = " + String.join(" ", drop.names()) + "\n";
            container.setConfig(drop.isEmpty() ? config : config + line);
            container.start();
            String path = bench.lxcPath().toString();
            return Reading.settled(new ContainerId("lxc", container.name(), path), image);
        }
    }
}
