package dev.capdrop.core.condition;

import static dev.capdrop.core.condition.Condition.Result.ERROR;
import static dev.capdrop.core.condition.Condition.Result.FAILED;
import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.condition.Condition.Result.UNDECIDED;
import static dev.capdrop.core.condition.Condition.Result.UNTESTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Machine.PathStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionsTest {
    private static Condition.Tested row(boolean trigger, Condition.Result result) {
        return new Condition.Tested(new Condition("PathExists", trigger, false, "/x"), result);
    }

    @Test
    void anEmptyListHolds() {
        assertThat(Conditions.list(List.of())).isEqualTo(SUCCEEDED);
    }

    @Test
    void everyListOfThreeComesToWhatSystemdsWalkComesTo() {
        Condition.Result[] results = {SUCCEEDED, FAILED, ERROR};
        for (int code = 0; code < 216; code++) {
            List<Condition.Tested> rows = new ArrayList<>();
            for (int i = 0, rest = code; i < 3; i++, rest /= 6) {
                rows.add(row(rest % 2 == 1, results[rest % 6 / 2]));
            }
            assertThat(Conditions.list(rows)).as(rows.toString()).isEqualTo(walk(rows));
        }
    }

    /// systemd's own walk: a non-trigger that does not hold ends it, triggers are ORed.
    private static Condition.Result walk(List<Condition.Tested> rows) {
        int triggered = -1;
        for (Condition.Tested row : rows) {
            boolean holds = row.result() == SUCCEEDED;
            if (!row.condition().trigger() && !holds) {
                return FAILED;
            }
            if (row.condition().trigger() && triggered <= 0) {
                triggered = holds ? 1 : 0;
            }
        }
        return triggered == 0 ? FAILED : SUCCEEDED;
    }

    @Test
    void anUntestedRowLeavesOpenUnlessAnotherDecides() {
        assertThat(Conditions.list(List.of(row(false, UNTESTED)))).isEqualTo(UNDECIDED);
        assertThat(Conditions.list(List.of(row(false, UNTESTED), row(false, FAILED))))
                .isEqualTo(FAILED);
        assertThat(Conditions.list(List.of(row(true, UNDECIDED), row(true, FAILED))))
                .isEqualTo(UNDECIDED);
        assertThat(Conditions.list(List.of(row(true, UNTESTED), row(true, SUCCEEDED))))
                .isEqualTo(SUCCEEDED);
    }

    @ParameterizedTest
    @CsvSource({
        "CAP_SYS_RAWIO, SUCCEEDED",
        "cap_sys_rawio, SUCCEEDED",
        "17, SUCCEEDED",
        "0x11, SUCCEEDED",
        "021, SUCCEEDED",
        "CAP_SYS_MODULE, FAILED",
        "16, FAILED",
        "62, FAILED",
        "sys_rawio, ERROR",
        "63, ERROR",
        "-1, ERROR",
        "CAP_BOGUS, ERROR",
        "CAP_SYS_RAWIO CAP_SYS_MODULE, ERROR",
    })
    void aCapabilityConditionTestsTheBoundingSet(String parameter, Condition.Result expected) {
        CapabilitySet bounding = CapabilitySet.of("sys_rawio");
        Condition condition = new Condition("Capability", false, false, parameter);
        assertThat(Conditions.test(condition, bounding)).isEqualTo(expected);
    }

    @Test
    void negationLeavesAnErrorAnError() {
        Condition bogus = new Condition("Capability", false, true, "CAP_BOGUS");
        Condition absent = new Condition("Capability", false, true, "CAP_SYS_MODULE");
        assertThat(Conditions.test(bogus, CapabilitySet.EMPTY)).isEqualTo(ERROR);
        assertThat(Conditions.test(absent, CapabilitySet.EMPTY)).isEqualTo(SUCCEEDED);
    }

    private static final Condition RAWIO = condition("Capability", "CAP_SYS_RAWIO");
    private static final Condition HERE = condition("PathExists", "/here");
    private static final Condition AWAY = condition("PathExists", "/away");
    private static final Condition UNTESTABLE = condition("Virtualization", "container");
    private static final Condition FIRST = new Condition("PathExists", true, false, "/here");
    private static final Condition SECOND = new Condition("PathExists", true, false, "/away");

    private static Condition condition(String type, String parameter) {
        return new Condition(type, false, false, parameter);
    }

    private static List<Condition.Result> recall(boolean held, Condition... conditions) {
        List<Condition.Tested> rows = new ArrayList<>();
        for (Condition condition : conditions) {
            rows.add(new Condition.Tested(condition, UNTESTED));
        }
        return Conditions.recall(rows, held, new Rawio()).stream()
                .map(Condition.Tested::result)
                .toList();
    }

    @Test
    void whatSystemdTestedIsNotRecalled() {
        List<Condition.Tested> rows = List.of(row(false, FAILED), row(false, UNTESTED));
        assertThat(Conditions.recall(rows, true, new Rawio())).isEqualTo(rows);
    }

    @Test
    void inAListThatHeldEveryNonTriggerHeld() {
        assertThat(recall(true, RAWIO, AWAY, UNTESTABLE))
                .containsExactly(SUCCEEDED, SUCCEEDED, SUCCEEDED);
        assertThat(recall(true, FIRST)).containsExactly(SUCCEEDED);
        assertThat(recall(true, FIRST, SECOND)).containsExactly(UNTESTED, UNTESTED);
    }

    @Test
    void aListThatDidNotHoldIsPutDownToWhatFailsNow() {
        assertThat(recall(false, RAWIO, AWAY, UNTESTABLE))
                .containsExactly(SUCCEEDED, FAILED, UNTESTED);
        assertThat(recall(false, HERE)).containsExactly(FAILED);
        assertThat(recall(false, RAWIO, HERE)).containsExactly(SUCCEEDED, FAILED);
        assertThat(recall(false, UNTESTABLE, UNTESTABLE)).containsExactly(FAILED, FAILED);
        assertThat(recall(false, FIRST, SECOND)).containsExactly(FAILED, FAILED);
        assertThat(recall(false, HERE, UNTESTABLE)).containsExactly(UNTESTED, UNTESTED);
    }

    @Test
    void atAFirstBootAloneTheMachineIdIsAMountPoint() {
        Condition mounted = condition("PathIsMountPoint", "/etc/machine-id");
        assertThat(Conditions.test(mounted, new Rawio(true))).isEqualTo(SUCCEEDED);
        assertThat(Conditions.test(mounted, new Rawio(false))).isEqualTo(FAILED);
        assertThat(Conditions.turnsByRestart(mounted)).isTrue();
        assertThat(Conditions.turnsByRestart(condition("PathIsMountPoint", "/srv"))).isFalse();
    }

    /// A machine with CAP_SYS_RAWIO and a file `/here`.
    private record Rawio(@Nullable Boolean firstBoot) implements Machine {
        Rawio() {
            this(null);
        }

        @Override
        public CapabilitySet bounding() {
            return CapabilitySet.of("sys_rawio");
        }

        @Override
        public PathStatus path(String path) {
            return path.equals("/here")
                    ? new PathStatus(PathStatus.Kind.REGULAR, 1, false, 0)
                    : PathStatus.MISSING;
        }

        @Override
        public PathStatus link(String path) {
            return path(path);
        }
    }
}
