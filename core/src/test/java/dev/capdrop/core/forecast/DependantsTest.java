package dev.capdrop.core.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// How a change goes on from unit to unit. Units are looked at in the order of their names, so who
/// hangs on another one has the earlier name here: it was as before when it was looked at first.
final class DependantsTest {
    private static final CapabilitySet ALL = CapabilitySet.upTo(40);

    /// What is said of each unit that is not as before, by its name.
    private static Map<String, String> changed(Sketch sketch, String... dropped) {
        Forecast forecast =
                Forecaster.over(sketch.draw()).forecast(ALL.minus(CapabilitySet.of(dropped)));
        Map<String, String> said = new TreeMap<>();
        for (Effect effect : forecast.changes()) {
            said.put(effect.unit(), effect.after().word() + ": " + effect.why());
        }
        for (Undecided open : forecast.undecided()) {
            said.put(open.unit(), (open.byDrop() ? "open: " : "open anyway: ") + open.why());
        }
        return said;
    }

    private static Dependencies requiring(String other) {
        return Dependencies.NONE.with(Dependency.REQUIRES, other).with(Dependency.AFTER, other);
    }

    private static Dependencies after(String other) {
        return Dependencies.NONE.with(Dependency.AFTER, other);
    }

    private static Sketch with(Sketch sketch, String target, Dependencies links) {
        return sketch.wanted(target, "active", "active", links);
    }

    private static String hangsOn(String other) {
        return "open: hangs on " + other + ", which fails or may fail";
    }

    @Test
    void whatIsNotStartedLeavesOpenWhatRequiresItWithoutWaitingAndThatWhatWaits() {
        Sketch sketch = new Sketch().running("d.service", "Type=notify", "ExecStart=/d", "User=u");
        with(sketch, "c.target", requiring("d.service"));
        with(sketch, "b.target", Dependencies.NONE.with(Dependency.REQUIRES, "c.target"));
        with(sketch, "a.target", requiring("b.target"));
        assertThat(changed(sketch, "setgid"))
                .containsEntry(
                        "c.target", "not-started: hangs on d.service, which will not be active")
                .containsEntry(
                        "b.target",
                        "open: requires c.target, which is not started, and does not wait for it:"
                                + " which of the two comes first, chance decides")
                .containsEntry("a.target", hangsOn("b.target"));
    }

    @Test
    void aSkippedUnitThatMayNotEvenBeAskedLeavesOpenWhatRequiresIt() {
        Sketch sketch =
                new Sketch()
                        .running("d.service", "ExecStart=/d")
                        .wanted(
                                "c.service",
                                "inactive",
                                "dead",
                                requiring("d.service"),
                                Sketch.row(
                                        "Virtualization", "!container", Condition.Result.FAILED));
        with(sketch, "b.target", requiring("c.service"));
        with(sketch, "a.target", requiring("b.target"));
        assertThat(changed(sketch, "net_raw"))
                .containsEntry(
                        "c.service",
                        "open: skipped, or not even that: it requires d.service, which may fail")
                .containsEntry("b.target", hangsOn("c.service"))
                .containsEntry("a.target", hangsOn("b.target"));
    }

    private static Sketch bus(String... lines) {
        return new Sketch()
                .running("dbus.socket", "ListenStream=/run/dbus/system_bus_socket")
                .running(
                        "dbus.service",
                        Dependencies.NONE
                                .with(Dependency.TRIGGERED_BY, "dbus.socket")
                                .with(Dependency.REQUIRES, "z.service")
                                .with(Dependency.AFTER, "z.service"),
                        lines);
    }

    @Test
    void whoWaitsForAServiceThatWaitsForTheBusWithoutAnEndWaitsToo() {
        Sketch sketch =
                bus("User=messagebus")
                        .running(
                                "y.service",
                                "BusName=org.example.Y",
                                "Restart=always",
                                "CapabilityBoundingSet=CAP_CHOWN");
        with(sketch, "x.target", after("y.service"));
        with(sketch, "w.target", after("x.target"));
        sketch.wanted(
                "v.service",
                "inactive",
                "dead",
                Dependencies.NONE.with(Dependency.AFTER, "x.target", "multi-user.target"),
                Sketch.row("Virtualization", "microsoft", Condition.Result.FAILED));
        assertThat(changed(sketch, "setuid"))
                .containsEntry("y.service", hangsOn("dbus.service"))
                .containsEntry(
                        "v.service", "open: skipped, or not even that: it waits for x.target")
                .containsEntry(
                        "x.target",
                        "open: waits for y.service, which is started again as long as its bus does"
                                + " not answer")
                .containsEntry("w.target", "open: waits for x.target");
    }

    @Test
    void whatRequiresASocketThatIsGivenUpWithItsServiceIsLeftOpen() {
        Sketch sketch =
                bus("User=messagebus")
                        .running(
                                "y.service",
                                "BusName=org.example.Y",
                                "CapabilityBoundingSet=CAP_CHOWN");
        with(sketch, "a.target", requiring("dbus.socket"));
        assertThat(changed(sketch, "setuid"))
                .containsEntry(
                        "dbus.socket",
                        "failed: dbus.service fails at each start, until systemd gives up both")
                .containsEntry("a.target", hangsOn("dbus.socket"));
    }

    @Test
    void whoIsOnTheBusHangsOnWhatItsServiceRequires() {
        Sketch sketch =
                bus("ExecStart=/bus", "User=messagebus")
                        .running("a.service", "BusName=org.example.A", "User=a")
                        .running("b.service", "User=b")
                        .connected("b.service")
                        .running("c.service", "User=c")
                        .running("z.service", "ExecStart=/z");
        assertThat(changed(sketch, "net_raw"))
                .containsOnly(
                        entry("a.service", hangsOn("dbus.service")),
                        entry("b.service", hangsOn("dbus.service")),
                        entry("dbus.service", hangsOn("z.service")),
                        entry("dbus.socket", hangsOn("dbus.service")),
                        entry("z.service", "open: runs as root with net_raw in its bounding set"));
    }

