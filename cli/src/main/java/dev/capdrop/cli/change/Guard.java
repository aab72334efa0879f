package dev.capdrop.cli.change;

import dev.capdrop.cli.command.Environment.OpenFiles;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Interruption.AtExit;
import dev.capdrop.cli.command.Interruption.CaughtSignal;
import dev.capdrop.cli.command.Mistakes;
import dev.capdrop.cli.drop.Changes;
import dev.capdrop.cli.drop.HostDrop;
import dev.capdrop.cli.drop.PendingText;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.change.Change.RollBackException;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.linux.time.Errand;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Holds while a change is under way: a hang-up does not stop it (the administrator's ssh may run
/// through this container), an interruption says what state it left.
record Guard(AtExit exit) implements AutoCloseable {
    static Guard over(Host host, Subject subject, Terminal terminal) {
        var _ = CaughtSignal.of("HUP", () -> {});
        return new Guard(AtExit.say(() -> sayState(host, subject, terminal)));
    }

    /// Takes a step under the guard; null where one failed, and the half-way change was told.
    static <T> @Nullable T over(Host host, Subject subject, Terminal terminal, Errand<T> step)
            throws IOException {
        OpenFiles.requireEnough();
        try (Guard _ = over(host, subject, terminal)) {
            return step.take();
        } catch (IOException failed) {
            JournalEntry pending = Changes.pending(host.journal(), subject);
            if (pending == null) {
                throw failed;
            }
            terminal.complain("%s", sentence(failed, pending));
            terminal.complain("%s", state(host, subject, pending));
            return null;
        } catch (Mistakes.UsageException | TimeLimit.OverdueException said) {
            throw said;
        } catch (RuntimeException | Error broken) {
            throw new Mistakes.BrokenException(broken, left(host, subject));
        }
    }

    /// Returns the state in which a failure within this program left a change; else empty.
    private static String left(Host host, Subject subject) {
        try {
            JournalEntry pending = Changes.pending(host.journal(), subject);
            return pending == null ? "" : state(host, subject, pending);
        } catch (IOException | RuntimeException | Error unread) {
            return "whether a change is under way is not known: " + Mistakes.sentence(unread);
        }
    }

    /// Returns a sentence about the failure, of a rollback the journal's, where that was written.
    static String sentence(IOException failed, JournalEntry pending) {
        return failed instanceof RollBackException rollBack
                        && pending.phase() == JournalEntry.Phase.ROLLING_BACK
                ? rollBack.wayBack()
                : Mistakes.sentence(failed);
    }

    private static String state(Host host, Subject subject, JournalEntry pending) {
        return subject instanceof Subject.Lines lines
                ? new HostDrop(host, lines).pending(pending)
                : PendingText.sentence(pending, host.command(pending.before().container()));
    }

    @Override
    public void close() {
        exit.close();
    }

    private static void sayState(Host host, Subject subject, Terminal terminal) {
        try {
            JournalEntry pending = Changes.pending(host.journal(), subject);
            terminal.complain(
                    "%s",
                    pending == null
                            ? "interrupted; no change is under way"
                            : state(host, subject, pending) + runs(host, subject, pending));
        } catch (IOException e) {
            terminal.complain(
                    "interrupted, and the journal could not be read: %s", Mistakes.sentence(e));
        }
    }

    private static String runs(Host host, Subject subject, JournalEntry pending)
            throws IOException {
        if (!(subject instanceof ContainerId container)) {
            return "";
        }
        if (!host.runtime(container).running(container)) {
            return " (the container does not run)";
        }
        return runs(pending.phase());
    }

    /// Returns the clause about a container that runs, and of which a change was interrupted.
    static String runs(JournalEntry.Phase phase) {
        return phase == JournalEntry.Phase.WRITING || phase == JournalEntry.Phase.DROPPING_LIVE
                ? " (the container runs)"
                : " (the container runs, but its shutdown may have begun)";
    }
}
