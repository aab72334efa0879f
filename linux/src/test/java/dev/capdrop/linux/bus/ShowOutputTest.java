package dev.capdrop.linux.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.snapshot.Systemd.Job;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitFile.Setting;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ShowOutputTest {
    private static final String MOUNT =
            """
            Requires=-.slice
            After=systemd-journald.socket bad;name -.mount
            Id=sys-kernel-debug.mount
            LoadState=loaded
            ActiveState=failed
            SubState=failed
            FragmentPath=/usr/lib/systemd/system/sys-kernel-debug.mount
            ConditionResult=yes
            ConditionTimestampMonotonic=1406292362
            Result=exit-code
            ExecMount={ path=/usr/bin/mount ; argv[]=/usr/bin/mount debugfs ; pid=19 ; code=exited ; status=32 }
            """;

    private static UnitState unit(String text, Setting... settings) {
        return ShowOutput.unit(
                ShowOutput.blocks(text).getFirst(), (fragment, dropIns) -> List.of(settings));
    }

    private static Setting condition(String key, String value) {
        return new Setting("/f", 1, "Unit", key, value);
    }

    @Test
    void aMountsExitIsTheLastFieldOfItsCommand() {
        UnitState unit = unit(MOUNT);
        assertThat(unit.failed()).isTrue();
        UnitDetail detail = unit.detail();
        assertThat(detail.exit()).isEqualTo(new UnitDetail.Exit("exit-code", 1, 32, 0));
        assertThat(detail.dependencies().of(Dependency.AFTER))
                .containsExactly("systemd-journald.socket", "-.mount");
    }

    @Test
    void whereAllHeldEachConditionHeldThatIsNoTrigger() {
        UnitState unit =
                unit(
                        MOUNT,
                        condition("ConditionCapability", "CAP_SYS_RAWIO"),
                        condition("ConditionPathExists", "|! /x"));
        assertThat(unit.conditions())
                .containsExactly(
                        new Condition.Tested(
                                new Condition("Capability", false, false, "CAP_SYS_RAWIO"),
                                Condition.Result.SUCCEEDED),
                        new Condition.Tested(
                                new Condition("PathExists", true, true, "/x"),
                                Condition.Result.UNTESTED));
    }

    @Test
    void whereTheListFailedOnlyASingleConditionIsKnown() {
        String skipped = MOUNT.replace("ConditionResult=yes", "ConditionResult=no");
        Setting one = condition("ConditionCapability", "CAP_SYS_RAWIO");
        assertThat(unit(skipped, one).conditions())
                .extracting(Condition.Tested::result)
                .containsExactly(Condition.Result.FAILED);
        assertThat(unit(skipped, one, condition("ConditionUser", "root")).conditions())
                .extracting(Condition.Tested::result)
                .containsExactly(Condition.Result.UNTESTED, Condition.Result.UNTESTED);
    }

    @Test
    void aQuotedNameIsUnquoted() {
        String text = MOUNT + "Wants=\"run-a\\\\x2db.mount\" plain.service\n";
        assertThat(unit(text).detail().dependencies().of(Dependency.WANTS))
                .containsExactly("run-a\\x2db.mount", "plain.service");
    }

    @Test
    void anEmptyLineBeginsTheNextUnit() {
        assertThat(ShowOutput.blocks("Id=a.service\nX=a=b\n\nId=b.service\n"))
                .extracting(block -> block.get("Id"))
                .containsExactly("a.service", "b.service");
    }

    @Test
    void aLineOfListJobsIsAJobAndOthersAreLeftOut() {
        String text =
                """
                  81 hang.service      start running
                   2 multi-user.target start waiting
                No jobs running.
                   3 \u001b[31m.service start running
                """;
        assertThat(ShowOutput.queue(text))
                .containsExactly(
                        new Job("hang.service", "start", true),
                        new Job("multi-user.target", "start", false));
    }

    @Test
    void howOftenSystemdHasStartedAServiceAgainIsKept() {
        UnitState unit =
                unit(
                        """
                        Id=loop.service
                        LoadState=loaded
                        ActiveState=active
                        SubState=running
                        Result=exit-code
                        ExecMainCode=1
                        ExecMainStatus=3
                        NRestarts=7
                        """);
        assertThat(unit.detail().exit()).isEqualTo(new UnitDetail.Exit("exit-code", 1, 3, 7));
        assertThat(unit.loops()).isTrue();
    }

    @Test
    void whatIsNoNumberIsZero() {
        assertThat(ShowOutput.number("[not set]")).isZero();
        assertThat(ShowOutput.number(null)).isZero();
        assertThat(ShowOutput.number("42")).isEqualTo(42);
    }
}
