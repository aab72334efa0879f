package dev.capdrop.cli.change;

import dev.capdrop.cli.change.HostPlanner.Ready;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Mistakes;
import dev.capdrop.cli.command.Output;
import dev.capdrop.cli.drop.Changes;
import dev.capdrop.cli.drop.RestartOptions;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.change.Change;
import dev.capdrop.core.change.Rollout;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import module java.base;

/// `capdrop apply --all`: one summary of all plans, one confirmation, one change after the other.
record ApplyAll(
        Host host, RestartOptions restart, LiveOptions live, Output output, Terminal terminal) {
    ExitCode run(HostPlanner planner, int parallel) throws IOException {
        List<HostPlanner.Outlook> outlooks = planner.plan(terminal);
        AllText.AllPlanned all = planner.report(outlooks);
        if (!output.isJson()) {
            new AllText(terminal).write(all);
            terminal.requireWritten();
        }
        List<Ready> ready =
                outlooks.stream().filter(Ready.class::isInstance).map(Ready.class::cast).toList();
        Change.Restart way = live.restart(restart);
        Turns turns =
                new Turns(
                        host,
                        terminal,
                        ready.stream()
                                .map(one -> new PlannedTurn(host, planner, way, one))
                                .toList());
        return new Ending("apply", host, output, terminal, () -> AllText.report(all))
                .ofAll(
                        turns,
                        parallel,
                        "nothing to do",
                        () -> consent(ready, parallel),
                        HostPlanner.code(outlooks));
    }

    private boolean consent(List<Ready> ready, int parallel) throws IOException {
        if (live.live) {
            return restart.agreed(output, terminal, () -> liveQuestion(ready));
        }
        int away = 0;
        for (Ready one : ready) {
            if (one.decision().restarts() && !restart.noRestart) {
                host.runtime(one.container().id()).requireInstalled();
                away++;
            }
        }
        Text question = question(away, ready.size() - away, parallel);
        return restart.agreed(output, terminal, () -> question);
    }

    private Text liveQuestion(List<Ready> ready) {
        int running =
                (int) ready.stream().filter(one -> live.isFor(one.before(), one.plan())).count();
        List<Text> parts = new ArrayList<>();
        if (running > 0) {
            parts.add(
                    Text.of(
                            "PID 1 of %s gives up what is planned while it runs, one after the other, until one gets worse; nothing is restarted.",
                            containers(running)));
        }
        if (running < ready.size()) {
            parts.add(
                    Text.of(
                            "The configuration of %s will be written without a restart.",
                            containers(ready.size() - running)));
        }
        parts.add(
                Text.of(
                        "Services that run keep their old set until each is restarted. What is given up cannot be taken back without a restart. Go on?"));
        return Text.join(" ", parts);
    }

    private static Text question(int away, int staying, int parallel) {
        List<Text> parts = new ArrayList<>();
        if (away > 0) {
            parts.add(
                    Text.of(
                            "%s will be shut down and started again in this order, %s at a time, until one gets worse.",
                            containers(away), parallel == 1 ? "one" : parallel));
        }
        if (staying > 0) {
            parts.add(
                    Text.of(
                            "The configuration of %s will be written without a restart.",
                            containers(staying)));
        }
        parts.add(Text.of("Go on?"));
        return Text.join(" ", parts);
    }

    private static String containers(int count) {
        return count == 1 ? "1 container" : count + " containers";
    }

    /// Carries out the plan that was shown of one container, if it is still the same.
    private record PlannedTurn(Host host, HostPlanner planner, Change.Restart restart, Ready agreed)
            implements Turns.Turn {
        @Override
        public HostContainer container() {
            return agreed.container();
        }

        @Override
        public Rollout.Turn take(Change.Progress progress) throws IOException {
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
                                change.apply(
                                        now.before(), now.plan(), now.decision().edit(), restart));
                case Ready _ -> left("its plan has changed since it was shown; plan again");
                case HostPlanner.LeftOut left -> left(left.decision().sentence());
                case HostPlanner.Idle _ -> left("it has been healed since the plan was shown");
            };
        }

        private Rollout.Turn left(String why) {
            return new Rollout.Unchanged(container().id(), why);
        }
    }
}
