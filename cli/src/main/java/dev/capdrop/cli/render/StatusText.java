package dev.capdrop.cli.render;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.status.ContainerStatus;
import dev.capdrop.core.status.Drift;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/// What `status` found out, for people.
public final class StatusText {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final Terminal terminal;

    public StatusText(Terminal terminal) {
        this.terminal = terminal;
    }

    /// Writes one paragraph for each container, its drifts below it.
    public void write(List<Reported> all) {
        for (Reported one : all) {
            ContainerStatus status = one.status();
            if (status == null) {
                heading(one, Text.of("%s: %s", Text.of("not known").bad(), one.problem()));
            } else {
                write(one, status);
            }
        }
    }

    private void write(Reported one, ContainerStatus status) {
        boolean drifted = one.drifted();
        heading(one, drifted ? Text.of("drifted").bad() : Text.of("as it was left").good());
        status.changes().forEach(this::write);
        writeLive(one, status.live());
        if (status.changes().isEmpty() && status.drifts().stream().noneMatch(StatusText::open)) {
            terminal.line("  no change of capdrop's is in force");
        }
        if (!status.snapshots().isEmpty()) {
            terminal.paragraph(
                    2,
                    4,
                    "a rollback would lose it: to the snapshots %s",
                    Text.names(status.snapshots()));
        }
        DriftText text = new DriftText(status.container(), one.command());
        for (Drift drift : status.drifts()) {
            terminal.paragraph(
                    2,
                    4,
                    "%s: %s",
                    Text.foreign(DriftText.kind(drift)).bad(),
                    text.sentence(drift));
            text.commands(drift).forEach(command -> terminal.line("    %s", command));
        }
    }

    private void writeLive(Reported one, CapabilitySet live) {
        if (live.isEmpty()) {
            return;
        }
        terminal.paragraph(
                2,
                4,
                "live: PID 1 gave up %s while it ran; only a restart would give it back. The configuration holds that from the next start on",
                live);
        if (one.outdated().isEmpty()) {
            terminal.line("  no process holds more than PID 1");
        } else {
            terminal.paragraph(
                    2,
                    4,
                    "%s %s the old set until restarted: %s ('capdrop ps --outdated %s')",
                    one.outdated().size(),
                    one.outdated().size() == 1 ? "unit still has" : "units still have",
                    Text.names(one.outdated()),
                    one.command());
        }
    }

    /// Whether it is a change of which its own paragraph says how much of it counts.
    private static boolean open(Drift drift) {
        return drift instanceof Drift.Interrupted;
    }

    private void heading(Reported one, Text rest) {
        terminal.paragraph(0, 4, "%s  %s", Text.foreign(one.target()).strong(), rest);
    }

    private void write(JournalEntry change) {
        terminal.paragraph(2, 4, "%s  %s", minute(change.at()), ChangeWords.verb(change));
    }

    static String minute(Instant at) {
        return MINUTE.format(at);
    }
}
