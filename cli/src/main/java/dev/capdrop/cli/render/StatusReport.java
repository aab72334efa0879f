package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.status.ContainerStatus;
import dev.capdrop.core.status.Drift;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `status` found out as a tree for [Json].
public final class StatusReport {
    private StatusReport() {}

    /// `capdrop/status/1`.
    public static Object of(List<Reported> all) {
        return object(
                "schema",
                "capdrop/status/1",
                "containers",
                all.stream().map(StatusReport::container).toList());
    }

    private static Map<String, @Nullable Object> container(Reported one) {
        ContainerStatus status = one.status();
        return object(
                "target", one.target(),
                "name", status == null ? null : status.container().name(),
                "runtime", status == null ? null : status.container().runtime(),
                "drop", status == null ? List.of() : status.drop().names(),
                "changes",
                        status == null
                                ? List.of()
                                : status.changes().stream().map(StatusReport::change).toList(),
                "snapshots", status == null ? List.of() : status.snapshots(),
                "live", status == null ? List.of() : status.live().names(),
                "outdated", one.outdated(),
                "undoDiff",
                        status == null || status.undo() == null
                                ? null
                                : JsonReports.diff(status.undo()),
                "drifts", status == null ? List.of() : drifts(one, status),
                "problem", one.problem().isEmpty() ? null : one.problem());
    }

    private static Object change(JournalEntry change) {
        return object(
                "id", change.id(),
                "at", change.at().toString(),
                "phase", JsonReports.word(change.phase()),
                "drop", change.drop().names(),
                "remedy", JsonReports.remedy(change),
                "file", change.edit().path(),
                "outcome", change.outcome());
    }

    private static Object drifts(Reported one, ContainerStatus status) {
        DriftText text = new DriftText(status.container(), one.command());
        return status.drifts().stream().map(drift -> drift(text, drift)).toList();
    }

    private static Object drift(DriftText text, Drift drift) {
        return object(
                "kind", DriftText.kind(drift),
                "capabilities", DriftText.capabilities(drift).names(),
                "text", text.sentence(drift),
                "commands", text.commands(drift));
    }
}
