package dev.capdrop.lab.boots;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.lab.Bench;
import dev.capdrop.lab.CheckReports;
import dev.capdrop.lab.LabContainer;
import dev.capdrop.lab.NeedsContainers;
import dev.capdrop.lab.Privilege;
import dev.capdrop.lab.Suite;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What is forecast of single drops after one boot was watched, held to the boots that follow,
/// beside what is forecast without that.
@NeedsContainers
final class LearntForecastsTest {
    /// `-Dlab.learnt=services` takes the image with many services, which takes minutes.
    private static final Flavour FLAVOUR =
            Flavour.valueOf(System.getProperty("lab.learnt", "bare").toUpperCase(Locale.ROOT));

    /// Without those of the last set nothing changes, and nothing is left open, in the bare image.
    private static final List<CapabilitySet> DROPS =
            List.of(
                    CapabilitySet.of("chown"),
                    CapabilitySet.of("dac_override"),
                    CapabilitySet.of("fowner"),
                    CapabilitySet.of(
                            "setfcap",
                            "sys_nice",
                            "sys_resource",
                            "sys_chroot",
                            "net_raw",
                            "sys_ptrace"));

    private final Image image = new Image(Suite.TRIXIE, FLAVOUR, Privilege.UNPRIVILEGED);

    @Test
    void whatOneBootHasSettledIsWhatComes() throws Exception {
        CheckReports.assume();
        try (LabContainer container =
                Bench.shared().make(FLAVOUR.tarball(Suite.TRIXIE), Privilege.UNPRIVILEGED)) {
            String config = container.config();
            container.boot();
            UseHistory learnt = UseHistory.none("it", Instant.now());
            Snapshot first = null;
            List<Boot> same = new ArrayList<>();
            for (int i = 0; i < UseHistory.ENOUGH_BOOTS; i++) {
                container.shutDown();
                Watched boot = Watched.boot(container, id(container), image);
                learnt = learnt.plus(boot.seen(), Instant.now());
                same.add(Boot.of(new Trial("none", noDrop()), i, boot.after(), ""));
                first = boot.after();
            }
            assertThat(learnt.covered().boots()).isEqualTo(UseHistory.ENOUGH_BOOTS);
            Snapshot baseline = requireNonNull(first);
            Recorded recorded = new Recorded(image.name(), baseline, same);
            Judge before = new Judge(recorded);
            Judge after = new Judge(recorded, baseline.withLearnt(learnt));
            long open = 0;
            long settled = 0;
            long definite = 0;
            List<String> contradicted = new ArrayList<>();
            for (CapabilitySet drop : DROPS) {
                Trial trial = Trial.dropping(drop);
                Boot boot = Boot.of(trial, 0, booted(container, config, trial), "");
                Judgement old = before.judge(boot);
                Judgement now = after.judge(boot);
                open += old.undecided().size();
                settled += now.undecided().size();
                definite += now.definite();
                contradicted.addAll(now.contradicted());
            }
            System.out.printf(
                    "%s: %d drops, %d definite, open %d -> %d, contradicted %s%n",
                    image.name(), DROPS.size(), definite, open, settled, contradicted);
            assertThat(contradicted).isEmpty();
            // Few of these drops leave anything open that a record would have to settle.
            assertThat(settled).isLessThan(open).isLessThan(DROPS.size());
        }
    }

    private static CapabilitySet noDrop() {
        return CapabilitySet.EMPTY;
    }

    private @Nullable Snapshot booted(LabContainer container, String config, Trial trial)
            throws IOException {
        container.shutDown();
        String line = "lxc.cap.drop = " + String.join(" ", trial.drop().names()) + "\n";
        container.setConfig(config + line);
        container.start();
        return Reading.settled(id(container), image);
    }

    private static ContainerId id(LabContainer container) {
        return new ContainerId(
                RuntimeKind.LXC, container.name(), Bench.shared().lxcPath().toString());
    }
}
