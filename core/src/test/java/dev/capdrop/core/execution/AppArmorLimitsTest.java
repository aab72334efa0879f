package dev.capdrop.core.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.capdrop.core.execution.AppArmorLimits.SandboxMounts;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.journal.Experience;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.plan.StartReview;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.snapshot.UnitState.ActiveState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A container that never booted, on a host with AppArmor.
class AppArmorLimitsTest {
    private static final String GENERATED = "lxc.apparmor.profile = generated\n";
    private static final String DEBIAN_11 = "247.3-7+deb11u7";
    private static final String DEBIAN_12 = "252.38-1~deb12u1";
    private static final String DEBIAN_13 = "257.8-1~deb13u2";
    private static final String UBUNTU = "257.9-1ubuntu1";
    private static final String ENTERPRISE = "257-21.el10";
    private static final String BACKPORTED = "252.5-2~bpo11+1";
    private static final String FORKY = "262~rc1-1";
    private static final String NOT_SEEN = "255.4-1ubuntu8";
    private static final String REFUSES = "its AppArmor profile, without nesting, refuses ";

    private static Sketch container(String config) {
        return new Sketch()
                .stopped()
                .appArmor(true)
                .config(config)
                .wanted("logind.service", ActiveState.STARTED.word(), "running")
                .withLines("ExecStart=/lib/logind", "ProtectControlGroups=yes", "PrivateTmp=yes")
                .wanted("tmp.service", ActiveState.STARTED.word(), "running")
                .withLines("ExecStart=/lib/x", "ProtectSystem=strict", "PrivateDevices=yes")
                .wanted("exec.service", ActiveState.STARTED.word(), "running")
                .withLines("ExecStart=/lib/x", "NoExecPaths=/srv")
                .wanted("network.service", ActiveState.STARTED.word(), "running")
                .withLines("ExecStart=/lib/x", "PrivateNetwork=yes")
                .wanted("root.service", ActiveState.STARTED.word(), "running")
                .withLines("ExecStart=/lib/x", "RootDirectory=/srv", "ProtectProc=invisible")
                .wanted("sysctl.service", ActiveState.STARTED.word(), "exited")
                .withLines("Type=oneshot", "ExecStart=/lib/sysctl", "ImportCredential=sysctl.*")
                .wanted("passed.service", ActiveState.STARTED.word(), "exited")
                .withLines("Type=oneshot", "ExecStart=-/lib/x", "LoadCredential=x:/y")
                .wanted("getty.service", ActiveState.STARTED.word(), "running")
                .withLines("ExecStart=-/lib/x", "LoadCredential=x:/y", "Restart=always")
                .wanted("asks.service", ActiveState.STARTED.word(), "exited")
                .withLines("ExecCondition=/bin/a", "ExecStart=/lib/x", "LoadCredential=x:/y")
                .wanted("dev-mqueue.mount", ActiveState.STARTED.word(), "mounted")
                .withLines("Type=mqueue", "What=mqueue")
                .wanted("srv-a.mount", ActiveState.STARTED.word(), "mounted")
                .withLines("Type=none", "What=/etc", "Options=ro,bind")
                .wanted("srv-b.mount", ActiveState.STARTED.word(), "mounted")
                .withLines("Type=proc", "What=proc")
                .wanted("srv-c.mount", ActiveState.STARTED.word(), "mounted")
                .withLines("Type=binfmt_misc", "What=binfmt_misc")
                .wanted("run-credentials-x.mount", ActiveState.STARTED.word(), "mounted")
                .wanted("cron.service", ActiveState.STARTED.word(), "running")
                .withLines("ExecStart=/bin/cron")
                .wanted("helper.service", ActiveState.STARTED.word(), "running")
                .withLines("ExecStart=+/bin/helper", "ProtectProc=invisible")
                .wanted("data.mount", "failed", "failed")
                .withLines("Type=ext4");
    }

