package dev.capdrop.cli.command;

import dev.capdrop.cli.render.RefusalWords;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Refusal;
import dev.capdrop.core.shared.SharedDrop;
import dev.capdrop.core.shared.SharedPlan;

/// There is no plan: ends a command, with the reason in one sentence and exit status 2.
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(Refusal why) {
        super(RefusalWords.sentence(why));
    }

    /// The plan, where there is one.
    static Plan plan(Planner.Result result) {
        return switch (result) {
            case Planner.Planned(Plan plan) -> plan;
            case Planner.Refused(Refusal why) -> throw new RefusedException(why);
        };
    }

    /// The plan for all containers, where there is one.
    static SharedPlan sharedPlan(SharedDrop.Result result) {
        return switch (result) {
            case SharedDrop.Planned(SharedPlan plan) -> plan;
            case SharedDrop.Refused(Refusal why) -> throw new RefusedException(why);
        };
    }
}
