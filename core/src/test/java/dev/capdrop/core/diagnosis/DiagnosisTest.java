package dev.capdrop.core.diagnosis;

import static dev.capdrop.core.condition.ConditionResult.SUCCEEDED;
import static dev.capdrop.core.forecast.Sketch.needs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Request;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiagnosisTest {
    private static Snapshot of(ContainerId container, int pid) {
        Snapshot drawn =
                new Sketch()
                        .wanted(
                                "a\\x2db.mount",
                                "failed",
                                "failed",
                                needs("CAP_SYS_RAWIO", SUCCEEDED))
                        .draw();
        return new Snapshot(
                drawn.takenAt(),
                container,
                drawn.host(),
                drawn.configuration(),
                new Init(pid, drawn.takenAt(), true, CapabilitySet.upTo(40), false),
                drawn.systemd(),
                List.of());
    }

    private static List<Remedy> remedies(ContainerId container, int pid) {
        return Diagnosis.of(of(container, pid)).findings().getFirst().remedies();
    }

    private static String mask(String lxcPath) {
        return remedies(new ContainerId("lxc", "c1", lxcPath), 4242).getLast().command();
    }

    @Test
    void theMaskCommandFindsTheContainerWhereverItIs() {
        assertThat(mask("/var/lib/lxc"))
                .isEqualTo("lxc-attach -n 'c1' -- systemctl mask -- 'a\\x2db.mount'");
        assertThat(mask("/srv/my lxc"))
                .isEqualTo(
                        "lxc-attach -P '/srv/my lxc' -n 'c1' -- systemctl mask -- 'a\\x2db.mount'");
    }

    @Test
    void aGuestOfProxmoxVeIsEnteredByPct() {
        ContainerId guest = ContainerId.proxmox("101", "/var/lib/lxc", "/etc/pve/lxc/101.conf");
        assertThat(remedies(guest, 4242).getLast().command())
                .isEqualTo("pct exec 101 -- systemctl mask -- 'a\\x2db.mount'");
    }

    @Test
    void aRootDirectoryIsMaskedInByTheHostsSystemctl() {
        assertThat(remedies(ContainerId.ofRoot("/srv/it's"), 0).getLast().command())
                .isEqualTo("systemctl --root='/srv/it'\\''s' mask -- 'a\\x2db.mount'");
    }

    private static Cause cause(Sketch sketch) {
        return Diagnosis.of(sketch.draw()).findings().getFirst().cause();
    }

    private static Sketch failed(String unit) {
        return new Sketch().wanted(unit, "failed", "failed", needs("CAP_SYS_MODULE", SUCCEEDED));
    }

    @ParameterizedTest
    @ValueSource(ints = {203, 217, 226, 237, 243})
    void whatSystemdCouldNotSetUpFailedForThatWhateverItsConditionsAskFor(int status) {
        assertThat(cause(failed("modprobe@drm.service").exitedWith(status)))
                .isInstanceOf(Cause.Unknown.class);
        assertThat(cause(failed("modprobe@drm.service").exitedWith(1)))
                .isInstanceOf(Cause.InertCapability.class);
    }

    /// Seen with modprobe@drm, which a failing logind started again and again.
    @Test
    void whatWasStartedTooOftenAlthoughItDidWellFailedForNoCapability() {
        Sketch well = failed("modprobe@drm.service").ended("start-limit-hit", 0);
        assertThat(cause(well)).isInstanceOf(Cause.Unknown.class);
        assertThat(Planner.plan(well.draw(), Request.HEALTHY).drop())
                .isEqualTo(CapabilitySet.EMPTY);
        Sketch badly = failed("modprobe@drm.service").ended("start-limit-hit", 1);
        assertThat(cause(badly)).isInstanceOf(Cause.InertCapability.class);
    }

    @Test
    void nobodyCanMaskInAContainerThatDoesNotRun() {
        assertThat(remedies(new ContainerId("lxc", "c1", "/var/lib/lxc"), 0))
                .extracting(Remedy::id)
                .containsExactly("drop");
    }
}
