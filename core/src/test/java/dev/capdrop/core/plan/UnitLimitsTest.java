package dev.capdrop.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.CapabilityState;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.Observation.Coverage;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.Observation.Tallies.Tally;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.plan.Planner.Refusal;
import dev.capdrop.core.plan.UnitLimits.UnitLimit;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Programs.ProgramFile;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import dev.capdrop.core.snapshot.Systemd;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The drop-ins for the services of a container.
final class UnitLimitsTest {
    private static final Instant NOW = Instant.parse("2026-05-04T10:00:00Z");

    private static UnitLimits limits(int boots, long seconds, Programs programs, String... lines) {
        return limits(boots, seconds, 0, programs, lines);
    }

    private static UnitLimits limits(
            int boots, long seconds, long bootUntil, Programs programs, String... lines) {
        Sketch sketch =
                new Sketch()
                        .isolation(new Isolation(100000, false, false))
                        .programs(programs)
                        .running("web.service", lines);
        List<Tally> tallies =
                List.of(
                        new Tally("web.service", 0, Meaning.USED, 1, 1, 1),
                        new Tally("web.service", 1, Meaning.MISSED, 1, 1, 1),
                        new Tally("other.service", 2, Meaning.USED, 1, 1, 1));
        Coverage coverage =
                new Coverage(
                        seconds,
                        boots,
                        0,
                        Coverage.End.TIME,
                        List.of("web.service"),
                        CapabilitySet.EMPTY,
                        Map.of(),
                        Coverage.UnitResults.NONE);
        UseHistory learnt =
                UseHistory.none("it", NOW)
                        .plus(
                                new Observation(
                                                NOW,
                                                false,
                                                CapabilitySet.EMPTY,
                                                tallies,
                                                coverage,
                                                0)
                                        .withBootUntil(bootUntil),
                                NOW);
        return UnitLimits.of(sketch.draw().withLearnt(learnt));
    }

    private static UnitLimits limits(String... lines) {
        return limits(2, 3600, new Programs(List.of(), true, List.of()), lines);
    }

    @Test
    void aServiceKeepsWhatItUsedItselfAndNothingElse() {
        UnitLimits limits = limits("ExecStart=/usr/bin/web");
        UnitLimit web = limits.limits().getFirst();
        assertThat(limits.smaller()).containsExactly(web);
        assertThat(web.needed()).isEqualTo(CapabilitySet.of("chown", "setpcap"));
        assertThat(web.thin()).isFalse();
        assertThat(web.path()).isEqualTo("/etc/systemd/system/web.service.d/50-capdrop.conf");
        assertThat(web.lines())
                .containsExactly(
                        "[Service]",
                        "CapabilityBoundingSet=",
                        "CapabilityBoundingSet=CAP_CHOWN CAP_SETPCAP");
    }

    @Test
    void oneThatWasSeenInItsStartOnlyIsSaidToBeSo() {
        Programs none = new Programs(List.of(), true, List.of());
        String line = "ExecStart=/usr/bin/web";
        assertThat(limits(1, 30, 0, none, line).limits().getFirst().idle()).isFalse();
        assertThat(limits(1, 30, 1, none, line).limits().getFirst().idle()).isTrue();
    }

    /// What its children used was counted elsewhere, and they inherit its limit.
    @Test
    void oneWhoseChildrenLiveInOtherUnitsIsLeftAlone() {
        for (String line : List.of("PAMName=login", "Delegate=yes", "Delegate=pids")) {
            UnitLimits limits = limits("ExecStart=/usr/bin/web", line);
            assertThat(limits.limits()).as(line).isEmpty();
            assertThat(limits.elsewhere()).as(line).containsExactly("web.service");
        }
        assertThat(limits("ExecStart=/usr/bin/web", "Delegate=no").elsewhere()).isEmpty();
        for (String name : List.of("ssh", "sshd", "cron", "getty@tty1", "user@1000", "docker")) {
            Sketch sketch = new Sketch().running(name + ".service", "ExecStart=/usr/bin/it");
            UseHistory learnt =
                    UseHistory.none("it", NOW)
                            .plus(
                                    new Observation(
                                            NOW,
                                            false,
                                            CapabilitySet.EMPTY,
                                            List.of(),
                                            new Coverage(
                                                    3600,
                                                    2,
                                                    0,
                                                    Coverage.End.TIME,
                                                    List.of(name + ".service"),
                                                    CapabilitySet.EMPTY,
                                                    Map.of(),
                                                    Coverage.UnitResults.NONE),
                                            0),
                                    NOW);
            UnitLimits limits =
                    UnitLimits.of(
                            sketch.isolation(new Isolation(100000, false, false))
                                    .programs(new Programs(List.of(), true, List.of()))
                                    .draw()
                                    .withLearnt(learnt));
            assertThat(limits.elsewhere()).containsExactly(name + ".service");
        }
    }

