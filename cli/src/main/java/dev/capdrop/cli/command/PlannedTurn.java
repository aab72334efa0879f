package dev.capdrop.cli.command;

import dev.capdrop.cli.command.HostPlanner.Ready;
import dev.capdrop.cli.render.AllDone;
import dev.capdrop.cli.render.AllPlanned;
import dev.capdrop.core.change.Change;
import dev.capdrop.core.change.Progress;
import dev.capdrop.core.change.Restart;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.linux.runtime.HostContainer;
import java.io.IOException;

/// Carries out the plan that was shown of one container, if it is still the same.
///
/// @param planner who made the plan, and makes it anew
/// @param agreed what was agreed to
record PlannedTurn(Host host, HostPlanner planner, Restart restart, Ready agreed)
        implements Turns.Turn {
    @Override
    public HostContainer container() {
        return agreed.container();
    }

    @Override
    public AllDone.Ended take(AllPlanned.Container named, Progress progress) throws IOException {
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
            return new AllDone.Left(named, Mistakes.sentence(unread));
        }
        return switch (outlook) {
            case Ready now when now.isAsAgreed(agreed) ->
                    new AllDone.Changed(
                            named,
                            change.apply(now.before(), now.plan(), now.decision().edit(), restart));
            case Ready _ ->
                    new AllDone.Left(named, "its plan has changed since it was shown; plan again");
            case HostPlanner.LeftOut left -> new AllDone.Left(named, left.decision().sentence());
            case HostPlanner.Idle _ ->
                    new AllDone.Left(named, "it has been healed since the plan was shown");
        };
    }
}
