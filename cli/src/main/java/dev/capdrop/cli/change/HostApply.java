package dev.capdrop.cli.change;

import dev.capdrop.cli.command.Exclusion;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Heartbeat;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.cli.command.Output;
import dev.capdrop.cli.drop.Changes;
import dev.capdrop.cli.drop.HostDrop;
import dev.capdrop.cli.drop.RestartOptions;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.change.Rollout;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.plan.SharedPlan;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import module java.base;

/// `capdrop plan` and `capdrop apply` with `--host` or `--profile`.
record HostApply(
        Host host,
        HostDrop drop,
        Exclusion exclusion,
        Output output,
        Terminal terminal,
        RestartOptions restart) {
    ExitCode plan(Request request) throws IOException {
        try (Heartbeat heartbeat = Heartbeat.on(terminal)) {
            HostDrop.Planned planned = drop.plan(request, exclusion, restart.timeout, heartbeat);
            SharedPlan plan = planned.plan();
            Decision.LeftOut left = restarts(plan) ? restarter().refusal(plan) : null;
            if (output.isJson()) {
                output.writeJson(document(planned));
            } else {
                show(planned);
                sayRestarts(plan);
                if (left != null) {
                    terminal.talk("apply would refuse it: %s", left.sentence());
                }
            }
            boolean findings =
                    plan.edit().changes() || plan.refused() || !plan.restarts().isEmpty();
            return terminal.closed() || !findings ? ExitCode.OK : ExitCode.FINDINGS;
        }
    }

    private boolean restarts(SharedPlan plan) {
        return drop.restarts()
                && !restart.noRestart
                && plan.edit().changes()
                && !ProfileRestarts.planned(plan).isEmpty();
    }

    private ProfileRestarts restarter() {
        return new ProfileRestarts(host, drop, exclusion, restart, terminal);
    }

    private void sayRestarts(SharedPlan plan) {
        if (restarts(plan)) {
            terminal.line("");
            terminal.head(
                    "apply restarts these one after the other, and takes all back if one gets worse: %s",
                    Text.names(targets(plan)));
            List<String> rest =
                    plan.restarts().stream().filter(one -> !targets(plan).contains(one)).toList();
            new SharedPlanText(terminal).restarts(rest);
        } else {
            new SharedPlanText(terminal).restarts(plan.restarts());
        }
    }

    private static List<String> targets(SharedPlan plan) {
        return ProfileRestarts.planned(plan).stream()
                .map(SharedPlan.MemberOutlook::target)
                .toList();
    }

    ExitCode apply(Request request, Journal journal) throws IOException {
        try (Journal.Lock _ = journal.lock(drop.id().target());
                Heartbeat heartbeat = Heartbeat.on(terminal)) {
            JournalEntry last = drop.last();
            if (last != null && !last.phase().ended()) {
                if (drop.restarts() && !isUnwritten(last)) {
                    return resume(last, request.allowSkip(), heartbeat);
                }
                settle(last, heartbeat);
            }
            HostDrop.Planned planned = drop.plan(request, exclusion, restart.timeout, heartbeat);
            if (!output.isJson()) {
                show(planned);
            }
            return switch (Decision.of(planned.plan())) {
                case Decision.LeftOut left -> refused(planned, left);
                case Decision.Idle _ ->
                        ending().with(() -> document(planned))
                                .unchanged(
                                        drop.id(),
                                        "nothing to do",
                                        planned.plan().restarts(),
                                        ExitCode.OK);
                case Decision.Ready _ -> ready(planned, request, heartbeat);
            };
        }
    }

    private ExitCode ready(HostDrop.Planned planned, Request request, Heartbeat heartbeat)
            throws IOException {
        SharedPlan plan = planned.plan();
        if (restarts(plan)) {
            Decision.LeftOut left = restarter().refusal(plan);
            if (left != null) {
                return refused(planned, left);
            }
            host.runtimes().of(RuntimeKind.INCUS).requireInstalled();
        }
        if (!restart.agreed(output, terminal, () -> question(plan))) {
            return ending().with(() -> document(planned)).declined(drop.id());
        }
        if (drop.restarts() && !restart.yes) {
            SharedPlan now = drop.plan(request, exclusion, restart.timeout, heartbeat).plan();
            if (Decision.of(now) instanceof Decision.LeftOut left) {
                return refused(planned, left);
            }
            if (!now.edit().equals(plan.edit()) || !targets(now).equals(targets(plan))) {
                return refused(
                        planned,
                        Decision.LeftOut.refused(
                                "its plan has changed since it was shown", "plan again"));
            }
        }
        return carryOut(planned, heartbeat);
    }

    private ExitCode refused(HostDrop.Planned planned, Decision.LeftOut left) throws IOException {
        return ending().with(() -> document(planned)).refused(drop.id(), left);
    }

    private Ending ending() {
        return new Ending("apply", host, output, terminal);
    }

    private Object document(HostDrop.Planned planned) {
        return SharedPlanText.report(planned, SharedPlanText.Words.of(drop.id()));
    }

    /// Writes, and restarts where that belongs to it, unless somebody was not looked at.
    private ExitCode carryOut(HostDrop.Planned planned, Heartbeat heartbeat) throws IOException {
        ProfileRestarts restarter = restarter();
        SharedPlan plan = planned.plan();
        String changed = drop.restarts() ? restarter.changed(plan) : "";
        if (!changed.isEmpty()) {
            return refused(planned, Decision.LeftOut.refused(changed));
        }
        SharedPlan now = plan.withBroken(drop.broken(plan.edit().after()));
        if (Decision.of(now) instanceof Decision.LeftOut left) {
            return refused(new HostDrop.Planned(now, planned.node(), planned.unread()), left);
        }
        if (!drop.restarts()) {
            terminal.talk("writing %s", plan.edit().path());
        }
        Rollout rollout =
                Guard.over(
                        host,
                        drop.id(),
                        terminal,
                        () ->
                                drop.restarts()
                                        ? restarter.apply(planned, heartbeat)
                                        : drop.apply(plan));
        return ending().with(() -> document(planned))
                .of(drop, rollout, drop.restarts() ? null : plan.restarts());
    }

    private ExitCode resume(JournalEntry last, Set<String> allowSkip, Heartbeat heartbeat)
            throws IOException {
        String gone = drop.gone("");
        if (!gone.isEmpty()) {
            throw new UsageException(
                    "%s; a change of it was interrupted: 'capdrop undo %s' closes that, and starts what it left down"
                            .formatted(gone, drop.arguments()));
        }
        terminal.talk("%s", drop.pending(last));
        ProfileRestarts restarter = restarter();
        List<ContainerId> ids = restarter.toResume(last);
        List<ContainerId> again = restarter.again(last, ids);
        Text question =
                restart.noRestart
                        ? Text.of(
                                "Finish that change now without a restart%s?",
                                Text.foreign(Changes.toStart(host, last)))
                        : resumed(ids, again);
        if (!restart.agreed(output, terminal, () -> question)) {
            return ending().declined(drop.id());
        }
        Rollout rollout =
                Guard.over(
                        host,
                        drop.id(),
                        terminal,
                        () -> restarter.resume(last, ids, again, allowSkip, heartbeat));
        return ending().of(drop, rollout, null);
    }

    private static Text resumed(List<ContainerId> ids, List<ContainerId> again) {
        Text worse =
                again.isEmpty()
                        ? Text.EMPTY
                        : Text.of(
                                "If one gets worse, these are restarted once more: %s. ",
                                names(again));
        return ids.isEmpty()
                ? Text.of("%sFinish that change now?", worse)
                : Text.of(
                        "%sFinish that change now, and restart what of it has not been: %s?",
                        worse, names(ids));
    }

    private static Text names(List<ContainerId> ids) {
        return Text.names(ids.stream().map(ContainerId::target).toList());
    }

    private boolean isUnwritten(JournalEntry last) throws IOException {
        return last.phase() == JournalEntry.Phase.WRITING
                && drop.gone("").isEmpty()
                && !drop.change().holds(last);
    }

    /// Settles what an interrupted command left, where no container is restarted for it.
    private void settle(JournalEntry last, Heartbeat heartbeat) throws IOException {
        List<ContainerId> nobody = List.of();
        Rollout settled =
                drop.restarts()
                        ? restarter().resume(last, nobody, nobody, Set.of(), heartbeat)
                        : Rollout.of(drop.change().settle(last));
        terminal.talk(
                "the last change of '%s' was interrupted: %s",
                last.edit().path(), settled.turns().getFirst().outcome());
    }

    private void show(HostDrop.Planned planned) throws IOException {
        new SharedPlanText(terminal).write(planned, SharedPlanText.Words.of(drop.id()));
        terminal.requireWritten();
    }

    private Text question(SharedPlan plan) {
        return restarts(plan)
                ? Text.of(
                        "Write '%s', restart these one after the other, and take it back if one gets worse: %s?",
                        plan.edit().path(), Text.names(targets(plan)))
                : Text.of(
                        "Write '%s'? No container is restarted; each is without %s from its next start on.",
                        plan.edit().path(), plan.drop());
    }
}
