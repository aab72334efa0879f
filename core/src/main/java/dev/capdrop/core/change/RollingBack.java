package dev.capdrop.core.change;

import dev.capdrop.core.change.Change.Result;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.verification.Judgement;
import dev.capdrop.core.verification.Verification;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The way back of a change after which the container is worse. Each step is journalled first, so
/// that an interrupted one is gone on with: the lines go first because they decide about any later
/// start; then the container is restarted, unless it never stopped; then its boot is compared.
/// Where the restart fails, the change still counts as rolled back.
record RollingBack(Transaction change) {
    private static final String SHUTTING_DOWN =
            "the old configuration is back; the shutdown had begun and cannot be called off, so the"
                    + " container will be down once it ends and has to be started again then";

    private static final String NOBODY_KNOWS =
            "the old configuration is back, and the container runs; whether its shutdown has begun"
                    + " cannot be told, for its systemd does not answer";

    private static final String NOT_RESTARTED =
            "the old configuration is back, and in force from the next start on: no restart was wanted";

    Result resume() throws IOException {
        return back(reason());
    }

    /// Returns what an interrupted rollback was begun for; null where nobody has noted it.
    private @Nullable Verification reason() {
        String noted = change.entry().outcome();
        return noted.isEmpty() ? null : Verification.of(Verification.Verdict.WORSE, "", noted);
    }

    /// Goes back for what got worse, null where nobody noted it, and says it also if that fails.
    Result back(@Nullable Verification verification) throws IOException {
        change.step("it got worse: back to the old configuration");
        String reason = verification == null ? "" : verification.sentence();
        try {
            Transaction back = change.advance(Phase.ROLLING_BACK, reason);
            back.takeBack();
            return new RollingBack(back).restored(verification);
        } catch (IOException failed) {
            throw reason.isEmpty() ? failed : new Change.RollBackException(reason, failed);
        }
    }

    private Result restored(@Nullable Verification verification) throws IOException {
        Snapshot restored;
        try {
            boolean untouched = change.runs() && !change.entry().bootedSince(change.read());
            boolean later = change.restart().way() == Change.Restart.Way.LATER;
            if (!untouched && later && change.runs()) {
                return change.end(Phase.ROLLED_BACK, NOT_RESTARTED, verification);
            }
            if (!untouched) {
                change.reboot();
            }
            restored = untouched ? change.read() : change.readBooted();
            if (untouched && Transaction.shutsDown(restored)) {
                String state = change.before().observed() ? SHUTTING_DOWN : NOBODY_KNOWS;
                return change.end(Phase.ROLLED_BACK, state, verification);
            }
        } catch (IOException e) {
            return change.end(Phase.ROLLED_BACK, failed(e), verification);
        }
        Verification compared = Judgement.ofTakingBack(change.entry(), restored);
        Transaction done =
                change.advance(
                        Phase.ROLLED_BACK, "the old configuration is back; " + compared.sentence());
        return new Result(done.entry(), verification, compared, null);
    }

    /// Returns why it is down with its old configuration, which is no matter of the drop.
    private String failed(IOException reason) throws IOException {
        return change.runs()
                ? "the old configuration is back, but the container: " + reason.getMessage()
                : reason.getMessage()
                        + "; so it is with its old configuration, which is back: the container is down, and not for the drop";
    }
}
