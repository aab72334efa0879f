package dev.capdrop.core.diagnosis;

import static dev.capdrop.core.condition.ConditionResult.SUCCEEDED;
import static dev.capdrop.core.plan.Sketch.needs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.plan.Sketch;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiagnosisTest {
    private static String mask(String lxcPath) {
        Snapshot drawn =
                new Sketch()
                        .wanted(
                                "a\\x2db.mount",
                                "failed",
                                "failed",
                                needs("CAP_SYS_RAWIO", SUCCEEDED))
                        .draw();
        Snapshot snapshot =
                new Snapshot(
                        drawn.takenAt(),
                        new ContainerId("lxc", "c1", lxcPath),
                        drawn.host(),
                        drawn.configuration(),
                        drawn.init(),
                        drawn.systemd(),
                        List.of());
        return Diagnosis.of(snapshot).findings().getFirst().remedies().getLast().command();
    }

    @Test
    void theMaskCommandFindsTheContainerWhereverItIs() {
        assertThat(mask("/var/lib/lxc"))
                .isEqualTo("lxc-attach -n 'c1' -- systemctl mask -- 'a\\x2db.mount'");
        assertThat(mask("/srv/my lxc"))
                .isEqualTo(
                        "lxc-attach -P '/srv/my lxc' -n 'c1' -- systemctl mask -- 'a\\x2db.mount'");
    }
}
