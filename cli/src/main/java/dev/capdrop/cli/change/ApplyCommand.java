package dev.capdrop.cli.change;

import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.Exclusion;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Heartbeat;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.cli.command.Targets;
import dev.capdrop.cli.drop.Changes;
import dev.capdrop.cli.drop.HostDrop;
import dev.capdrop.cli.drop.JsonReports;
import dev.capdrop.cli.drop.PendingText;
import dev.capdrop.cli.drop.PlanOptions;
import dev.capdrop.cli.drop.PlanSentence;
import dev.capdrop.cli.drop.PlanText;
import dev.capdrop.cli.drop.Proposal;
import dev.capdrop.cli.drop.RestartOptions;
import dev.capdrop.cli.drop.SharedOptions;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.change.Change;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.change.SnapshotSource.BootWait;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import module java.base;
import org.jspecify.annotations.Nullable;

/// `capdrop apply`: plan, confirm, edit, restart, verify; and back if it got worse.
final class ApplyCommand extends HostCommand {
    private static final int MOST_PARALLEL = 64;

    private static final String ONE_AT_A_TIME =
            "refused: one change waits for a restart already, and another can be made only after it; leave out --no-restart, or take the one that waits back with 'capdrop undo'";

    private @Nullable String target;
    private boolean all;
    private @Nullable Integer parallel;
    private final PlanOptions options = new PlanOptions();
    private final RestartOptions restart = new RestartOptions();
    private final LiveOptions live = new LiveOptions();
    private final SharedOptions shared = new SharedOptions();
    private final Exclusion exclusion = new Exclusion("all");

    @Override
    protected CommandModel model() {
        return new CommandModel("apply", this)
                .operand("TARGET", "0..1", word -> target = word)
                .flag("--all", on -> all = on)
                .option("--parallel", "N")
                .as(Integer.class, parallel, number -> parallel = number)
                .flag("--tag", on -> where.tag = on)
                .with(options, restart, live, where, shared, exclusion, output);
    }

    @Override
    public ExitCode call() throws IOException {
        if (!all && parallel != null) {
            throw new UsageException("--parallel is for --all");
        }
        live.require(restart);
        options.require(shared.several(all), live.live);
        boolean together = shared.meant(target, all, exclusion);
        String one = together ? null : oneTarget();
        Host host = where.host();
        host.requireRoot();
        restart.requireConsent("apply", output);
        Terminal terminal = output.terminal();
        if (together && live.live) {
            throw new UsageException(
                    shared.wholeHost
                            ? "--live is for containers, not for the file of --host"
                            : "--live is for containers, not for a profile");
        }
        if (together) {
            HostDrop drop = shared.drop(host);
            return new HostApply(host, drop, exclusion, output, terminal, restart)
                    .apply(options.request(), host.journal());
        }
        if (one == null) {
            HostPlanner planner =
                    new HostPlanner(
                            host,
                            options.request(),
                            restart.timeout,
                            live,
                            !restart.noRestart,
                            exclusion);
            return new ApplyAll(host, restart, live, output, terminal).run(planner, atATime());
        }
        HostContainer found = new Targets(host).find(one);
        ContainerId container = found.id();
        Decision.LeftOut left =
                host.runtime(container)
                        .unchangeable(found, false, !restart.noRestart && !live.live);
        if (left != null) {
            return ending(terminal).refused(container, left);
        }
        Journal journal = host.journal();
        try (Journal.Lock _ = journal.lock(container.target());
                Heartbeat heartbeat = Heartbeat.on(terminal)) {
            Changes.requireNoShared(host, container);
            JournalEntry pending = Changes.pending(journal, container);
            return pending == null || Changes.waiting(host, pending).abandonIfMoot()
                    ? apply(terminal, heartbeat, container)
                    : resume(terminal, heartbeat, pending);
        }
    }

    /// The only target; null with `--all`.
    private @Nullable String oneTarget() {
        if (all && target != null) {
            throw new UsageException(SharedOptions.notBoth(target, "--all"));
        }
        return all ? null : Targets.required(target, "--all or --host");
    }

    private int atATime() {
        int wanted = parallel == null ? 1 : parallel;
        if (wanted < 1 || wanted > MOST_PARALLEL) {
            throw new UsageException(
                    "--parallel " + wanted + ": expected a number from 1 to " + MOST_PARALLEL);
        }
        return wanted;
    }

