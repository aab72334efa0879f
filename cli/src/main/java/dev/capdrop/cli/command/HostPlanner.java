package dev.capdrop.cli.command;

import dev.capdrop.cli.render.AllPlanned;
import dev.capdrop.core.change.JournalEntry;
import dev.capdrop.core.container.ConfigEdit;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.plan.Conflict;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Request;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.linux.runtime.HostContainer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Plans for every container of the host, several at a time.
final class HostPlanner {
    private static final int AT_A_TIME = 4;

    private final HostOptions host;
    private final Request request;
    private final Duration timeout;

    /// @param timeout how long a boot that is under way may take
    HostPlanner(HostOptions host, Request request, Duration timeout) {
        this.host = host;
        this.request = request;
        this.timeout = timeout;
    }

    /// What became of one container.
    sealed interface Outlook {
        /// The container.
        HostContainer container();
    }

    /// It is to be changed.
    record Ready(HostContainer container, Snapshot before, Plan plan, ConfigEdit edit)
            implements Outlook {}

    /// It is left out.
    ///
    /// @param code what that means for the exit status
    record LeftOut(HostContainer container, String reason, ExitCode code) implements Outlook {}

    /// It needs nothing.
    record Idle(HostContainer container) implements Outlook {}

    /// All of them, in the order in which Proxmox VE starts them; those without an order last.
    List<Outlook> plan() throws IOException {
        List<HostContainer> containers = new ArrayList<>(host.containers().all());
        containers.sort(Comparator.comparingInt(HostPlanner::order));
        List<Future<Outlook>> futures = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME)) {
            containers.forEach(one -> futures.add(threads.submit(() -> plan(one))));
        }
        List<Outlook> all = new ArrayList<>();
        for (Future<Outlook> future : futures) {
            all.add(result(future));
        }
        return all;
    }

    private static int order(HostContainer one) {
        return one.guest() == null ? ProxmoxGuest.LAST : one.guest().startupOrder();
    }

    private static Outlook result(Future<Outlook> future) throws IOException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private Outlook plan(HostContainer one) {
        try {
            String reason = reason(one);
            if (reason != null) {
                return new LeftOut(one, reason, ExitCode.OK);
            }
            return plan(one, host.readSettled(one.id(), timeout));
        } catch (IOException e) {
            return new LeftOut(one, String.valueOf(e.getMessage()), ExitCode.FAILURE);
        } catch (IllegalArgumentException noPlan) {
            return new LeftOut(one, String.valueOf(noPlan.getMessage()), ExitCode.FINDINGS);
        }
    }

    private Outlook plan(HostContainer one, Snapshot before) {
        Plan plan = Planner.plan(before, request);
        if (plan.refused()) {
            return new LeftOut(one, losses(plan), ExitCode.FINDINGS);
        }
        if (plan.edit() == null) {
            return new LeftOut(one, "its configuration could not be read", ExitCode.FAILURE);
        }
        if (plan.drop().isEmpty() && !plan.heals()) {
            return plan.conflicts().isEmpty()
                    ? new Idle(one)
                    : new LeftOut(one, losses(plan), ExitCode.FINDINGS);
        }
        return new Ready(one, before, plan, plan.edit());
    }

    /// Why a container is left out whatever its plan would be; null when it is not.
    private @Nullable String reason(HostContainer one) throws IOException {
        ContainerId id = one.id();
        ProxmoxGuest guest = one.guest();
        if (guest != null && guest.refusal() != null) {
            return guest.refusal().replaceFirst("^'[^']*' is ", "");
        }
        if (guest != null && guest.haManaged()) {
            return "the HA manager looks after it on node '%s'; change it alone with 'capdrop apply %s'"
                    .formatted(guest.node(), host.command(id));
        }
        JournalEntry pending = Changes.pending(host.journal(), id);
        if (pending != null) {
            return "a change of it has not ended; 'capdrop apply %s' goes on with that one"
                    .formatted(host.command(id));
        }
        return host.runtime(id).running(id) ? null : "stopped";
    }

    private static String losses(Plan plan) {
        List<String> lost = new ArrayList<>();
        for (Conflict conflict : plan.conflicts()) {
            lost.addAll(conflict.loses());
        }
        return lost.isEmpty()
                ? "what would heal it is kept"
                : "running units would be lost: " + String.join(", ", lost);
    }

    /// The same for people and for JSON.
    static AllPlanned report(List<Outlook> all) {
        List<AllPlanned.Planned> planned = new ArrayList<>();
        List<AllPlanned.Skipped> skipped = new ArrayList<>();
        List<String> idle = new ArrayList<>();
        for (Outlook outlook : all) {
            String target = outlook.container().id().target();
            switch (outlook) {
                case Ready ready ->
                        planned.add(
                                new AllPlanned.Planned(
                                        target, ready.container().guest(), ready.plan()));
                case LeftOut left -> skipped.add(new AllPlanned.Skipped(target, left.reason()));
                case Idle _ -> idle.add(target);
            }
        }
        return new AllPlanned(planned, skipped, idle);
    }
}
