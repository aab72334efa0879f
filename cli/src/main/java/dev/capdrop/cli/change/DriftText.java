package dev.capdrop.cli.change;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.drop.NextStartText;
import dev.capdrop.cli.drop.PendingText;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.document.ShellWord;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.core.verification.ContainerStatus.Drift;
import java.util.List;

/// Puts a drift into words; `command` is what means the subject behind a command's name.
record DriftText(Subject subject, String command) {
    static CapabilitySet capabilities(Drift drift) {
        return switch (drift) {
            case Drift.Interrupted interrupted -> interrupted.entry().drop();
            case Drift.UnderWay underWay -> underWay.entry().drop();
            case Drift.Waiting waiting -> waiting.entry().drop();
            case Drift.Unverified unverified -> unverified.entry().drop();
            case Drift.Lost lost -> lost.capabilities();
            case Drift.StillHolds holds -> holds.capabilities();
            case Drift.StillLacks lacks -> lacks.capabilities();
            case Drift.Awaited awaited -> awaited.capabilities();
            case Drift.Elsewhere elsewhere -> elsewhere.capabilities();
            case Drift.NestingLost _, Drift.Unloadable _, Drift.Blocks _, Drift.Gone _ ->
                    CapabilitySet.EMPTY;
        };
    }

    /// Returns one sentence about it without its full stop.
    String sentence(Drift drift) {
        return switch (drift) {
            case Drift.Interrupted interrupted ->
                    PendingText.state(interrupted.entry()) + trace(interrupted);
            case Drift.UnderWay underWay -> PendingText.underWay(underWay.process());
            case Drift.Waiting waiting -> PendingText.state(waiting.entry());
            case Drift.Unverified unverified
                    when unverified.entry().phase() == JournalEntry.Phase.UNVERIFIED ->
                    PendingText.state(unverified.entry());
            case Drift.Unverified unverified ->
                    "it has been started %s since, and nobody has looked whether that came as forecast"
                            .formatted(PendingText.started(unverified.entry()));
            case Drift.Lost lost -> lost(lost);
            case Drift.NestingLost lost ->
                    "its configuration '%s' no longer allows nesting: AppArmor refuses mounts again from the next start on"
                            .formatted(lost.path());
            case Drift.Unloadable unloadable ->
                    "it will not start any more, %s refuses its configuration: %s"
                            .formatted(subject.format().reader(), place(unloadable.error()));
            case Drift.StillHolds holds ->
                    "its PID 1 still holds %s, which the configuration drops: it was edited since the start"
                            .formatted(holds.capabilities());
            case Drift.StillLacks lacks ->
                    "its PID 1 is still without %s, which the configuration no longer drops: the next start brings them back"
                            .formatted(lacks.capabilities());
            case Drift.Blocks blocks ->
                    "%s does not start with this file any more, liblxc refuses its configuration: %s"
                            .formatted(blocks.owner(), place(blocks.error()));
            case Drift.Awaited awaited ->
                    "%s still hold some of %s until they are stopped and started"
                            .formatted(
                                    String.join(", ", awaited.targets()), awaited.capabilities());
            case Drift.Gone _ -> "it is not on this host any more";
            case Drift.Elsewhere elsewhere ->
                    "it is on the node '%s' now, and its next start there holds %s again"
                            .formatted(elsewhere.node(), elsewhere.capabilities());
        };
    }

    /// Returns the trace in the file of an open undo: nothing else tells whether it counts.
    private static String trace(Drift.Interrupted interrupted) {
        if (interrupted.entry().phase().written()) {
            return "";
        }
        return switch (interrupted.trace()) {
            case THERE -> "; the configuration " + PendingText.verb(interrupted.entry()) + " now";
            case GONE -> "; nothing of the change is in the configuration now";
            case NOT_KNOWN -> "; the configuration could not be read";
        };
    }

    private static String lost(Drift.Lost lost) {
        String file = "'" + lost.path() + "'";
        String start =
                switch (lost.cause()) {
                    case Drift.Cause.Rewritten _ ->
                            "%s: nothing of the change is in %s any more"
                                    .formatted(
                                            NextStartText.noLongerDrops(lost.capabilities()), file);
                    case Drift.Cause.Overruled _ ->
                            "%s still names %s, but something in it or behind it undoes that"
                                    .formatted(file, lost.capabilities());
                    case Drift.Cause.RolledBack back ->
                            "its raw lines are those of its snapshot '%s', as after a rollback to it, and do not drop %s"
                                    .formatted(back.snapshot(), lost.capabilities());
                    case Drift.Cause.MadeAnew _ ->
                            "it was made anew under the same name (it has none of its former network cards), and %s does not drop %s"
                                    .formatted(file, lost.capabilities());
                };
        return start
                + (lost.runningLacks() ? "; its PID 1 is without them until the next start" : "")
                + (lost.runningLacks() && !lost.failed().isEmpty() ? ": degraded again then" : "");
    }

    private static String place(LoadError error) {
        return "%s: %s%s"
                .formatted(
                        error.place(),
                        error.reason(),
                        error.text().isEmpty() ? "" : ": " + error.text().strip());
    }

    /// Returns the commands that each put it right in its own way, best first.
    List<String> commands(Drift drift) {
        return switch (drift) {
            case Drift.Interrupted interrupted -> interrupted(interrupted);
            case Drift.Waiting _ -> List.of(capdrop("apply"), capdrop("undo"));
            case Drift.Unverified unverified ->
                    unverified.entry().phase() == JournalEntry.Phase.UNVERIFIED
                            ? List.of(capdrop("check"), capdrop("apply"))
                            : List.of(capdrop("check"));
            case Drift.Lost lost ->
                    List.of(applyAgain(lost.capabilities(), lost.accepted()), capdrop("undo"));
            case Drift.NestingLost _ -> List.of(capdrop("apply --remedy nesting"), capdrop("undo"));
            case Drift.Unloadable _ -> List.of(capdrop("config"));
            case Drift.StillHolds _, Drift.StillLacks _ ->
                    subject instanceof ContainerId container
                            ? List.of(container.kind().restart(container))
                            : List.of();
            case Drift.Blocks _ -> List.of(capdrop("undo"));
            case Drift.Awaited _, Drift.UnderWay _ -> List.of();
            case Drift.Gone _ -> List.of(capdrop("undo"));
            case Drift.Elsewhere elsewhere ->
                    List.of(
                            "ssh %s %s"
                                    .formatted(
                                            elsewhere.node(),
                                            ShellWord.quoted(
                                                    applyAgain(
                                                            elsewhere.capabilities(),
                                                            elsewhere.accepted()))));
        };
    }

    private List<String> interrupted(Drift.Interrupted interrupted) {
        return interrupted.entry().phase().undoes()
                ? List.of(capdrop("undo"))
                : List.of(capdrop("apply"), capdrop("undo"));
    }

    private String applyAgain(CapabilitySet drop, List<String> accepted) {
        StringBuilder line = new StringBuilder(capdrop("apply"));
        line.append(" --goal none --drop ").append(String.join(",", drop.names()));
        for (String unit : accepted) {
            line.append(" --allow-skip ").append(ShellWord.quoted(unit));
        }
        return line.toString();
    }

    private String capdrop(String verb) {
        return "capdrop " + verb + " " + command;
    }
}