    /// Finishes the change that was left half-way, and goes on where something else was asked for.
    private ExitCode resume(Terminal terminal, Heartbeat heartbeat, JournalEntry pending)
            throws IOException {
        Host host = where.host();
        ContainerId container = pending.before().container();
        terminal.talk("%s", PendingText.sentence(pending, host.command(container)));
        Snapshot now = live.live ? host.reader().read(container) : null;
        Snapshot taken = now != null && takes(pending, now) ? now : null;
        Decision.LeftOut left =
                taken != null ? live.refusal(taken, pending.drop(), host.inside().live()) : null;
        if (left != null) {
            return ending(terminal).refused(container, left);
        }
        Text question =
                taken != null
                        ? LiveOptions.question(taken, pending.drop())
                        : Text.of("Finish that change now?");
        if (!restart.agreed(output, terminal, () -> question)) {
            return ending(terminal).declined(container);
        }
        Change change = Changes.change(host, container, heartbeat);
        Change.Result finished =
                Guard.over(
                        host,
                        container,
                        terminal,
                        () -> change.resume(pending, live.restart(restart)));
        return finished == null || finished.failed() || isAllThatWasAsked(finished.entry())
                ? ending(terminal).of(finished)
                : goOn(terminal, heartbeat, finished.entry());
    }

    /// Whether what was begun otherwise is to be taken from the running PID 1 now.
    private static boolean takes(JournalEntry pending, Snapshot now) {
        boolean before =
                pending.waits()
                        || pending.phase() == JournalEntry.Phase.WRITING
                        || pending.phase() == JournalEntry.Phase.RESTARTING;
        return before && !now.held().intersect(pending.drop()).isEmpty();
    }

    private boolean isAllThatWasAsked(JournalEntry finished) throws IOException {
        if (finished.phase() == JournalEntry.Phase.UNDONE) {
            return false;
        }
        Proposal now =
                Proposal.of(
                        where.host(),
                        finished.before().container(),
                        options,
                        BootWait.of(restart.timeout));
        return !now.plan().widens() && now.plan().drop().minus(finished.drop()).isEmpty();
    }

    private ExitCode goOn(Terminal terminal, Heartbeat heartbeat, JournalEntry finished)
            throws IOException {
        if (finished.waits()) {
            return ending(terminal)
                    .unchanged(finished.before().container(), ONE_AT_A_TIME, ExitCode.FINDINGS);
        }
        terminal.talk("the earlier change has ended: %s", finished.outcome());
        return apply(terminal, heartbeat, finished.before().container());
    }

    private ExitCode apply(Terminal terminal, Heartbeat heartbeat, ContainerId container)
            throws IOException {
        Host host = where.host();
        heartbeat.watch("reading " + container.name());
        Proposal proposal =
                Proposal.of(
                        host,
                        container,
                        options,
                        new BootWait(restart.timeout, Set.of(), heartbeat));
        heartbeat.watch("");
        Snapshot before = proposal.before();
        Plan plan = proposal.plan();
        boolean refused = plan.widening() != null && !plan.widens();
        if (!output.isJson() && !refused) {
            new PlanText(terminal, options.verbose)
                    .write(container.target(), plan, proposal.next());
            terminal.requireWritten();
        }
        Ending ending = ending(terminal, container, plan);
        return switch (live.decide(host, before, plan, !restart.noRestart)) {
            case Decision.LeftOut left -> ending.refused(container, left);
            case Decision.Idle _ -> ending.unchanged(container, "nothing to do", ExitCode.OK);
            case Decision.Ready ready -> agreeAndGo(terminal, heartbeat, before, plan, ready);
        };
    }

    private ExitCode agreeAndGo(
            Terminal terminal,
            Heartbeat heartbeat,
            Snapshot before,
            Plan plan,
            Decision.Ready ready)
            throws IOException {
        ContainerId container = before.container();
        if (ready.restarts() && !restart.noRestart && !live.live) {
            where.host().runtime(container).requireInstalled();
        }
        return restart.agreed(output, terminal, () -> question(before, plan))
                ? carryOut(terminal, heartbeat, before, plan, ready.edit())
                : ending(terminal, container, plan).declined(container);
    }

    private Ending ending(Terminal terminal, ContainerId container, Plan plan) throws IOException {
        return ending(terminal).with(() -> JsonReports.plan(container.target(), plan));
    }

    private Ending ending(Terminal terminal) throws IOException {
        return new Ending("apply", where.host(), output, terminal);
    }

    private Text question(Snapshot before, Plan plan) throws IOException {
        Plan.Widening widening = plan.widening();
        return Text.of(
                "%s. %s%s%s",
                PlanSentence.of(plan),
                Changes.opened(where.host(), before.container()),
                widening == null
                        ? Text.EMPTY
                        : Text.of(
                                "It WIDENS what the container may do: %s. ",
                                Text.whole(widening.opens())),
                live.isFor(before, plan)
                        ? LiveOptions.question(before, plan.drop())
                        : restart.question(before, plan));
    }

    private ExitCode carryOut(
            Terminal terminal, Heartbeat heartbeat, Snapshot before, Plan plan, ConfigEdit edit)
            throws IOException {
        Host host = where.host();
        Change change = Changes.change(host, before.container(), heartbeat);
        Change.Result result =
                Guard.over(
                        host,
                        before.container(),
                        terminal,
                        () -> change.apply(before, plan, edit, live.restart(restart)));
        return ending(terminal, before.container(), plan).of(result);
    }
}
