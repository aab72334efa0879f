package dev.capdrop.cli.change;

import static dev.capdrop.cli.render.Json.document;
import static dev.capdrop.cli.render.Json.members;

import dev.capdrop.cli.change.AllText.AllPlanned.Planned;
import dev.capdrop.cli.change.AllText.AllPlanned.Skipped;
import dev.capdrop.cli.drop.JsonReports;
import dev.capdrop.cli.drop.ResultText;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.cli.render.TextTable;
import dev.capdrop.core.change.Rollout;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import module java.base;
import org.jspecify.annotations.Nullable;

record AllText(Terminal terminal) {
    /// Writes a row for each change, its cost, the containers left out and why, and the total.
    public void write(AllPlanned all) {
        if (!all.planned().isEmpty()) {
            TextTable table =
                    new TextTable(terminal, "TARGET", "NAME", "STATE", "ORDER", "HEALS", "DROPS");
            all.planned().forEach(planned -> row(table, planned));
            table.write(5);
            all.planned().forEach(this::writePrice);
        }
        Map<String, List<String>> reasons =
                Text.grouped(
                        all.skipped(),
                        skipped -> reason(skipped),
                        skipped -> title(skipped.container()));
        reasons.forEach((reason, words) -> writeList("skipped", words, ": " + reason));
        if (!all.idle().isEmpty()) {
            List<String> names = all.idle().stream().map(AllText::title).toList();
            writeList("nothing to do", names, "");
        }
        terminal.title("%s", all.total());
    }

    private void writeList(String title, List<String> words, String rest) {
        terminal.title("%s: %s%s", title, Text.join(" ", words), rest);
    }

    private static String title(HostContainer one) {
        ProxmoxGuest guest = one.guest();
        return guest == null || guest.hostname().isEmpty()
                ? one.id().word()
                : one.id().word() + " (" + guest.hostname() + ")";
    }

    private static String reason(Skipped skipped) {
        ProxmoxGuest guest = skipped.container().guest();
        return guest != null && guest.place().here()
                ? skipped.reason() + " (node " + guest.place().node() + ")"
                : skipped.reason();
    }

    private static void row(TextTable table, Planned planned) {
        ProxmoxGuest guest = planned.container().guest();
        Plan plan = planned.plan();
        table.row(
                TextTable.Color.NONE,
                planned.container().id().word(),
                guest == null ? "" : guest.hostname(),
                planned.running() ? "running" : "stopped",
                order(guest),
                plan.forecast().healed().size(),
                plan.drop().isEmpty() ? "(a restart is enough)" : plan.drop());
    }

    private static String order(@Nullable ProxmoxGuest guest) {
        return guest == null || guest.startupOrder() == ProxmoxGuest.LAST
                ? "-"
                : Integer.toString(guest.startupOrder());
    }

    private void writePrice(Planned planned) {
        String word = planned.container().id().word();
        List<String> open =
                planned.plan().forecast().undecided().stream()
                        .filter(Undecided::byDrop)
                        .map(Undecided::unit)
                        .toList();
        if (!planned.loses().isEmpty()) {
            writeList(word + " loses", planned.loses(), "");
        }
        if (!open.isEmpty()) {
            writeList(word + " leaves undecided", open, "");
        }
    }

    /// Writes how each turn ended; `command` tells what means a subject behind a command's name.
    public void write(Rollout rollout, Function<Subject, String> command) {
        for (Rollout.Turn turn : rollout.turns()) {
            terminal.line(Text.foreign(turn.subject().word()).strong());
            switch (turn) {
                case Rollout.Changed changed ->
                        new ResultText(terminal, 2, command.apply(changed.subject()))
                                .write(changed.result());
                case Rollout.Failed failed ->
                        terminal.item("%s%s", Text.of("failed: ").bad(), failed.outcome());
                case Rollout.Unchanged left -> terminal.item("left as it is: %s", left.outcome());
            }
        }
        if (rollout.stop() != null && !rollout.notBegun().isEmpty()) {
            List<String> words = rollout.notBegun().stream().map(Subject::word).toList();
            writeList("not begun, because " + rollout.stop().reason(), words, "");
        }
    }

    /// Returns `capdrop/plan-all/2` of containers that are changed each by itself.
    public static Object report(AllPlanned all) {
        return document("capdrop/plan-all/2")
                .list(
                        "planned",
                        all.planned(),
                        p -> JsonReports.plan(p.container().id().target(), p.plan()))
                .list(
                        "skipped",
                        all.skipped(),
                        s ->
                                members()
                                        .with("target", s.container().id().target())
                                        .orNull(
                                                "node",
                                                s.container().guest(),
                                                guest -> guest.place().node())
                                        .with("reason", s.reason()))
                .list("nothingToDo", all.idle(), one -> one.id().target())
                .with("shared", null);
    }

    /// The plan for a whole host, in the order of the changes.
    record AllPlanned(List<Planned> planned, List<Skipped> skipped, List<HostContainer> idle) {
        /// A container to change; `loses` are the working units whose loss was accepted.
        public record Planned(
                HostContainer container, boolean running, Plan plan, List<String> loses) {}

        /// A container that is left out, with a sentence that does not name it.
        public record Skipped(HostContainer container, String reason) {}

        String total() {
            long running = planned.stream().filter(Planned::running).count();
            int all = planned.size() + skipped.size() + idle.size();
            List<String> parts = new ArrayList<>();
            parts.add("%s to change (%s running)".formatted(planned.size(), running));
            if (!skipped.isEmpty()) {
                parts.add(skipped.size() + " skipped");
            }
            if (!idle.isEmpty()) {
                parts.add(idle.size() + " with nothing to do");
            }
            return (all == 1 ? "1 container: " : all + " containers: ") + String.join(", ", parts);
        }
    }
}
