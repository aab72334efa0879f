package dev.capdrop.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.Observation.Coverage;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.Observation.Tallies.Tally;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.plan.StartReview.HostPrivilege;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What speaks for it that a privileged container need not be one.
class HostPrivilegeTest {
    private static final Instant NOW = Instant.parse("2026-05-04T10:00:00Z");

    private static Sketch container() {
        return new Sketch()
                .privileged()
                .bounding(CapabilitySet.upTo(40))
                .config("lxc.uts.name = c1\n")
                .programs(new Programs(List.of(), true, List.of()))
                .running("web.service", "ExecStart=/usr/bin/web");
    }

    /// A whole boot in which the service asked for one capability.
    private static UseHistory watched(long lost, String asked) {
        int number = Capability.of(asked).number();
        Coverage coverage =
                new Coverage(
                        9,
                        1,
                        lost,
                        Coverage.End.TIME,
                        List.of("web.service"),
                        CapabilitySet.EMPTY,
                        Map.of(),
                        Coverage.UnitResults.NONE);
        List<Tally> tallies = List.of(new Tally("web.service", number, Meaning.USED, 2, 1, 1));
        return UseHistory.none("it", NOW)
                .plus(new Observation(NOW, true, CapabilitySet.EMPTY, tallies, coverage, 0), NOW);
    }

    private static boolean unneeded(Sketch sketch, @Nullable UseHistory learnt) {
        Snapshot snapshot = sketch.draw().withLearnt(learnt);
        return HostPrivilege.isUnneeded(Forecaster.over(snapshot));
    }

    @Test
    void aWatchedBootWithoutAUseOfTheHostsPrivilegeSpeaksForIt() {
        assertThat(unneeded(container(), watched(0, "chown"))).isTrue();
    }

    @Test
    void withoutARecordNothingSpeaksForIt() {
        assertThat(unneeded(container(), null)).isFalse();
        assertThat(unneeded(container(), UseHistory.none("it", NOW))).isFalse();
        assertThat(unneeded(container(), watched(3, "chown"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"syslog", "sys_rawio", "sys_time", "linux_immutable"})
    void whatAServiceUsesAndTheKernelKeepsFromUserNamespacesSpeaksAgainstIt(String used) {
        assertThat(unneeded(container(), watched(0, used))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lxc.mount.entry = /srv srv none bind 0 0",
                "lxc.cgroup2.devices.allow = c 10:200 rwm",
                "lxc.hook.pre-start = /root/it",
                "lxc.cap.drop = mac_admin",
                "lxc.net.0.type = phys"
            })
    void whatItsFileLendsItSpeaksAgainstIt(String line) {
        assertThat(unneeded(container().config(line + "\n"), watched(0, "chown"))).isFalse();
    }

    @Test
    void aShareThatItMountsSpeaksAgainstItAndAMountOfSystemdsOwnDoesNot() {
        assertThat(unneeded(mounting("dev-hugepages.mount", "hugetlbfs"), watched(0, "chown")))
                .isTrue();
        assertThat(unneeded(mounting("sys-kernel-debug.mount", "debugfs"), watched(0, "chown")))
                .isTrue();
        assertThat(unneeded(mounting("srv.mount", "nfs4"), watched(0, "chown"))).isFalse();
        assertThat(unneeded(mounting("srv.mount", "ext4"), watched(0, "chown"))).isFalse();
        assertThat(unneeded(mounting("run.mount", "tmpfs"), watched(0, "chown"))).isTrue();
        Sketch unmounted =
                container().wanted("srv.mount", "inactive", "dead").withLines("Type=ext4");
        assertThat(unneeded(unmounted, watched(0, "chown"))).isTrue();
    }

    private static Sketch mounting(String unit, String type) {
        return container().wanted(unit, "active", "mounted").withLines("Type=" + type);
    }

    @Test
    void ofContainersOfProxmoxItIsSaidAndOfOthersTheirOwnRuntimeKnows() {
        Snapshot drawn = container().draw();
        for (RuntimeKind kind : List.of(RuntimeKind.PROXMOX, RuntimeKind.NSPAWN)) {
            Snapshot other =
                    Snapshot.of(
                                    drawn.takenAt(),
                                    new ContainerId(kind, "101", "/etc/pve/lxc"),
                                    drawn.host())
                            .with(drawn.configuration())
                            .with(drawn.init())
                            .withLearnt(watched(0, "chown"));
            assertThat(HostPrivilege.mayBeUnneeded(other)).isEqualTo(kind == RuntimeKind.PROXMOX);
        }
    }

    @Test
    void anUnprivilegedOneNeedsNoRemark() {
        Sketch own = new Sketch().running("web.service", "ExecStart=/usr/bin/web");
        assertThat(unneeded(own, watched(0, "chown"))).isFalse();
    }
}
