package dev.capdrop.cli.drop;

import dev.capdrop.cli.command.Helpers;
import dev.capdrop.cli.command.Host;
import dev.capdrop.core.change.SnapshotSource.BootWait;
import dev.capdrop.core.journal.Experience;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.StartReview;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.linux.time.Deadline.Patience;
import module java.base;

/// The plan for one container, read and reasoned about within one time, and its next start.
public record Proposal(Snapshot before, Plan plan, StartReview next) {
    /// Returns the time that a container may take besides a boot that is under way.
    public static Patience limit(Duration boot) {
        return Helpers.LIMIT.plus(boot);
    }

    public static Proposal of(Host host, ContainerId container, PlanOptions options, BootWait wait)
            throws IOException {
        return Helpers.one(
                container.name(),
                limit(wait.timeout()),
                (_, time) -> {
                    Snapshot read = host.readSettled(container, wait);
                    // a goal that rests on what was learnt says why that cannot be read
                    if (options.goal == Plan.Goal.LEAST && read.learnt() == null) {
                        host.learnt(read.container());
                    }
                    Experience experience = Changes.experience(host.journal(), container);
                    return of(read, experience, options, time);
                });
    }

    public static Proposal of(
            Snapshot read, Experience experience, PlanOptions options, TimeLimit time)
            throws IOException {
        Snapshot before = experience.limited(read);
        return Helpers.judged(
                before,
                time,
                left ->
                        new Proposal(
                                before,
                                options.plan(before, left),
                                experience.nextStart(before, left)));
    }
}
