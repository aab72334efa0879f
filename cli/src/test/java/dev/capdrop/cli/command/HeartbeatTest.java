package dev.capdrop.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Terminal.DataStream;
import dev.capdrop.core.change.Change.Progress;
import dev.capdrop.core.snapshot.Systemd.UnfinishedBoot;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The lines of a wait, by a clock that is set by hand.
final class HeartbeatTest {
    private final ByteArrayOutputStream talk = new ByteArrayOutputStream();
    private long now;
    private final Heartbeat heartbeat =
            new Heartbeat(
                    new Terminal(
                            new DataStream(new ByteArrayOutputStream()),
                            new Terminal.Style(false, 80),
                            talk,
                            new Terminal.Style(false, 80),
                            StandardCharsets.UTF_8),
                    () -> now);

    private void passes(int seconds) {
        for (int i = 0; i < seconds; i++) {
            now += Duration.ofSeconds(1).toNanos();
            heartbeat.sayIfLong();
        }
    }

    private List<String> said() {
        return talk.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /// Two minutes were thirty lines, a line every four seconds.
    @Test
    void aLongStepIsToldOfEverMoreSeldom() {
        heartbeat.step("starting web");
        passes(9);
        assertThat(said()).containsExactly("capdrop: starting web");
        passes(111);
        assertThat(said())
                .containsExactly(
                        "capdrop: starting web",
                        "capdrop: still starting web (10 s)",
                        "capdrop: still starting web (20 s)",
                        "capdrop: still starting web (40 s)",
                        "capdrop: still starting web (80 s)");
    }

    /// `still waiting for hang.service, 12 s (4 s)` were two clocks in a line, and what is the same
    /// was said again at each look.
    @Test
    void aLineHasOneClockAndAStepThatGoesOnIsNoNewOne() {
        Progress boot = heartbeat.ofChanges();
        for (int age : new int[] {12, 22, 32}) {
            boot.step(
                    new UnfinishedBoot(List.of("hang.service"), 1, Duration.ofSeconds(age)).step());
            passes(10);
        }
        assertThat(said())
                .containsExactly(
                        "capdrop: waiting for hang.service",
                        "capdrop: still waiting for hang.service (10 s)",
                        "capdrop: still waiting for hang.service (20 s)");
    }

    @Test
    void aNewStepHasItsOwnTimeAndNoneIsSilent() {
        heartbeat.watch("reading web");
        passes(10);
        heartbeat.step("starting web");
        passes(9);
        heartbeat.watch("");
        passes(100);
        assertThat(said())
                .containsExactly("capdrop: still reading web (10 s)", "capdrop: starting web");
    }
}
