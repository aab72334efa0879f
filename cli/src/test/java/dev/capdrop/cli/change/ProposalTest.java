package dev.capdrop.cli.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.cli.FakeContainer;
import dev.capdrop.cli.FakeHost;
import dev.capdrop.cli.command.Exclusion;
import dev.capdrop.cli.command.Heartbeat;
import dev.capdrop.cli.command.Helpers;
import dev.capdrop.cli.command.Output;
import dev.capdrop.cli.drop.HostDrop;
import dev.capdrop.cli.drop.PlanOptions;
import dev.capdrop.cli.drop.Proposal;
import dev.capdrop.cli.drop.SharedOptions;
import dev.capdrop.core.change.SnapshotSource.BootWait;
import dev.capdrop.core.plan.Planner.Request;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// That a container has one time for being read and reasoned about.
class ProposalTest {
    /// After it nothing is left for the reasoning.
    private static final Duration NO_TIME = Helpers.LIMIT.time().negated();

    private static final String OVERDUE = "read, but not judged within 0 s: 3 units";

    private final FakeHost host = new FakeHost();
    private final FakeContainer web =
            host.lxc("web").failsWith("sys_rawio", "sys-kernel-config.mount").works("a.service");

    @Test
    void theReasoningAboutOneContainerHasWhatItsReadingLeft() {
        BootWait wait = BootWait.of(NO_TIME);
        assertThatThrownBy(() -> Proposal.of(host.host(), web.id, new PlanOptions(), wait))
                .isInstanceOf(IOException.class)
                .hasMessage("'web': " + OVERDUE);
    }

    @Test
    void theReasoningAboutEachOfAllHasWhatItsReadingLeft() throws IOException {
        HostPlanner planner =
                new HostPlanner(
                        host.host(),
                        Request.HEALTHY,
                        NO_TIME,
                        new LiveOptions(),
                        true,
                        new Exclusion("all"));
        assertThat(planner.again(host.host().containers().all().getFirst()))
                .isInstanceOfSatisfying(
                        HostPlanner.LeftOut.class,
                        left -> assertThat(left.decision().sentence()).contains(OVERDUE));
    }

    @Test
    void theReasoningAboutOneFileForAllHasWhatTheReadingsLeft() {
        HostDrop drop = new SharedOptions().drop(host.host());
        Heartbeat unheard = Heartbeat.on(new Output(host.environment()).terminal());
        assertThatThrownBy(() -> drop.plan(Request.HEALTHY, new Exclusion("all"), NO_TIME, unheard))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("1 containers were read, but not judged within 0 s");
    }
}
