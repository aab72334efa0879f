package dev.capdrop.cli.render;

import dev.capdrop.core.change.Mismatch;
import dev.capdrop.core.change.Result;
import dev.capdrop.core.change.Verdict;
import dev.capdrop.core.change.Verification;
import java.util.List;

/// How a change ended, for people.
public final class ResultText {
    private final Terminal terminal;

    public ResultText(Terminal terminal) {
        this.terminal = terminal;
    }

    /// Writes the comparison with the prediction and the verdict.
    public void write(Result result) {
        Verification verification = result.verification();
        if (verification == null) {
            terminal.line(result.entry().outcome());
            return;
        }
        if (verification.problem().isEmpty()) {
            writePrediction(verification);
        } else {
            terminal.paragraph(
                    0, 2, terminal.bad("worse: ") + terminal.untrusted(verification.problem()));
        }
        verification.mismatches().forEach(this::write);
        if (result.rolledBack()) {
            writeRollback(result, verification);
        } else {
            terminal.line(
                    "verdict: "
                            + verification.verdict().word()
                            + ", the container is "
                            + painted(verification.state()));
            if (verification.verdict() == Verdict.WORSE) {
                terminal.line("'capdrop undo " + result.entry().target() + "' takes it back");
            }
        }
    }

    private void writePrediction(Verification verification) {
        if (verification.predicted() == 0) {
            terminal.line("nothing had been predicted");
            return;
        }
        terminal.line(
                "predicted "
                        + verification.predicted()
                        + " units, "
                        + verification.matched()
                        + " as predicted");
    }

    private String painted(String state) {
        String safe = terminal.untrusted(state);
        return state.equals("running") ? terminal.good(safe) : terminal.bad(safe);
    }

    private void write(Mismatch mismatch) {
        String cause = mismatch.byDrop() ? "" : "; not caused by the drop";
        terminal.paragraph(
                2,
                6,
                terminal.untrusted(mismatch.unit())
                        + ": predicted "
                        + mismatch.predicted().word()
                        + ", is "
                        + mismatch.actual().word()
                        + (mismatch.why().isEmpty()
                                ? ""
                                : ": " + terminal.untrusted(mismatch.why()))
                        + cause);
    }

    private void writeRollback(Result result, Verification verification) {
        terminal.paragraph(
                0, 2, terminal.bad("rolled back: ") + terminal.untrusted(result.entry().outcome()));
        Verification restored = result.rollback();
        if (restored == null) {
            return;
        }
        List<String> before = units(verification);
        for (Mismatch mismatch : restored.mismatches()) {
            if (before.contains(mismatch.unit())) {
                terminal.paragraph(
                        2,
                        6,
                        terminal.untrusted(mismatch.unit())
                                + " is the same with the old configuration: the restart alone brought it, not the drop");
            } else {
                write(mismatch);
            }
        }
    }

    private static List<String> units(Verification verification) {
        return verification.mismatches().stream().map(Mismatch::unit).toList();
    }
}
