package dev.capdrop.cli.render;

import dev.capdrop.cli.render.AllPlanned.Planned;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.plan.Effect;
import dev.capdrop.core.plan.Outcome;
import dev.capdrop.core.plan.Plan;
import java.util.List;

/// The changes of a whole host, for people.
public final class AllText {
    private final Terminal terminal;

    public AllText(Terminal terminal) {
        this.terminal = terminal;
    }

    /// Writes a row for each change, and below them what is left out and why.
    public void write(AllPlanned all) {
        if (!all.planned().isEmpty()) {
            TextTable table =
                    new TextTable(terminal, "TARGET", "NAME", "ORDER", "HEALED", "LOST", "DROPS");
            all.planned().forEach(one -> table.row(TextTable.Color.NONE, cells(one)));
            table.write(5);
        }
        for (AllPlanned.Skipped skipped : all.skipped()) {
            terminal.paragraph(
                    0,
                    4,
                    "skipped: "
                            + terminal.untrusted(skipped.target())
                            + ": "
                            + terminal.untrusted(skipped.reason()));
        }
        if (!all.idle().isEmpty()) {
            terminal.paragraph(0, 4, "nothing to do: " + terminal.names(all.idle()));
        }
    }

    private List<String> cells(Planned one) {
        ProxmoxGuest guest = one.guest();
        boolean ordered = guest != null && guest.startupOrder() != ProxmoxGuest.LAST;
        Plan plan = one.plan();
        return List.of(
                terminal.untrusted(one.target()),
                guest == null ? "" : terminal.untrusted(guest.hostname()),
                ordered ? Integer.toString(guest.startupOrder()) : "-",
                Integer.toString(plan.forecast().healed(false).size()),
                Long.toString(lost(plan)),
                plan.drop().isEmpty() ? "nothing more" : plan.drop().toString());
    }

    /// The units that run now and would not any more.
    private static long lost(Plan plan) {
        return plan.forecast().changes().stream()
                .filter(e -> e.turnedBy() == Effect.TurnedBy.DROP && e.before() == Outcome.ACTIVE)
                .count();
    }

    /// Writes how each ended.
    public void write(AllDone done) {
        for (AllDone.Ended ended : done.ended()) {
            terminal.line(terminal.strong(terminal.untrusted(ended.target())));
            if (ended.result() == null) {
                terminal.paragraph(
                        2, 4, terminal.bad("failed: ") + terminal.untrusted(ended.problem()));
            } else {
                new ResultText(terminal, 2, ended.command()).write(ended.result());
            }
        }
        if (!done.notBegun().isEmpty()) {
            terminal.paragraph(
                    0,
                    4,
                    terminal.bad("not begun, because one before got worse: ")
                            + terminal.names(done.notBegun()));
        }
    }
}