    /// As boots have shown it of each setting and type, unprivileged and privileged.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                DEBIAN_11 + "| true  | logind srv-b | exec root srv-c",
                DEBIAN_12 + "| true  | logind srv-b | exec root srv-c",
                DEBIAN_12 + "| false | logind tmp srv-b | exec root srv-c",
                DEBIAN_13
                        + "| true  | exec sysctl getty dev-mqueue srv-a srv-b srv-c"
                        + "| root passed asks",
                DEBIAN_13
                        + "| false | logind tmp exec network sysctl getty dev-mqueue srv-a srv-b"
                        + " srv-c | root passed asks",
                FORKY
                        + "| true  | logind exec network sysctl getty dev-mqueue srv-a srv-b srv-c"
                        + "| root passed asks",
                FORKY
                        + "| false | logind tmp exec network sysctl getty dev-mqueue srv-a srv-b"
                        + " srv-c | root passed asks",
                "253  | true  | logind exec dev-mqueue srv-a srv-b srv-c | root",
                "253.26 | false | logind tmp exec dev-mqueue srv-a srv-b srv-c | root",
                "254.19 | true | logind exec network getty dev-mqueue srv-a srv-b srv-c"
                        + "| root sysctl passed asks",
                "254.19 | false | logind tmp exec network getty dev-mqueue srv-a srv-b srv-c"
                        + "| root sysctl passed asks",
                "255.13 | true | exec getty dev-mqueue srv-a srv-b srv-c"
                        + "| root sysctl passed asks",
                "256 | false | logind tmp exec network getty dev-mqueue srv-a srv-b srv-c"
                        + "| root sysctl passed asks",
                NOT_SEEN
                        + "| true  | - | logind tmp exec network root sysctl passed getty asks dev-mqueue"
                        + " srv-a srv-b srv-c",
                "'' | true  | - | logind tmp exec network root sysctl passed getty asks dev-mqueue srv-a"
                        + " srv-b srv-c",
                // builds of others, which no boot with AppArmor was seen of
                UBUNTU
                        + "| true  | - | logind tmp exec network root sysctl passed getty asks dev-mqueue"
                        + " srv-a srv-b srv-c",
                ENTERPRISE
                        + "| true  | - | logind tmp exec network root sysctl passed getty asks dev-mqueue"
                        + " srv-a srv-b srv-c",
                BACKPORTED
                        + "| true  | - | logind tmp exec network root sysctl passed getty asks dev-mqueue"
                        + " srv-a srv-b srv-c"
            })
    void withoutNestingWhatNeedsARefusedMountFails(
            String version, boolean unprivileged, @Nullable String fail, String open) {
        Sketch sketch = container(GENERATED).version(version);
        Snapshot snapshot = (unprivileged ? sketch : sketch.privileged()).draw();
        Plan plan = Planner.plan(snapshot, Request.HEALTHY).orElseThrow();
        assertThat(plan.forecast().changes())
                .extracting(Effect::unit)
                .containsExactlyInAnyOrderElementsOf(units(fail));
        assertThat(plan.forecast().changes())
                .allMatch(effect -> effect.after() == Outcome.FAILED)
                .allMatch(effect ->
                        effect.why()
                                .startsWith(
                                        "its AppArmor profile, without nesting," + " refuses "));
        assertThat(leftOpen(plan))
                .extracting(Undecided::unit)
                .containsExactlyInAnyOrderElementsOf(units(open));
        assertThat(leftOpen(plan))
                .allMatch(
                        undecided -> undecided.settledBy().equals("lxc.apparmor.allow_nesting = 1"))
                .allMatch(undecided -> undecided.why().contains(" without nesting, may refuse "));
        assertThat(plan.refused()).isFalse();
        StartReview.Confinement confinement = review(snapshot).confinement();
        assertThat(confinement.fail()).containsExactlyInAnyOrderElementsOf(units(fail));
        assertThat(confinement.units()).containsExactlyInAnyOrderElementsOf(units(open));
        assertThat(confinement.remedy()).isEqualTo("lxc.apparmor.allow_nesting = 1");
    }

    @ParameterizedTest
    @EnumSource(
            value = RuntimeKind.class,
            names = {"INCUS", "LXD"})
    void whatTheProfileOfAnotherRuntimeRefusesWasNotSeen(RuntimeKind runtime) {
        assertThat(SandboxMounts.of(DEBIAN_13, RuntimeKind.LXC, "6.0.4"))
                .isEqualTo(SandboxMounts.V257);
        assertThat(SandboxMounts.of(DEBIAN_13, runtime, "6.0.4")).isEqualTo(SandboxMounts.UNSEEN);
    }

    /// LXC 7 lets more be mounted than 6 does; of the others nobody has booted one beside AppArmor.
    @ParameterizedTest
    @ValueSource(strings = {"7.0.0", "6.1.0", "6.0.7", "6.0.0", "5.0.2", "6.0.4-devel", ""})
    void ofAnotherLiblxcItMayRefuseWhatTheSeenOneRefuses(String version) {
        StartReview.Confinement unseen =
                review(container(GENERATED).version(DEBIAN_13).liblxc(version).draw())
                        .confinement();
        assertThat(unseen.fail()).isEmpty();
        assertThat(unseen.units())
                .contains("exec.service", "sysctl.service", "dev-mqueue.mount", "srv-a.mount");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.0.1", "6.0.4", "6.0.6"})
    void ofALiblxcWithTheSameProfileItIsCertain(String version) {
        assertThat(
                        review(container(GENERATED).version(DEBIAN_13).liblxc(version).draw())
                                .confinement()
                                .fail())
                .contains("exec.service", "sysctl.service", "dev-mqueue.mount", "srv-a.mount");
    }

    /// One of LXC's own profiles keeps an unprivileged container from what a generated one keeps a
    /// privileged one from.
    @ParameterizedTest
    @ValueSource(
            strings = {"lxc.uts.name = c1\n", "lxc.apparmor.profile = lxc-container-default\n"})
    void aProfileThatComesWithLxcRefusesEveryMountNamespace(String config) {
        StartReview.Confinement found =
                review(container(config).version(DEBIAN_12).draw()).confinement();
        assertThat(found.fail()).containsExactlyInAnyOrderElementsOf(units("logind tmp srv-b"));
        assertThat(found.units()).containsExactlyInAnyOrderElementsOf(units("exec root srv-c"));
        assertThat(found.remedy())
                .isEqualTo("lxc.apparmor.profile = generated, lxc.apparmor.allow_nesting = 1");
    }

    /// journald is restarted in vain until it may no more, and its sockets go with it.
    @Test
    void whatHangsOnAServiceThatIsRefusedIsNotLaidToTheDrop() {
        Dependencies links = Dependencies.NONE.with(Dependency.TRIGGERED_BY, List.of("log.socket"));
        Snapshot drawn =
                new Sketch()
                        .stopped()
                        .appArmor(true)
                        .config(GENERATED)
                        .version(DEBIAN_13)
                        .wanted("log.service", ActiveState.STARTED.word(), "running", links)
                        .withLines("ExecStart=/x", "ImportCredential=x", "Restart=always")
                        .wanted("log.socket", ActiveState.STARTED.word(), "running")
                        .draw();
        assertThat(Planner.plan(drawn, Request.HEALTHY).orElseThrow().forecast().undecided())
                .extracting(Undecided::unit, Undecided::byDrop)
                .containsExactly(tuple("log.socket", false));
    }

    private static List<String> units(@Nullable String names) {
        return names == null
                ? List.of()
                : Stream.of(names.split(" "))
                        .map(name ->
                                name.startsWith("srv-") || name.startsWith("dev-")
                                        ? name + ".mount"
                                        : name + ".service")
                        .toList();
    }

    @Test
    void whatIsRefusedIsNamedWithTheExitStatusThatComesOfIt() {
        Snapshot drawn = container(GENERATED).version(DEBIAN_13).draw();
        assertThat(Planner.plan(drawn, Request.HEALTHY).orElseThrow().forecast().changes())
                .extracting(Effect::unit, Effect::why)
                .contains(
                        tuple(
                                "exec.service",
                                REFUSES + "setting up its mount namespace (226/NAMESPACE)"),
                        tuple(
                                "sysctl.service",
                                REFUSES + "setting its credentials up (243/CREDENTIALS)"),
                        tuple("dev-mqueue.mount", REFUSES + "this mount (mount exit status 32)"));
        assertThat(review(drawn).hasFindings()).isTrue();
    }

    @Test
    void withNestingOrWithoutAppArmorOrWithAnotherProfileNothingIsLeftOpen() {
        List<Sketch> free =
                List.of(
                        container(GENERATED + "lxc.apparmor.allow_nesting = 1\n"),
                        container(GENERATED).appArmor(false),
                        container("lxc.apparmor.profile = unconfined\n"),
                        container("lxc.apparmor.profile = lxc-container-default-with-nesting\n"));
        for (Sketch sketch : free) {
            assertThat(review(sketch.draw())).isEqualTo(StartReview.SAME);
            assertThat(leftOpen(Planner.plan(sketch.draw(), Request.HEALTHY).orElseThrow()))
                    .isEmpty();
        }
    }

    /// Without the mount of credentials, which is left undecided whatever the profile is.
    private static List<Undecided> leftOpen(Plan plan) {
        return plan.forecast().undecided().stream()
                .filter(undecided -> !undecided.unit().startsWith("run-credentials-"))
                .toList();
    }

    private static StartReview review(Snapshot snapshot) {
        return Experience.NONE.nextStart(snapshot, TimeLimit.NONE);
    }
}
