package dev.capdrop.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.diagnosis.Cause;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.diagnosis.Diagnosis.Finding;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Unread;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A table of many containers ends with what all of them come to.
final class CheckTotalsTest {
    private static final Cause INERT =
            new Cause.InertCapability(CapabilitySet.of("sys_rawio"), false, false);
    private static final Cause USER =
            new Cause.Account(
                    new Trouble.NamedFile("User", "app", Trouble.NamedFile.Standing.MISSING, ""));
    private static final Cause NESTING = new Cause.NoNesting(Cause.Mounts.NAMESPACE, true);
    private static final Plan DROP = CheckTextTest.plan(List.of(), List.of());

    static Checked checked(String name, @Nullable Plan plan, Cause... causes) {
        List<Finding> findings =
                Stream.of(causes)
                        .map(cause ->
                                new Finding(
                                        cause.getClass().getSimpleName() + ".service",
                                        cause,
                                        List.of(),
                                        List.of(),
                                        null,
                                        List.of(),
                                        List.of()))
                        .toList();
        Snapshot snapshot =
                CheckTextTest.snapshot(
                        new ContainerId(RuntimeKind.LXC, name, "/var/lib/lxc"),
                        7,
                        CheckTextTest.systemd(causes.length == 0 ? "running" : "degraded"));
        return of(snapshot, plan, findings);
    }

    private static Checked of(Snapshot snapshot, @Nullable Plan plan, List<Finding> findings) {
        String target = snapshot.container().target();
        Diagnosis diagnosis = new Diagnosis(findings, List.of(), List.of(), "");
        return new Checked(
                target,
                target,
                null,
                snapshot,
                null,
                "",
                Checked.Reasoning.of(diagnosis, plan),
                Checked.OurChange.NONE);
    }

    private static Checked withoutSystemd(String name) {
        Snapshot snapshot =
                CheckTextTest.snapshot(
                        new ContainerId(RuntimeKind.LXC, name, "/var/lib/lxc"), 7, null);
        String why = "PID 1 is '/sbin/init', not systemd";
        Snapshot other =
                Snapshot.of(snapshot.takenAt(), snapshot.container(), snapshot.host())
                        .with(snapshot.init())
                        .withProblems(List.of(why))
                        .withUnread(List.of(new Unread(Unread.Part.OTHER_INIT, List.of(), why)));
        return of(other, null, List.of());
    }

    @Test
    void theLastLineCountsWhatIsToBeDone() throws IOException {
        List<String> lines =
                CheckTableTest.text(
                        List.of(
                                checked("a", DROP, INERT),
                                checked("b", DROP, INERT, USER),
                                checked("c", null, NESTING),
                                checked("d", null, USER, new Cause.BroughtDown("Account.service")),
                                checked("e", null),
                                withoutSystemd("f")));
        assertThat(lines)
                .containsExactly(
                        "TARGET  STATE        FAILED  CAUSE                           FIX",
                        "lxc:b   degraded     2       starts for inert sys_rawio;     capdrop apply lxc:b",
                        "                             user does not exist",
                        "lxc:d   degraded     2       user does not exist             capdrop check lxc:d",
                        "lxc:a   degraded     1       starts for inert sys_rawio      capdrop apply lxc:a",
                        "lxc:c   degraded     1       AppArmor without nesting        capdrop check lxc:c",
                        "lxc:e   running      0",
                        "lxc:f   not systemd  -",
                        "starts for inert sys_rawio: 2 units in 2 containers",
                        "user does not exist: 2 units in 2 containers",
                        "6 containers: 1 fixable by a drop, 1 fixable by a drop in part, 1 fixable by",
                        "    nesting, 1 with other causes, 1 healthy, 1 without systemd; next:",
                        "    capdrop plan --all");
    }

    @Test
    void moreCausesThanARowHasRoomForAreCounted() throws IOException {
        Cause clock = new Cause.ClockRefused();
        Cause memory = new Cause.OutOfMemory();
        Cause terminal = new Cause.NoTerminal();
        List<String> lines =
                CheckTableTest.text(
                        List.of(checked("a", null, USER, USER, clock, memory, terminal)));
        assertThat(String.join(" ", lines).replaceAll("\\s+", " "))
                .contains("2 units: user does not exist; ")
                .contains("cannot set the clock; and 2 more causes");
    }
}
