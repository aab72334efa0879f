package dev.capdrop.cli.command;

import dev.capdrop.cli.render.SharedPlanText;
import dev.capdrop.cli.render.SharedReports;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.plan.Request;
import dev.capdrop.core.shared.SharedPlan;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// `capdrop plan --host` and `capdrop apply --host`.
final class HostApply {
    private static final String PLAN = "capdrop/host-plan/1";
    private static final String APPLY = "capdrop/host-apply/1";

    private final HostDrop drop;
    private final Exclusion exclusion;
    private final Output output;
    private final Terminal terminal;
    private final Duration timeout;

    HostApply(
            HostDrop drop,
            Exclusion exclusion,
            Output output,
            Terminal terminal,
            Duration timeout) {
        this.drop = drop;
        this.exclusion = exclusion;
        this.output = output;
        this.terminal = terminal;
        this.timeout = timeout;
    }

    /// Shows the plan.
    ///
    /// @return the exit status
    int plan(Request request) throws IOException {
        try (Heartbeat heartbeat = Heartbeat.on(terminal)) {
            HostDrop.Planned planned = drop.plan(request, exclusion, timeout, heartbeat);
            if (output.isJson()) {
                output.writeJson(
                        SharedReports.plan(PLAN, planned.plan(), planned.node(), planned.unread()));
            } else {
                show(planned);
                new SharedPlanText(terminal).restarts(planned.plan().restarts());
            }
            SharedPlan plan = planned.plan();
            boolean findings =
                    plan.edit().changes() || plan.refused() || !plan.restarts().isEmpty();
            return terminal.closed() || !findings
                    ? ExitCode.OK.status()
                    : ExitCode.FINDINGS.status();
        }
    }

    /// Plans, asks and writes.
    ///
    /// @param yes whether nobody is asked
    /// @return the exit status
    int apply(Request request, Journal journal, boolean yes) throws IOException {
        try (Journal.Lock _ = journal.lock(drop.id().target());
                Heartbeat heartbeat = Heartbeat.on(terminal)) {
            settle();
            HostDrop.Planned planned = drop.plan(request, exclusion, timeout, heartbeat);
            if (!output.isJson()) {
                show(planned);
            }
            return switch (Decision.of(planned.plan())) {
                case Decision.LeftOut left -> refused(planned, left);
                case Decision.Idle _ -> end(planned, null, "nothing to do", ExitCode.OK);
                case Decision.Ready _ ->
                        yes || Consent.given(output, terminal, question(planned.plan()))
                                ? write(planned)
                                : end(planned, null, "nothing was changed", ExitCode.FINDINGS);
            };
        }
    }

    private int refused(HostDrop.Planned planned, Decision.LeftOut left) throws IOException {
        return end(planned, null, "refused: " + left.sentence(), ExitCode.of(left.weight(), true));
    }

    private int write(HostDrop.Planned planned) throws IOException {
        SharedPlan plan = planned.plan();
        SharedPlan now = plan.withBroken(drop.broken(plan.edit().after()));
        if (Decision.of(now) instanceof Decision.LeftOut left) {
            return refused(new HostDrop.Planned(now, planned.node(), planned.unread()), left);
        }
        terminal.talk("writing %s", plan.edit().path());
        JournalEntry entry = drop.apply(plan);
        return end(planned, entry, entry.outcome(), ExitCode.OK);
    }

    /// What an interrupted command left.
    private void settle() throws IOException {
        JournalEntry last = drop.last();
        if (last != null && !last.phase().ended()) {
            JournalEntry settled = drop.change().settle(last);
            terminal.talk(
                    "the last change of '%s' was interrupted: %s",
                    last.edit().path(), settled.outcome());
        }
    }

    private void show(HostDrop.Planned planned) throws IOException {
        new SharedPlanText(terminal).write(planned.plan(), planned.node(), planned.unread());
        terminal.requireWritten();
    }

    private static Text question(SharedPlan plan) {
        return Text.of(
                "Write '%s'? No container is restarted; each is without %s from its next start on.",
                plan.edit().path(), plan.drop());
    }

    private int end(
            HostDrop.Planned planned, @Nullable JournalEntry entry, String outcome, ExitCode code)
            throws IOException {
        terminal.talk("%s", outcome);
        if (output.isJson()) {
            output.writeJson(
                    SharedReports.applied(
                            APPLY,
                            planned.plan(),
                            planned.node(),
                            planned.unread(),
                            entry,
                            outcome));
        } else if (code == ExitCode.OK) {
            new SharedPlanText(terminal).restarts(planned.plan().restarts());
        }
        terminal.requireWritten();
        return code.status();
    }
}