    @Test
    void whatItsUnitFileTakesAwayIsNotGivenBack() {
        UnitLimits limits =
                limits("ExecStart=/usr/bin/web", "CapabilityBoundingSet=CAP_KILL CAP_SETUID");
        UnitLimit web = limits.limits().getFirst();
        assertThat(web.needed()).isEqualTo(CapabilitySet.EMPTY);
        assertThat(web.lines()).containsExactly("[Service]", "CapabilityBoundingSet=");
    }

    @Test
    void oneThatIsSmallAlreadyIsLeftAlone() {
        UnitLimits limits = limits("ExecStart=/usr/bin/web", "CapabilityBoundingSet=CAP_CHOWN");
        assertThat(limits.limits().getFirst().smallAlready()).isTrue();
        assertThat(limits.smaller()).isEmpty();
    }

    @Test
    void whatItsSettingsGiveStaysThoughItWasNotSeen() {
        UnitLimit web =
                limits(
                                "ExecStart=/usr/bin/web",
                                "User=web",
                                "AmbientCapabilities=CAP_NET_BIND_SERVICE")
                        .limits()
                        .getFirst();
        assertThat(web.needed())
                .isEqualTo(CapabilitySet.of("chown", "net_bind_service", "setpcap"));
        assertThat(web.unseen().getLast().why()).contains("AmbientCapabilities=");
    }

    @Test
    void whatAFileGrantsStaysButForOneThatGainsNothingByExecve() {
        String bytes =
                HexFormat.of()
                        .formatHex(
                                FileCapabilities.of(
                                                CapabilityState.parse("cap_net_raw=ep", 40), null)
                                        .encode());
        ProgramFile ping =
                new ProgramFile(
                        "/usr/bin/ping", ProgramFile.Reading.READ, bytes, false, false, 100000);
        Programs programs = new Programs(List.of(ping), true, List.of());
        assertThat(limits(2, 3600, programs, "ExecStart=/x").limits().getFirst().needed())
                .isEqualTo(CapabilitySet.of("chown", "net_raw", "setpcap"));
        assertThat(
                        limits(2, 3600, programs, "ExecStart=/x", "NoNewPrivileges=yes")
                                .limits()
                                .getFirst()
                                .needed())
                .isEqualTo(CapabilitySet.of("chown", "setpcap"));
    }

    /// What it does at its start was not seen.
    @Test
    void oneOfWhichNoBootWasSeenIsLeftAlone() {
        UnitLimits limits =
                limits(0, 3600, new Programs(List.of(), true, List.of()), "ExecStart=/x");
        assertThat(limits.limits()).isEmpty();
        assertThat(limits.unwatched()).containsExactly("web.service");
    }

    @Test
    void aThinRecordIsSaidToBeOne() {
        UnitLimits limits = limits(1, 20, new Programs(List.of(), true, List.of()), "ExecStart=/x");
        assertThat(limits.limits().getFirst().thin()).isTrue();
    }

    @Test
    void withoutARecordNothingIsProposed() {
        Sketch sketch = new Sketch().running("web.service", "ExecStart=/x");
        Snapshot snapshot = sketch.draw();
        assertThat(UnitLimits.refusal(snapshot))
                .isEqualTo(new Refusal.NothingLearnt(snapshot.container()));
    }

    @Test
    void ofWhatNeverCameUpNothingIsSaidAndOfWhatHasEndedWellThatNoBootWasWatched() {
        Snapshot snapshot =
                new Sketch()
                        .isolation(new Isolation(100000, false, false))
                        .programs(new Programs(List.of(), true, List.of()))
                        .wanted("broken.service", "failed", "failed")
                        .withLines("ExecStart=/usr/bin/broken")
                        .wanted("once.service", "inactive", "dead")
                        .withLines("ExecStart=/usr/bin/once")
                        .draw()
                        .withLearnt(UseHistory.none("it", NOW).plus(watched(), NOW));
        assertThat(UnitLimits.refusal(snapshot)).isNull();
        assertThat(UnitLimits.of(snapshot).unwatched()).containsExactly("once.service");
        Snapshot silent = snapshot.with((Systemd) null);
        assertThat(UnitLimits.refusal(silent)).isInstanceOf(Refusal.UnitsUnread.class);
    }

    private static Observation watched() {
        Coverage coverage =
                new Coverage(
                        3600,
                        2,
                        0,
                        Coverage.End.TIME,
                        List.of("web.service"),
                        CapabilitySet.EMPTY,
                        Map.of(),
                        Coverage.UnitResults.NONE);
        return new Observation(NOW, false, CapabilitySet.EMPTY, List.of(), coverage, 0);
    }
}
