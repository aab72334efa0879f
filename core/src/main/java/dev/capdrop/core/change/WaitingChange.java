package dev.capdrop.core.change;

import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.verification.Judgement;
import dev.capdrop.core.verification.Verification;
import java.io.IOException;
import java.util.Set;

/// A change that was interrupted, waits for another's restart, or could not be verified, and that
/// is settled without any step on the container.
public record WaitingChange(ConfigStore store, Journal journal, JournalEntry entry) {
    static final String UNWRITTEN = "ended before the configuration was written";

    private static final String WHILE_WAITING = "before the container was started with it";

    /// Whether nothing of it is in the file: it was interrupted before the write, or another
    /// program has rewritten the file while the change waited.
    public boolean isMoot() throws IOException {
        EditedFile file = file();
        return file.unwritten() || (entry.waits() && file.overwritten());
    }

    /// Closes one that is moot, and returns whether it was.
    public boolean abandonIfMoot() throws IOException {
        if (!isMoot()) {
            return false;
        }
        end(Phase.ABANDONED, file().unwritten() ? UNWRITTEN : file().lost(WHILE_WAITING));
        return true;
    }

    /// Whether [#verify] has something to say of it.
    public boolean decided(Snapshot now) throws IOException {
        boolean restarted =
                entry.restartedSince(now)
                        && now.view() instanceof Snapshot.Observed seen
                        && seen.systemd().isAsFarAs(entry.before().unfinished());
        return restarted || file().overwritten();
    }

    /// Compares it with the boot that has taken place since, and looks whether the file still shows
    /// it.
    ///
    /// @param after a snapshot of that boot; or of an earlier one when the file was rewritten
    ///   before
    public Result verify(Snapshot after) throws IOException {
        EditedFile file = file();
        boolean lost = file.overwritten();
        if (lost && !entry.restartedSince(after)) {
            return new Result(end(Phase.ABANDONED, file.lost(WHILE_WAITING)), null, null, null);
        }
        Verification verification = Judgement.ofDrop(entry, after, Set.of());
        String restarted =
                (entry.endsWithStart() ? "restarted by somebody else; " : "")
                        + verification.sentence();
        Phase verified = verification.verdict().mayBeSettled() ? Phase.UNVERIFIED : Phase.APPLIED;
        JournalEntry last =
                lost
                        ? end(Phase.ABANDONED, restarted + "; but " + file.lost("after that"))
                        : end(verified, restarted);
        return new Result(last, verification, null, null);
    }

    private EditedFile file() {
        return new EditedFile(store, entry);
    }

    private JournalEntry end(Phase phase, String sentence) throws IOException {
        JournalEntry last = entry.with(phase, sentence);
        journal.write(last);
        return last;
    }
}
