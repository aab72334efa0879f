package dev.capdrop.cli.command;

import dev.capdrop.cli.render.AllPlanned;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.change.BootWait;
import dev.capdrop.core.change.Change;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.change.JournalEntry;
import dev.capdrop.core.container.ConfigEdit;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.plan.Conflict;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Request;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.snapshot.UnfinishedBoot;
import dev.capdrop.linux.runtime.HostContainer;
import dev.capdrop.linux.runtime.HostRuntime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Plans for every container of the host.
final class HostPlanner {
    private final Host host;
    private final Request request;
    private final Duration timeout;
    private final LiveOptions live;

    /// @param timeout how long a boot that is under way may take
    HostPlanner(Host host, Request request, Duration timeout) {
        this(host, request, timeout, new LiveOptions());
    }

    /// @param live whether running containers are to be changed while they run
    HostPlanner(Host host, Request request, Duration timeout, LiveOptions live) {
        this.host = host;
        this.request = request;
        this.timeout = timeout;
        this.live = live;
    }

    /// What is to become of one container.
    sealed interface Outlook {
        /// The container.
        HostContainer container();
    }

    /// It is to be changed.
    ///
    /// @param before the snapshot that the plan was made from
    /// @param edit the plan's edit
    record Ready(HostContainer container, Snapshot before, Plan plan, ConfigEdit edit)
            implements Outlook {
        /// Whether who agreed to the other has agreed to this.
        boolean isAsAgreed(Ready other) {
            return edit.equals(other.edit) && needsRestart() == other.needsRestart();
        }

        /// Whether it takes effect with a restart only.
        boolean needsRestart() {
            return Change.needsRestart(before, plan);
        }
    }

    /// It is left out.
    ///
    /// @param reason a sentence, without its name
    /// @param code what that means for the exit status
    record LeftOut(HostContainer container, String reason, ExitCode code) implements Outlook {}

    /// It needs nothing.
    record Idle(HostContainer container) implements Outlook {}

    /// All of them, in the order in which Proxmox VE starts them; those without an order last.
    List<Outlook> plan(Terminal terminal) throws IOException {
        List<HostContainer> containers = new ArrayList<>(host.containers().all());
        containers.sort(Comparator.comparingInt(HostPlanner::order));
        try (Heartbeat heartbeat = Heartbeat.on(terminal)) {
            heartbeat.watch("reading " + containers.size() + " containers");
            return Helpers.ask(
                    containers,
                    timeout.plus(Helpers.LIMIT),
                    this::plan,
                    (one, why) -> new LeftOut(one, why, ExitCode.FAILURE));
        }
    }

    private static int order(HostContainer one) {
        return one.guest() == null ? ProxmoxGuest.LAST : one.guest().startupOrder();
    }

    /// The same container, looked at anew.
    Outlook again(HostContainer one) throws IOException {
        HostContainer now = host.containers().again(one.id());
        return now == null
                ? new LeftOut(one, one.id().kind().title() + " has it no longer", ExitCode.FINDINGS)
                : planned(now);
    }

    private Outlook planned(HostContainer one) throws IOException {
        return Helpers.one(
                one.id().name(), timeout.plus(Helpers.LIMIT), (_, time) -> plan(one, time));
    }

    private Outlook plan(HostContainer one, TimeLimit time) {
        try {
            LeftOut left = leftOut(one);
            return left == null
                    ? plan(one, host.readSettled(one.id(), BootWait.of(timeout)), time)
                    : left;
        } catch (IOException e) {
            return new LeftOut(one, Mistakes.sentence(e), ExitCode.FAILURE);
        } catch (IllegalArgumentException noPlan) {
            return new LeftOut(one, Mistakes.sentence(noPlan), ExitCode.FINDINGS);
        }
    }

