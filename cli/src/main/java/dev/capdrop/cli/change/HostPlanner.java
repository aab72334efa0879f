package dev.capdrop.cli.change;

import dev.capdrop.cli.change.AllText.AllPlanned;
import dev.capdrop.cli.command.Exclusion;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Heartbeat;
import dev.capdrop.cli.command.Helpers;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Mistakes;
import dev.capdrop.cli.drop.Changes;
import dev.capdrop.cli.drop.PendingText;
import dev.capdrop.cli.drop.Proposal;
import dev.capdrop.cli.drop.RefusedException;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.change.SnapshotSource.BootWait;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Plans for every container of the host; running ones may be changed `live`, or else restarted.
record HostPlanner(
        Host host,
        Planner.Request request,
        Duration timeout,
        LiveOptions live,
        boolean restart,
        Exclusion exclusion) {
    sealed interface Outlook {
        HostContainer container();
    }

    record Ready(HostContainer container, Snapshot before, Plan plan, Decision.Ready decision)
            implements Outlook {
        /// Whether who agreed to the other has agreed to this.
        boolean isAsAgreed(Ready other) {
            return decision.equals(other.decision);
        }
    }

    record LeftOut(HostContainer container, Decision.LeftOut decision) implements Outlook {
        private LeftOut(HostContainer container, String reason, Decision.Weight weight) {
            this(container, new Decision.LeftOut(reason, weight));
        }
    }

    record Idle(HostContainer container) implements Outlook {}

    /// Returns all, in the order in which Proxmox VE starts them; those without an order last.
    List<Outlook> plan(Terminal terminal) throws IOException {
        List<HostContainer> containers = new ArrayList<>(exclusion.leave(host.containers().all()));
        containers.sort(
                Comparator.comparingInt(one ->
                        one.guest() == null ? ProxmoxGuest.LAST : one.guest().startupOrder()));
        try (Heartbeat heartbeat = Heartbeat.on(terminal)) {
            heartbeat.watch("reading " + containers.size() + " containers");
            return Helpers.ask(
                    containers,
                    Proposal.limit(timeout),
                    this::plan,
                    (one, why) -> new LeftOut(one, why, Decision.Weight.UNKNOWN));
        }
    }

    Outlook again(HostContainer one) throws IOException {
        HostContainer now = host.containers().again(one.id());
        return now == null
                ? new LeftOut(
                        one, one.id().kind().title() + " no longer has it", Decision.Weight.REFUSED)
                : Helpers.one(
                        now.id().name(), Proposal.limit(timeout), (_, time) -> plan(now, time));
    }

    private Outlook plan(HostContainer one, TimeLimit time) {
        try {
            Decision.LeftOut left =
                    host.runtime(one.id()).unchangeable(one, true, restart && !live.live);
            if (left == null) {
                left = pending(one);
            }
            return left == null
                    ? plan(one, host.readSettled(one.id(), BootWait.of(timeout)), time)
                    : new LeftOut(one, left);
        } catch (IOException | RefusedException noPlan) {
            return new LeftOut(one, Mistakes.sentence(noPlan), Decision.Weight.UNKNOWN);
        }
    }

    private Decision.@Nullable LeftOut pending(HostContainer one) throws IOException {
        JournalEntry pending = Changes.pending(host.journal(), one.id());
        String process = pending == null ? "" : host.journal().holder(one.id().target());
        if (!process.isEmpty()) {
            return Decision.LeftOut.refused(PendingText.underWay(process), "wait for it");
        }
        return pending == null || Changes.waiting(host, pending).isMoot()
                ? null
                : Decision.LeftOut.refused(
                        "an earlier change of it is not finished",
                        "'capdrop apply %s' finishes it".formatted(host.command(one.id())));
    }

    private Outlook plan(HostContainer one, Snapshot read, TimeLimit time) throws IOException {
        Snapshot before = Changes.experience(host.journal(), one.id()).limited(read);
        Planner.Result<Plan> result =
                Helpers.judged(before, time, left -> Planner.plan(before, request, left));
        if (result instanceof Planner.Refused(Planner.Refusal.UnitsUnknown unknown)
                && unknown.stopped()) {
            // nobody can know more of it while nothing opens its disk
            return new LeftOut(one, RefusedException.sentence(unknown), Decision.Weight.NOT_OURS);
        }
        Plan plan = RefusedException.plan(result);
        return switch (live.decide(host, before, plan, restart)) {
            case Decision.Ready ready -> new Ready(one, before, plan, ready);
            case Decision.Idle _ -> new Idle(one);
            case Decision.LeftOut left -> new LeftOut(one, left);
        };
    }

    AllPlanned report(List<Outlook> all) {
        List<AllPlanned.Planned> planned = new ArrayList<>();
        List<AllPlanned.Skipped> skipped = new ArrayList<>();
        List<HostContainer> idle = new ArrayList<>();
        for (Outlook outlook : all) {
            HostContainer container = outlook.container();
            switch (outlook) {
                case Ready ready ->
                        planned.add(
                                new AllPlanned.Planned(
                                        container,
                                        ready.before().running(),
                                        ready.plan(),
                                        Planner.costs(ready.before(), ready.plan().drop())));
                case LeftOut left ->
                        skipped.add(new AllPlanned.Skipped(container, left.decision().sentence()));
                case Idle _ -> idle.add(container);
            }
        }
        return new AllPlanned(planned, skipped, idle);
    }

    static ExitCode code(List<Outlook> outlooks) {
        return ExitCode.worst(
                outlooks,
                outlook ->
                        outlook instanceof LeftOut left
                                ? ExitCode.of(left.decision().weight(), false)
                                : ExitCode.OK);
    }
}
