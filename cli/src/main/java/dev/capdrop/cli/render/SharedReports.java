package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.Result;
import dev.capdrop.core.change.SharedRestart;
import dev.capdrop.core.container.LoadError;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.shared.MemberOutlook;
import dev.capdrop.core.shared.SharedPlan;
import dev.capdrop.core.shared.Unloadable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `capdrop/host-plan/1`, `capdrop/host-apply/1` and `capdrop/host-undo/1`, and the same of
/// profiles, as trees for [Json].
public final class SharedReports {
    private SharedReports() {}

    /// A plan.
    ///
    /// @param node this host's name
    /// @param unread what could not be looked into, one sentence each
    public static Map<String, @Nullable Object> plan(
            String schema, SharedPlan plan, SharedWords words, String node, List<String> unread) {
        return object(
                "schema",
                schema,
                words.profile().isEmpty() ? "node" : "profile",
                words.profile().isEmpty() ? node : words.profile(),
                "file",
                plan.edit().path(),
                "goal",
                plan.goal().word(),
                "drop",
                plan.drop().names(),
                "vetoes",
                plan.vetoes().stream().map(SharedReports::veto).toList(),
                "containers",
                plan.members().stream().map(SharedReports::member).toList(),
                "others",
                plan.others(),
                "unread",
                unread,
                "unloadable",
                plan.broken().stream().map(SharedReports::unloadable).toList(),
                "refused",
                plan.refused(),
                "restart",
                plan.restarts(),
                "diff",
                JsonReports.diff(plan.edit()));
    }

    /// What came of a plan.
    ///
    /// @param entry the journal's entry; null when nothing was written
    /// @param outcome one sentence
    public static Map<String, @Nullable Object> applied(
            String schema,
            SharedPlan plan,
            SharedWords words,
            String node,
            List<String> unread,
            @Nullable JournalEntry entry,
            String outcome) {
        Map<String, @Nullable Object> report = plan(schema, plan, words, node, unread);
        report.put("phase", entry == null ? null : JsonReports.word(entry.phase()));
        report.put("outcome", outcome);
        return report;
    }

    /// What came of an undo.
    ///
    /// @param entry the journal's entry; null when nothing was taken back
    /// @param outcome one sentence
    /// @param restarts the containers that run without something that their next start brings back
    public static Map<String, @Nullable Object> undone(
            String schema,
            SharedWords words,
            String file,
            @Nullable JournalEntry entry,
            String outcome,
            List<String> restarts) {
        CapabilitySet dropped = entry == null ? CapabilitySet.EMPTY : entry.drop();
        Map<String, @Nullable Object> report =
                object(
                        "schema",
                        schema,
                        "file",
                        file,
                        "drop",
                        dropped.names(),
                        "phase",
                        entry == null ? null : JsonReports.word(entry.phase()),
                        "outcome",
                        outcome,
                        "restart",
                        restarts);
        if (!words.profile().isEmpty()) {
            report.put("profile", words.profile());
        }
        return report;
    }

    /// Adds to a report what became of each container that was restarted.
    public static void addRestarts(
            Map<String, @Nullable Object> report, SharedRestart.@Nullable Outcome outcome) {
        report.put(
                "restarted",
                outcome == null
                        ? List.of()
                        : outcome.results().stream().map(SharedReports::restarted).toList());
        report.put("problems", outcome == null ? List.of() : outcome.problems());
    }

    private static Object restarted(Result result) {
        Map<String, @Nullable Object> one = JsonReports.result("", result);
        one.remove("schema");
        one.remove("remedy");
        one.remove("live");
        return one;
    }

    private static Object veto(SharedPlan.Veto veto) {
        return object(
                "capability", veto.capability().name(),
                "target", veto.target(),
                "loses", veto.loses(),
                "why", veto.why(),
                "wantedBy", veto.wantedBy());
    }

    private static Object member(MemberOutlook member) {
        return object(
                "target", member.target(),
                "running", member.running(),
                "excluded", member.excluded(),
                "drop", member.drop().names(),
                "waits", member.waits().names(),
                "heals", member.heals(),
                "loses", member.loses(),
                "effects", member.forecast().changes().stream().map(JsonReports::effect).toList(),
                "undecided",
                        member.forecast().undecided().stream().map(JsonReports::undecided).toList(),
                "doesNotBoot", member.forecast().boots() ? null : member.forecast().obstacle(),
                "note", member.note());
    }

    private static Object unloadable(Unloadable unloadable) {
        LoadError error = unloadable.error();
        return object(
                "configuration", unloadable.configuration().owner(),
                "path", unloadable.configuration().path(),
                "snapshot", unloadable.configuration().snapshot(),
                "file", error.file(),
                "line", error.line(),
                "text", error.text(),
                "reason", error.reason());
    }
}
