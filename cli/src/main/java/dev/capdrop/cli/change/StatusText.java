package dev.capdrop.cli.change;

import static dev.capdrop.cli.render.Json.document;
import static dev.capdrop.cli.render.Json.members;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.drop.JsonReports;
import dev.capdrop.cli.drop.PendingText;
import dev.capdrop.cli.drop.ResultText;
import dev.capdrop.cli.drop.SinceDropText;
import dev.capdrop.cli.drop.Statuses.Reported;
import dev.capdrop.cli.render.Json;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.verification.ContainerStatus;
import dev.capdrop.core.verification.ContainerStatus.Drift;
import module java.base;
import org.jspecify.annotations.Nullable;

record StatusText(Terminal terminal) {
    public void write(List<Reported> all) {
        if (all.isEmpty()) {
            terminal.talk("nothing that capdrop has changed is in force on this host");
        }
        for (Reported reported : all) {
            ContainerStatus status = reported.status();
            if (status == null) {
                heading(
                        reported,
                        Text.of("%s: %s", Text.of("not known").bad(), reported.problem()));
            } else {
                write(reported, status);
            }
        }
    }

    private void write(Reported reported, ContainerStatus status) {
        boolean drifted = reported.drifted();
        heading(
                reported,
                drifted
                        ? Text.of("drifted").bad()
                        : reported.isUnderWay()
                                ? Text.of("under way")
                                : Text.of("as it was left").good());
        status.changes().forEach(this::write);
        writeLive(reported, status.live());
        if (status.changes().isEmpty() && status.drifts().stream().noneMatch(StatusText::open)) {
            terminal.line("  no change of capdrop's is in force");
        }
        if (!status.snapshots().isEmpty()) {
            terminal.item(
                    "a rollback would lose it: to the snapshots %s",
                    Text.names(status.snapshots()));
        }
        SinceDropText.write(reported.sinceDrop(), terminal);
        DriftText text = new DriftText(status.subject(), reported.command());
        for (Drift drift : status.drifts()) {
            terminal.item(
                    "%s: %s",
                    Text.foreign(Json.word(drift.getClass())).bad(), text.sentence(drift));
            text.commands(drift).forEach(command -> terminal.line("    %s", command));
        }
    }

    private void writeLive(Reported reported, CapabilitySet live) {
        if (live.isEmpty()) {
            return;
        }
        terminal.item(
                "live: PID 1 gave up %s while it ran; only a restart would give it back. The configuration holds that from the next start on",
                live);
        ResultText.outdated(terminal, 2, reported.outdated(), reported.command());
    }

    /// Whether it is a change whose own paragraph says how much of it counts.
    private static boolean open(Drift drift) {
        return drift instanceof Drift.Interrupted || drift instanceof Drift.UnderWay;
    }

    private void heading(Reported reported, Text rest) {
        terminal.title("%s  %s", Text.foreign(reported.target()).strong(), rest);
    }

    private void write(JournalEntry change) {
        terminal.item("%s  %s", SinceDropText.minute(change.at()), PendingText.verb(change));
    }

    public static Object report(List<Reported> all) {
        return document("capdrop/status/1").list("containers", all, StatusText::container);
    }

    private static Map<String, @Nullable Object> container(Reported reported) {
        ContainerStatus status = reported.status();
        return members()
                .with("target", reported.target())
                .with("name", status == null ? null : status.subject().name())
                .with("runtime", status == null ? null : status.subject().prefix())
                .with("drop", status == null ? List.of() : status.drop().names())
                .list("changes", status == null ? List.of() : status.changes(), StatusText::change)
                .with("snapshots", status == null ? List.of() : status.snapshots())
                .with("live", status == null ? List.of() : status.live().names())
                .with("outdated", reported.outdated())
                .with(
                        "undoDiff",
                        status == null || status.undo() == null
                                ? null
                                : JsonReports.diff(status.undo()))
                .with("drifts", status == null ? List.of() : drifts(reported, status))
                .with("sinceDrop", SinceDropText.report(reported.sinceDrop()))
                .text("problem", reported.problem());
    }

    private static Object change(JournalEntry change) {
        return members()
                .with("id", change.id())
                .with("at", change.at().toString())
                .with("phase", Json.word(change.phase()))
                .with("drop", change.drop().names())
                .with("remedy", JsonReports.remedy(change))
                .with("file", change.edit().path())
                .with("outcome", change.outcome());
    }

    private static Object drifts(Reported reported, ContainerStatus status) {
        DriftText text = new DriftText(status.subject(), reported.command());
        return status.drifts().stream().map(drift -> drift(text, drift)).toList();
    }

    private static Object drift(DriftText text, Drift drift) {
        return members()
                .with("kind", Json.word(drift.getClass()))
                .with("capabilities", DriftText.capabilities(drift).names())
                .with("text", text.sentence(drift))
                .with("commands", text.commands(drift));
    }
}
