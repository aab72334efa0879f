package dev.capdrop.core.change;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.verification.Judgement;
import dev.capdrop.core.verification.Verification;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The way back of a change that somebody wants undone.
record Undoing(Transaction change) {
    Change.Result undo() throws IOException {
        boolean tookDown = tookDown(change.entry());
        Transaction undoing = change.advance(tookDown ? Phase.UNDOING : Phase.TAKING_BACK, "");
        undoing.awaitEarlier();
        boolean there = undoing.takeBack();
        String done =
                there || change.entry().phase().undoes() || !change.entry().edit().changes()
                        ? "taken back"
                        : "nothing of it was in the file any more";
        if (!change.runs() && !tookDown) {
            return undoing.end(Phase.UNDONE, done + "; the container is stopped and stays stopped");
        }
        Snapshot then = isQuiet() ? change.read() : null;
        String vain =
                then == null && !change.runs()
                        ? ""
                        : whyNoRestart(then == null ? change.read() : then);
        if (!vain.isEmpty()) {
            return undoing.end(Phase.UNDONE, done + "; " + vain + ", nothing was restarted");
        }
        if (!change.restart().wanted()) {
            return undoing.end(Phase.UNDONE, done + "; it waits for a restart");
        }
        if (then != null && then.running() && !gone(then).isEmpty()) {
            change.step(elsewhere(gone(then)));
        }
        Transaction restarting = undoing.advance(Phase.UNDOING, "");
        restarting.reboot();
        Verification verification = compared(then, restarting.readBooted());
        return restarting.end(Phase.UNDONE, done + "; " + verification.sentence(), verification);
    }

    /// Compares with `then`, the container while it still ran with the drop, where that was read.
    private Verification compared(@Nullable Snapshot then, Snapshot after) {
        return then == null || Judgement.observed(change.before())
                ? Judgement.ofTakingBack(change.entry(), after)
                : Judgement.ofTakingBackUnseen(then, after);
    }

    private boolean isQuiet() {
        Phase phase = change.entry().phase();
        return !phase.restarts() && (phase.written() || phase.undoes());
    }

    /// Whether a container that is down may be so because of its interrupted change.
    static boolean tookDown(JournalEntry entry) {
        return entry.phase().restarts();
    }

    /// Returns why a container whose file is back is not restarted; empty when it is.
    String whyNoRestart(Snapshot now) {
        return isQuiet() ? whyInVain(now) : whyUntouched(now);
    }

    /// Returns why a container never stopped, and so needs no restart; else empty.
    private String whyUntouched(Snapshot now) {
        return change.entry().bootedSince(now) || Transaction.shutsDown(now)
                ? whyItWouldNotStart(now)
                : "its PID 1 is that of before the change";
    }

    /// Returns why liblxc would refuse another start, for another reason than ours; else empty.
    private static String whyItWouldNotStart(Snapshot now) {
        EffectiveCapabilities configured = NextStart.of(now).configured();
        EffectiveCapabilities.LoadError error = configured == null ? null : configured.error();
        return error == null
                ? ""
                : "its configuration does not load (%s: %s), so that it would not start again"
                        .formatted(error.place(), error.reason());
    }

    /// Returns why a restart would bring a running container nothing back: its PID 1 holds it as it
    /// is, or the configuration drops it elsewhere, too; else empty.
    private String whyInVain(Snapshot now) {
        CapabilitySet drop = change.entry().drop();
        if (!now.running() || drop.isEmpty()) {
            return "";
        }
        String refused = whyItWouldNotStart(now);
        if (!refused.isEmpty()) {
            return refused;
        }
        CapabilitySet gone = gone(now);
        return !drop.minus(gone).minus(now.held()).isEmpty()
                ? ""
                : gone.isEmpty() ? "its PID 1 holds " + drop + " as it is" : elsewhere(gone);
    }

    private CapabilitySet gone(Snapshot now) {
        return change.entry().drop().minus(NextStart.of(now).bounding());
    }

    private static String elsewhere(CapabilitySet gone) {
        return "its configuration drops " + gone + " elsewhere, too";
    }
}
