package dev.capdrop.cli.change;

import dev.capdrop.cli.change.HostPlanner.Ready;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Mistakes;
import dev.capdrop.cli.drop.Changes;
import dev.capdrop.core.change.Change;
import dev.capdrop.core.change.Progress;
import dev.capdrop.core.change.Restart;
import dev.capdrop.core.change.Rollout;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.linux.runtime.HostContainer;
import java.io.IOException;

/// Carries out the plan that was shown of one container, if it is still the same.
record PlannedTurn(Host host, HostPlanner planner, Restart restart, Ready agreed)
        implements Turns.Turn {
    @Override
    public HostContainer container() {
        return agreed.container();
    }

    @Override
    public Rollout.Turn take(Progress progress) throws IOException {
        Change change = Changes.change(host, container().id(), progress);
        JournalEntry pending = Changes.pending(host.journal(), container().id());
        if (pending != null) {
            Changes.waiting(host, pending).abandonIfMoot();
        }
        HostPlanner.Outlook outlook;
        try {
            outlook = planner.again(container());
        } catch (IOException unread) {
            // nothing was done to it, so that the others may have their turns
            return left(Mistakes.sentence(unread));
        }
        return switch (outlook) {
            case Ready now when now.isAsAgreed(agreed) ->
                    new Rollout.Changed(
                            change.apply(now.before(), now.plan(), now.decision().edit(), restart));
            case Ready _ -> left("its plan has changed since it was shown; plan again");
            case HostPlanner.LeftOut left -> left(left.decision().sentence());
            case HostPlanner.Idle _ -> left("it has been healed since the plan was shown");
        };
    }

    private Rollout.Turn left(String why) {
        return new Rollout.Unchanged(container().id(), why);
    }
}
