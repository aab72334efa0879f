package dev.capdrop.cli.drop;

import com.google.errorprone.annotations.CompileTimeConstant;
import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.change.Change.Result;
import dev.capdrop.core.change.LiveStep.LiveReport;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.verification.Verification;
import dev.capdrop.core.verification.Verification.Mismatch;
import java.util.List;

/// Writes the end of a change, for people; `command` means the container behind a command's name.
public record ResultText(Terminal terminal, int indent, String command) {
    @FormatMethod
    private void line(@CompileTimeConstant @FormatString String template, Object... arguments) {
        terminal.line("%s%s", Text.blanks(indent), Text.of(template, arguments));
    }

    @FormatMethod
    private void paragraph(
            @CompileTimeConstant @FormatString String template, Object... arguments) {
        terminal.paragraph(indent, indent + 2, template, arguments);
    }

    public void write(Result result) {
        Verification verification = result.verification();
        if (verification == null || result.entry().phase() == JournalEntry.Phase.ABANDONED) {
            paragraph("%s", result.entry().outcome());
            return;
        }
        if (result.live() != null) {
            write(result.live());
        }
        if (!verification.problem().isEmpty()) {
            Text kind =
                    switch (verification.verdict()) {
                        case WORSE -> Text.of("worse: ");
                        case NOT_LIVE -> Text.of("written, not live: ");
                        case BETTER,
                                SAME,
                                AS_BEFORE,
                                WORSE_AS_FORECAST,
                                UNREAD,
                                UNSETTLED,
                                UNPROVEN ->
                                Text.of("not verified: ");
                    };
            paragraph("%s%s", kind.bad(), verification.problem());
        } else if (result.live() == null) {
            line(
                    "forecast %s units, %s as forecast",
                    verification.definite(), verification.matched());
        }
        verification.mismatches().forEach(this::write);
        if (result.rolledBack()) {
            writeRollback(result, verification);
        } else {
            line(
                    "verdict: %s%s",
                    verification.verdict().inWords(),
                    verification.state().isEmpty()
                            ? Text.EMPTY
                            : Text.of(", the container is %s", painted(verification.state())));
            writeWayOut(result, verification.verdict());
        }
    }

    private void write(LiveReport live) {
        paragraph(
                "live: %s %s gone from PID 1%s, nothing was restarted",
                live.gone(),
                live.gone().size() == 1 ? "is" : "are",
                live.stoodStill() == null
                        ? Text.of("")
                        : Text.of(
                                ", which stood still for %s ms",
                                LiveReport.millis(live.stoodStill())));
        if (!live.cleared().isEmpty()) {
            paragraph("failures cleared: %s", Text.names(live.cleared()));
        }
        if (!live.uncleared().isEmpty()) {
            paragraph(
                    "failures not cleared: %s (%s); inside the container 'systemctl reset-failed' with these names does it",
                    Text.names(live.uncleared()), live.why());
        }
        List<String> outdated = live.outdated();
        if (outdated == null) {
            paragraph(
                    "which units still have the old set could not be read: 'capdrop ps --outdated %s'",
                    command);
        } else {
            outdated(terminal, indent, outdated, command);
        }
    }

    private void writeWayOut(Result result, Verification.Verdict verdict) {
        JournalEntry.Phase phase = result.entry().phase();
        if (phase == JournalEntry.Phase.UNVERIFIED && result.live() != null) {
            line("the drop stays; 'capdrop apply %s' looks again, and restarts nothing,", command);
            line("'capdrop undo %s' takes it back", command);
        } else if (phase == JournalEntry.Phase.UNVERIFIED) {
            line("the drop stays; 'capdrop check %s' looks again,", command);
            line("'capdrop undo %s' takes it back", command);
        } else if (verdict == Verification.Verdict.NOT_LIVE) {
            line(
                    "'capdrop apply %s' restarts it; 'capdrop undo %s' takes the line back",
                    command, command);
        } else if (phase == JournalEntry.Phase.APPLIED && verdict.failed()) {
            line("'capdrop undo %s' takes it back", command);
        }
    }

    private static Text painted(String state) {
        Text safe = Text.foreign(state);
        return state.equals("running") ? safe.good() : safe.bad();
    }

    private void write(Mismatch mismatch) {
        String cause = mismatch.byDrop() ? "" : "; not caused by the drop";
        terminal.paragraph(
                indent + 2,
                indent + 6,
                "%s: forecast %s, is %s%s%s",
                mismatch.unit(),
                mismatch.forecast().word(),
                mismatch.actual().word(),
                mismatch.why().isEmpty() ? "" : Text.of(": %s", mismatch.why()),
                cause);
    }

    private void writeRollback(Result result, Verification verification) {
        paragraph("%s%s", Text.of("rolled back: ").bad(), result.entry().outcome());
        Verification restored = result.rollback();
        if (restored == null) {
            return;
        }
        List<String> before = units(verification);
        for (Mismatch mismatch : restored.mismatches()) {
            if (before.contains(mismatch.unit())) {
                terminal.paragraph(
                        indent + 2,
                        indent + 6,
                        "%s is the same with the old configuration: the restart alone brought it, not the drop",
                        mismatch.unit());
            } else {
                write(mismatch);
            }
        }
        List<String> accused =
                verification.mismatches().stream()
                        .filter(mismatch -> mismatch.harm() && mismatch.byDrop())
                        .map(Mismatch::unit)
                        .toList();
        if (!accused.isEmpty() && units(restored).containsAll(accused)) {
            line("so the drop was not the reason; 'capdrop apply %s' may be tried again", command);
        }
    }

    private static List<String> units(Verification verification) {
        return verification.mismatches().stream().map(Mismatch::unit).toList();
    }

    /// Writes which units hold more than PID 1, and the command for their container.
    public static void outdated(
            Terminal terminal, int indent, List<String> outdated, String command) {
        if (outdated.isEmpty()) {
            terminal.paragraph(indent, indent + 2, "no process holds more than PID 1");
        } else {
            terminal.paragraph(
                    indent,
                    indent + 2,
                    "%s %s the old set until restarted: %s ('capdrop ps --outdated %s')",
                    outdated.size(),
                    outdated.size() == 1 ? "unit still has" : "units still have",
                    Text.names(outdated),
                    command);
        }
    }
}
