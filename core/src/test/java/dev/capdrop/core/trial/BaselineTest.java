package dev.capdrop.core.trial;

import static dev.capdrop.core.condition.Condition.Result.FAILED;
import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.forecast.Sketch.needs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.trial.TrialResult.Loss;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a boot is compared with.
final class BaselineTest {
    private static Sketch web() {
        return new Sketch().running("web.service", "ExecStart=/usr/bin/web");
    }

    private static Baseline baseline(Sketch... boots) {
        List<Snapshot> drawn = Arrays.stream(boots).map(Sketch::draw).toList();
        return new Baseline(drawn, Set.of());
    }

    private static List<String> losses(Baseline baseline, Sketch after) {
        return baseline.losses(after.draw()).stream().map(Loss::sentence).toList();
    }

    @Test
    void theSameIsNoLoss() {
        assertThat(losses(baseline(web(), web()), web())).isEmpty();
    }

    @Test
    void aUnitThatFailsIsALoss() {
        Sketch after = new Sketch().wanted("web.service", "failed", "failed");
        assertThat(losses(baseline(web(), web()), after))
                .containsExactly("web.service: active -> failed");
    }

    @Test
    void aUnitThatIsSkippedIsALoss() {
        Sketch before =
                new Sketch()
                        .wanted("net.service", "active", "running", needs("net_admin", SUCCEEDED));
        Sketch after =
                new Sketch().wanted("net.service", "inactive", "dead", needs("net_admin", FAILED));
        assertThat(losses(baseline(before), after))
                .containsExactly("net.service: active -> skipped");
    }

    @Test
    void aUnitThatFailsByChanceIsNotCompared() {
        Sketch failed = new Sketch().wanted("web.service", "failed", "failed");
        Baseline baseline = baseline(web(), failed);
        assertThat(baseline.noise()).containsExactly("web.service");
        assertThat(losses(baseline, failed)).isEmpty();
    }

    @Test
    void oneThatFailedAnywayIsNoLoss() {
        Sketch failed = new Sketch().wanted("web.service", "failed", "failed");
        assertThat(losses(baseline(failed, failed), failed)).isEmpty();
    }

    @Test
    void aNewUnitThatFailsIsALoss() {
        Sketch after = web().wanted("new.service", "failed", "failed");
        assertThat(losses(baseline(web(), web()), after))
                .containsExactly("new.service: not-started -> failed");
    }

    /// liblxc itself leaves it away without net_admin.
    @Test
    void aMountThatTheRuntimeMakesHasNothingToLose() {
        Sketch before = web().wanted("proc-sys-net.mount", "active", "mounted");
        assertThat(losses(baseline(before, before), web())).isEmpty();
    }

    @Test
    void whatIsUpInTheContainerAndInNoBootWasNotTried() {
        Sketch itself =
                web().running("manual.service", "ExecStart=/usr/bin/manual")
                        .wanted("session-1.scope", "active", "running");
        assertThat(baseline(web(), web()).untried(itself.draw())).containsExactly("manual.service");
        assertThat(baseline(web(), itself).untried(itself.draw())).isEmpty();
        assertThat(baseline(web()).untried(itself.stopped().draw())).isEmpty();
    }

    @Test
    void whatWorksInTheContainerAndFailsInEachCopyMakesCopiesUnlikeIt() {
        Sketch itself = web().running("dbus.service", "ExecStart=/usr/bin/dbus-daemon");
        Sketch broken = web().wanted("dbus.service", "failed", "failed");
        assertThat(baseline(broken, broken).spoilt(itself.draw(), true))
                .containsExactly("dbus.service");
        assertThat(baseline(broken, itself).spoilt(itself.draw(), true)).isEmpty();
        assertThat(baseline(broken, broken).spoilt(broken.draw(), true)).isEmpty();
        assertThat(baseline(broken, broken).spoilt(itself.stopped().draw(), true)).isEmpty();
    }

    @Test
    void whatIsOrderedByTheNetworkMayFailInCopiesThatHaveNone() {
        Dependencies behind = Dependencies.NONE.with(Dependency.AFTER, "network.target");
        Sketch itself = web().running("vpn.service", behind, "ExecStart=/usr/bin/vpn");
        Sketch copy = web().wanted("vpn.service", "failed", "failed", behind);
        assertThat(baseline(copy, copy).spoilt(itself.draw(), false)).isEmpty();
        assertThat(baseline(copy, copy).spoilt(itself.draw(), true)).containsExactly("vpn.service");
    }

    @Test
    void aCopyThatHasEndedIsALoss() {
        assertThat(losses(baseline(web()), web().stopped()))
                .containsExactly("the boot: ended -> it does not run");
    }
}
