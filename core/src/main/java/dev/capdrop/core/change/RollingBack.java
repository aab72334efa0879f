package dev.capdrop.core.change;

import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.verification.Judgement;
import dev.capdrop.core.verification.Verification;
import dev.capdrop.core.verification.Verification.Verdict;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The way back of a change after which the container is worse.
///
/// The order, in which each step is journalled before it is taken, so that an interrupted way back
/// is gone on with from where it stopped ([#resume]): the lines are taken out of the configuration;
/// then the container is restarted, unless it never stopped, because its shutdown was refused; then
/// its boot is compared with the state before everything. The lines come first because they decide
/// about every later start, also about one that somebody else makes. Where the restart fails, the
/// change still counts as rolled back: nothing of it is left but what the sentence says.
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

    /// Goes back.
    Result because(Verification verification) throws IOException {
        return back(verification);
    }

    /// What a rollback that was interrupted was begun for; null where nobody has noted it.
    private @Nullable Verification reason() {
        String noted = change.entry().outcome();
        return noted.isEmpty() ? null : new Verification(Verdict.WORSE, "", 0, 0, List.of(), noted);
    }

    /// Goes back, and says the reason for it also when that fails.
    ///
    /// @param verification what got worse; null where nobody has noted it
    Result back(@Nullable Verification verification) throws IOException {
        change.step("it got worse: back to the old configuration");
        String reason = verification == null ? "" : verification.sentence();
        try {
            Transaction back = change.advance(Phase.ROLLING_BACK, reason);
            back.takeBack();
            return new RollingBack(back).restored(verification);
        } catch (IOException failed) {
            throw reason.isEmpty() ? failed : new RollBackException(reason, failed);
        }
    }

    private Result restored(@Nullable Verification verification) throws IOException {
        Snapshot restored;
        try {
            boolean untouched = runsUntouched();
            if (!untouched && isLeftRunning()) {
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

    /// What keeps it down with its old configuration is no matter of the drop, and comes first.
    private String failed(IOException reason) throws IOException {
        return change.runs()
                ? "the old configuration is back, but the container: " + reason.getMessage()
                : reason.getMessage()
                        + "; so it is with its old configuration, which is back: the container is down, and not for the drop";
    }

    /// Whether it runs with the new configuration, and no restart is wanted.
    private boolean isLeftRunning() throws IOException {
        return change.restart().way() == Restart.Way.LATER && change.runs();
    }

    /// Whether the container never stopped: its shutdown was refused, so nothing has to be started
    /// again.
    private boolean runsUntouched() throws IOException {
        return change.runs() && !change.entry().bootedSince(change.read());
    }
}
