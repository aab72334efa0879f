package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.cli.render.AllPlanned.Container;
import dev.capdrop.cli.render.AllPlanned.Planned;
import dev.capdrop.cli.render.AllPlanned.Skipped;
import dev.capdrop.core.change.Result;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.plan.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Writes the changes of a whole host, for people.
public final class AllText {
    private final Terminal terminal;

    public AllText(Terminal terminal) {
        this.terminal = terminal;
    }

    /// Writes a row for each change, its cost, and the containers left out and why.
    public void write(AllPlanned all) {
        if (!all.planned().isEmpty()) {
            TextTable table =
                    new TextTable(terminal, "TARGET", "NAME", "STATE", "ORDER", "HEALS", "DROPS");
            all.planned().forEach(planned -> row(table, planned));
            table.write(5);
            all.planned().forEach(this::writePrice);
        }
        Map<String, List<String>> reasons = new LinkedHashMap<>();
        for (Skipped skipped : all.skipped()) {
            reasons.computeIfAbsent(reason(skipped), _ -> new ArrayList<>())
                    .add(skipped.container().word());
        }
        reasons.forEach((reason, words) -> writeList("skipped", words, ": " + reason));
        if (!all.idle().isEmpty()) {
            writeList("nothing to do", words(all.idle()), "");
        }
    }

    private void writeList(String title, List<String> words, String rest) {
        terminal.paragraph(0, 4, "%s: %s%s", title, Text.join(" ", words), rest);
    }

    private static List<String> words(List<Container> containers) {
        return containers.stream().map(Container::word).toList();
    }

    /// Returns the reason, with the node named once.
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
                planned.container().word(),
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
        String word = planned.container().word();
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

    /// Writes how each turn ended.
    public void write(AllDone done) {
        for (AllDone.Ended ended : done.ended()) {
            terminal.line(Text.foreign(ended.container().word()).strong());
            switch (ended) {
                case AllDone.Changed changed ->
                        new ResultText(terminal, 2, changed.container().command())
                                .write(changed.result());
                case AllDone.Failed failed ->
                        terminal.paragraph(
                                2, 4, "%s%s", Text.of("failed: ").bad(), failed.outcome());
                case AllDone.Left left ->
                        terminal.paragraph(2, 4, "left as it is: %s", left.outcome());
            }
        }
        if (done.stop() != null && !done.notBegun().isEmpty()) {
            writeList("not begun, because " + done.stop().reason(), words(done.notBegun()), "");
        }
    }

    /// The changes of a whole host as trees for [Json].
    public static final class Report {
        private Report() {}

        /// Returns `capdrop/plan-all/1`.
        public static Object plan(AllPlanned all) {
            return planned("capdrop/plan-all/1", all);
        }

        /// Returns `capdrop/apply-all/1`; `done` is null when nothing was begun.
        public static Object apply(AllPlanned all, @Nullable AllDone done) {
            return ended(JsonReports::applied, planned("capdrop/apply-all/1", all), done);
        }

        /// Returns `capdrop/undo-all/1`; `done` is null when nothing was begun.
        public static Object undo(@Nullable AllDone done) {
            return ended(
                    result -> JsonReports.result("capdrop/undo/1", result),
                    object("schema", "capdrop/undo-all/1"),
                    done);
        }

        private static Object ended(
                Function<Result, Object> result,
                Map<String, @Nullable Object> report,
                @Nullable AllDone done) {
            List<Object> results = new ArrayList<>();
            List<Object> failed = new ArrayList<>();
            List<Object> left = new ArrayList<>();
            for (AllDone.Ended ended : done == null ? List.<AllDone.Ended>of() : done.ended()) {
                switch (ended) {
                    case AllDone.Changed changed -> results.add(result.apply(changed.result()));
                    case AllDone.Failed failure ->
                            failed.add(reasoned(failure.container(), failure.outcome()));
                    case AllDone.Left rest -> left.add(reasoned(rest.container(), rest.outcome()));
                }
            }
            report.put("results", results);
            report.put("failed", failed);
            report.put("left", left);
            report.put("notBegun", done == null ? List.of() : targets(done.notBegun()));
            report.put("stoppedBy", stop(done));
            return report;
        }

        private static @Nullable String stop(@Nullable AllDone done) {
            return done == null || done.stop() == null ? null : JsonReports.word(done.stop());
        }

        private static Map<String, @Nullable Object> planned(String schema, AllPlanned all) {
            return object(
                    "schema", schema,
                    "planned",
                            all.planned().stream()
                                    .map(p -> JsonReports.plan(p.container().target(), p.plan()))
                                    .toList(),
                    "skipped",
                            all.skipped().stream()
                                    .map(s -> reasoned(s.container(), s.reason()))
                                    .toList(),
                    "nothingToDo", targets(all.idle()));
        }

        private static Object reasoned(Container container, String reason) {
            return object("target", container.target(), "node", container.node(), "reason", reason);
        }

        private static List<String> targets(List<Container> containers) {
            return containers.stream().map(Container::target).toList();
        }
    }
}
