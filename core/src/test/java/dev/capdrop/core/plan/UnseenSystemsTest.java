package dev.capdrop.core.plan;

import static dev.capdrop.core.condition.ConditionResult.SUCCEEDED;
import static dev.capdrop.core.plan.Sketch.needs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.snapshot.UnitLinks;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What forecasts were wrong about on systems that no rule had been made for.
final class UnseenSystemsTest {
    private static final CapabilitySet ALL = CapabilitySet.upTo(40);

    private static Forecast without(Sketch sketch, String... dropped) {
        return WhatIf.over(sketch.draw()).forecast(ALL.minus(CapabilitySet.named(dropped)));
    }

    private static String said(Forecast forecast, String unit) {
        Effect effect = forecast.effect(unit);
        if (effect != null) {
            return effect.after().word() + (effect.status() == 0 ? "" : " " + effect.status());
        }
        return forecast.undecided().stream()
                .filter(open -> open.unit().equals(unit))
                .map(open -> open.byDrop() ? "open" : "open anyway")
                .findFirst()
                .orElse("nothing");
    }

    private static UnitLinks requiring(String other) {
        List<String> names = List.of(other);
        return new UnitLinks(names, List.of(), List.of(), List.of(), List.of(), names, List.of());
    }

    private static UnitLinks conflicting(String... others) {
        return new UnitLinks(
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(others),
                List.of());
    }

    @Test
    void whatFailsAtItsOwnStartIsNotEvenStartedWhenWhatItRequiresFails() {
        Sketch sketch =
                new Sketch()
                        .running("bus.service", "Type=notify")
                        .running("s.service", requiring("bus.service"), "User=u", "Group=g");
        assertThat(said(without(sketch, "setgid"), "bus.service")).isEqualTo("open");
        assertThat(said(without(sketch, "setgid"), "s.service")).isEqualTo("open");
        Sketch alone = new Sketch().running("s.service", "User=u", "Group=g");
        assertThat(said(without(alone, "setgid"), "s.service")).isEqualTo("failed 216");
    }

    @ParameterizedTest(name = "{0} without {1}: {2}")
    @CsvSource({
        "ExecCondition=/x;ExecStart=/y;User=u,             setgid,  skipped",
        "ExecCondition=/x;ExecStart=/y;ProtectClock=yes,   setpcap, skipped",
        "ExecCondition=-/x;ExecStart=/y;User=u,            setgid,  failed 216",
        "ExecCondition=+/x;ExecStart=/y;User=u,            setgid,  failed 216",
        "ExecStartPre=/x;ExecStart=/y;User=u,              setgid,  failed 216"
    })
    void whatSystemdCannotSetUpForExecConditionSkipsTheUnit(
            String lines, String dropped, String expected) {
        Sketch sketch = new Sketch().running("s.service", lines.split(";"));
        assertThat(said(without(sketch, dropped), "s.service")).isEqualTo(expected);
    }

    @Test
    void ofAServiceThatWasStartedAgainByItselfTheInstantDecides() {
        Sketch sketch = new Sketch().running("s.service", "User=u", "Restart=always").restarted(3);
        assertThat(said(without(sketch, "kill"), "s.service")).isEqualTo("open anyway");
        assertThat(said(without(sketch, "setgid"), "s.service")).isEqualTo("failed 216");
        Sketch steady = new Sketch().running("s.service", "User=u", "Restart=always");
        assertThat(said(without(steady, "kill"), "s.service")).isEqualTo("active");
    }

    /// keyrings(7): all containers of one id map share the quota.
    @Test
    void aKeyThatTheHostHadNoRoomForMayFindRoomInAnotherBoot() {
        Sketch sketch = new Sketch().wanted("s.service", "failed", "failed").exitedWith(237);
        assertThat(said(without(sketch, "kill"), "s.service")).isEqualTo("open anyway");
        Sketch namespace = new Sketch().wanted("s.service", "failed", "failed").exitedWith(226);
        assertThat(said(without(namespace, "kill"), "s.service")).isEqualTo("failed");
    }

    @Test
    void ofTwoEnabledUnitsThatConflictOneIsStartedAndFilesDoNotTellWhich() {
        Sketch sketch =
                new Sketch()
                        .fromFiles()
                        .wanted("a.service", "started", "running", conflicting("b.service"))
                        .wanted("b.service", "started", "running")
                        .wanted("c.service", "started", "running", conflicting("idle.service"))
                        .idle("idle.service", UnitLinks.NONE);
        Forecast forecast = without(sketch, "kill");
        assertThat(said(forecast, "a.service")).isEqualTo("open anyway");
        assertThat(said(forecast, "b.service")).isEqualTo("open anyway");
        assertThat(said(forecast, "c.service")).isNotEqualTo("open anyway");
    }

    private static Sketch listening(boolean pulledIn, boolean knocked, String... more) {
        UnitLinks links = Sketch.triggeredBy("s.socket");
        Sketch sketch = new Sketch().running("s.socket", "ListenStream=4000");
        if (pulledIn) {
            sketch.wanted(
                    "s.service", "active", "running", links, needs("CAP_SYS_TIME", SUCCEEDED));
        } else if (knocked) {
            sketch.loaded(
                    "s.service", "active", "running", links, needs("CAP_SYS_TIME", SUCCEEDED));
        } else {
            sketch.idle("s.service", links, needs("CAP_SYS_TIME", SUCCEEDED));
        }
        return sketch.running("other.socket", more);
    }

    @Test
    void aSocketWhoseServiceIsSkippedFailsWhenSomebodyKnocksAsInTheBootThatWasSeen() {
        assertThat(said(without(listening(false, true), "sys_time"), "s.socket")).isEqualTo("open");
        assertThat(said(without(listening(false, false), "sys_time"), "s.socket"))
                .isEqualTo("active");
        assertThat(said(without(listening(true, false), "sys_time"), "s.socket"))
                .isEqualTo("active");
        assertThat(said(without(listening(false, true), "sys_boot"), "s.socket"))
                .isEqualTo("active");
    }

    @Test
    void whoKnocksAtAPortThatIsLostMayComeToAnotherListenerOfIt() {
        String[] lost = {"ListenStream=[::1]:4000"};
        Sketch sketch = listening(true, false, lost);
        assertThat(said(without(sketch, "sys_time", "net_admin"), "s.socket")).isEqualTo("open");
        assertThat(said(without(sketch, "sys_time"), "s.socket")).isEqualTo("active");
    }
}