    @Test
    void whoIsOnTheBusDoesNotHangOnTheServiceOfAnotherSocket() {
        Sketch sketch =
                new Sketch()
                        .running("x.socket", "ListenStream=/run/x")
                        .running("x.service", Sketch.triggeredBy("x.socket"), "ExecStart=/x")
                        .running("a.service", "BusName=org.example.A", "User=a");
        assertThat(changed(sketch, "net_raw")).doesNotContainKey("a.service");
    }

    @Test
    void whoWaitsForAServiceOnTheBusWaitsWithoutAnEndOnceTheBusIsFoundToFail() {
        Sketch sketch =
                bus("ExecStart=/bus", "User=messagebus")
                        .running(
                                "y.service",
                                "BusName=org.example.Y",
                                "Restart=always",
                                "ExecStart=/y")
                        .running("z.service", "ExecStart=/z");
        with(sketch, "a.target", after("y.service"));
        assertThat(changed(sketch, "net_raw"))
                .containsEntry("dbus.service", hangsOn("z.service"))
                .containsEntry(
                        "a.target",
                        "open: waits for y.service, which is started again as long as its bus does"
                                + " not answer");
    }

    @Test
    void aOneshotHangsOnWhoIsFoundToStartItAgainAndAgain() {
        Sketch sketch =
                new Sketch()
                        .wanted("a.service", "inactive", "dead")
                        .withLines("Type=oneshot", "ExecStart=-/sbin/modprobe a")
                        .running(
                                "y.service",
                                requiring("z.service").with(Dependency.WANTS, "a.service"),
                                "Restart=always",
                                "CapabilityBoundingSet=CAP_CHOWN")
                        .running("z.service", "ExecStart=/z");
        assertThat(changed(sketch, "net_raw"))
                .containsEntry("y.service", hangsOn("z.service"))
                .containsEntry("a.service", hangsOn("y.service"));
    }

    /// What else is being started again and again is known only when that is looked at.
    @Test
    void whoWaitsForAForkingServiceMayWaitForEverOnceAnotherOneMayFailBesideIt() {
        Sketch sketch =
                new Sketch()
                        .running("fork.service", "Type=forking", "Restart=on-failure")
                        .running(
                                "loop.service",
                                requiring("z.service"),
                                "Restart=always",
                                "CapabilityBoundingSet=CAP_CHOWN")
                        .running("z.service", "ExecStart=/z");
        with(
                sketch,
                "b.target",
                Dependencies.NONE.with(Dependency.AFTER, "fork.service", "loop.service"));
        assertThat(changed(sketch, "dac_override"))
                .containsEntry("loop.service", hangsOn("z.service"))
                .containsEntry(
                        "b.target",
                        "open: waits for fork.service, which may be started again and again");
    }

    /// Where PID files were looked at, only who has one is waited for after its first process.
    @Test
    void whoNamesNoPidFileOrMissesNothingOfFilesKeepsNobodyWaitingWithoutAnEnd() {
        for (String lines : List.of("PIDFile=/run/fork.pid", "TimeoutStartSec=5")) {
            Sketch sketch =
                    new Sketch()
                            .running("fork.service", "Type=forking", "Restart=always", lines)
                            .running("loop.service", "Restart=always")
                            .running("pid.service", "Type=forking", "PIDFile=/run/pid", "User=u");
            Dependencies both =
                    Dependencies.NONE.with(Dependency.AFTER, "fork.service", "loop.service");
            with(sketch, "b.target", both);
            assertThat(changed(sketch, "dac_override").containsKey("b.target"))
                    .isEqualTo(lines.startsWith("PIDFile"));
            assertThat(changed(sketch, "net_raw"))
                    .containsKey("fork.service")
                    .doesNotContainKey("b.target");
        }
    }

    /// Seen of dbus.socket on Debian 12, which logind wants, without setuid and setpcap: whether
    /// somebody connects after its last start, chance decides.
    @Test
    void aSocketThatIsGivenUpAndStartedAgainByWhoFailsBesideItIsLeftOpen() {
        Sketch sketch =
                bus("User=messagebus")
                        .running("y.service", "BusName=org.example.Y", "ExecStart=/y")
                        .running(
                                "login.service",
                                Dependencies.NONE.with(Dependency.WANTS, "dbus.socket"),
                                "Restart=always",
                                "CapabilityBoundingSet=CAP_CHOWN");
        assertThat(changed(sketch, "setuid").get("dbus.socket")).startsWith("failed: ");
        assertThat(changed(sketch, "setuid", "setpcap").get("dbus.socket")).startsWith("open: ");
    }

    /// Whichever of them was found to be so first.
    @Test
    void ofSeveralThatMayFailTheFirstIsNamed() {
        Sketch sketch = new Sketch().running("z.service", "ExecStart=/z");
        with(sketch, "y.target", requiring("z.service"));
        with(sketch, "x.target", requiring("z.service"));
        with(
                sketch,
                "m.target",
                Dependencies.NONE.with(Dependency.REQUIRES, "b.target", "x.target"));
        with(sketch, "b.target", requiring("y.target"));
        assertThat(changed(sketch, "net_raw"))
                .containsEntry("x.target", hangsOn("z.service"))
                .containsEntry("m.target", hangsOn("b.target"));
    }
}