    /// What keeps a container from being changed whatever its plan would be.
    private @Nullable LeftOut leftOut(HostContainer one) throws IOException {
        HostRuntime runtime = host.runtime(one.id());
        Decision.LeftOut left = runtime.unchangeable(one, true);
        left = left == null && !live.live ? runtime.notRestartable(one.id()) : left;
        if (left != null) {
            return new LeftOut(
                    one,
                    left.sentence(),
                    left.weight() == Decision.Weight.NOT_OURS ? ExitCode.OK : ExitCode.FINDINGS);
        }
        JournalEntry pending = Changes.pending(host.journal(), one.id());
        if (pending != null && !Changes.waiting(host, pending).isMoot()) {
            return new LeftOut(
                    one,
                    "a change of it has not ended; 'capdrop apply' with its name goes on with that one",
                    ExitCode.FINDINGS);
        }
        return null;
    }

    private Outlook plan(HostContainer one, Snapshot before, TimeLimit time) throws IOException {
        Plan plan = Planner.plan(before, request, time);
        if (plan.refused()) {
            return new LeftOut(one, losses(plan), ExitCode.FINDINGS);
        }
        if (plan.edit() == null) {
            return new LeftOut(one, "its configuration could not be read", ExitCode.FAILURE);
        }
        UnfinishedBoot boot = UnfinishedBoot.of(before);
        if (Change.needsRestart(before, plan) && boot != null && !boot.hangs()) {
            return new LeftOut(
                    one, "its boot has not ended: " + boot.sentence(), ExitCode.FINDINGS);
        }
        if (!plan.drop().isEmpty() || plan.heals()) {
            host.requireLoadable(plan.edit());
            String refusal =
                    live.isFor(before, plan)
                            ? live.refusal(before, plan, host.inside().live())
                            : null;
            if (refusal != null) {
                return new LeftOut(one, refusal, ExitCode.FINDINGS);
            }
            return new Ready(one, before, plan, plan.edit());
        }
        if (!plan.conflicts().isEmpty()) {
            return new LeftOut(one, losses(plan), ExitCode.FINDINGS);
        }
        if (plan.blind().isEmpty()) {
            return new Idle(one);
        }
        return before.running()
                ? new LeftOut(one, plan.blind(), ExitCode.FAILURE)
                : new LeftOut(
                        one,
                        "it is stopped, and its root directory is not there to be read",
                        ExitCode.OK);
    }

    private static String losses(Plan plan) {
        Set<String> lost = new LinkedHashSet<>();
        plan.conflicts().stream().map(Conflict::loses).forEach(lost::addAll);
        return lost.isEmpty()
                ? "what would heal it is to be kept"
                : "it would lose units that work now: " + String.join(", ", lost);
    }

    /// The same for people and for JSON.
    AllPlanned report(List<Outlook> all) {
        List<AllPlanned.Planned> planned = new ArrayList<>();
        List<AllPlanned.Skipped> skipped = new ArrayList<>();
        List<AllPlanned.Container> idle = new ArrayList<>();
        for (Outlook outlook : all) {
            AllPlanned.Container container = named(outlook.container());
            switch (outlook) {
                case Ready ready ->
                        planned.add(
                                new AllPlanned.Planned(
                                        container,
                                        ready.before().running(),
                                        ready.plan(),
                                        Planner.costs(ready.before(), ready.plan().drop())));
                case LeftOut left -> skipped.add(new AllPlanned.Skipped(container, left.reason()));
                case Idle _ -> idle.add(container);
            }
        }
        return new AllPlanned(planned, skipped, idle);
    }

    /// What reports call a container by.
    AllPlanned.Container named(HostContainer one) {
        return new AllPlanned.Container(
                one.id().target(),
                one.id().kind().word(one.id()),
                host.command(one.id()),
                one.guest());
    }

    /// What those that are left out mean for the exit status.
    static ExitCode code(List<Outlook> outlooks) {
        ExitCode code = ExitCode.OK;
        for (Outlook outlook : outlooks) {
            if (outlook instanceof LeftOut left) {
                code = code.or(left.code());
            }
        }
        return code;
    }
}
