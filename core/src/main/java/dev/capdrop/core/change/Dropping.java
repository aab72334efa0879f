package dev.capdrop.core.change;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.verification.Judgement;
import dev.capdrop.core.verification.Verification;
import dev.capdrop.core.verification.Verification.Verdict;
import java.io.IOException;
import java.util.Set;

/// The way forward of a change: restart, compare, and the way back where it got worse.
record Dropping(Transaction change) {
    private static final String STAYS_STOPPED =
            "written; the container is stopped and stays stopped";

    Result afterWriting(boolean needsRestart) throws IOException {
        EditedFile file = change.file();
        if (file.overwritten()) {
            return change.end(Phase.ABANDONED, file.lost("right after it was written"));
        }
        if (!change.runs()) {
            return change.end(Phase.APPLIED, STAYS_STOPPED);
        }
        if (!needsRestart) {
            return withoutRestart();
        }
        return restart();
    }

    /// Ends a change whose drop PID 1 is without already, by what is in force and in the file now.
    private Result withoutRestart() throws IOException {
        CapabilitySet drop = change.entry().drop();
        Snapshot now = change.read();
        if (!now.running()) {
            return change.end(Phase.APPLIED, "written; the container has been stopped meanwhile");
        }
        CapabilitySet held = now.held().intersect(drop);
        if (!held.isEmpty()) {
            return change.await(
                    "written; but it has been started anew meanwhile and holds %s: it waits for a restart"
                            .formatted(held),
                    null);
        }
        CapabilitySet back = NextStart.of(now).bounding().intersect(drop);
        if (!back.isEmpty()) {
            return change.end(
                    Phase.ABANDONED,
                    "written; but its configuration gives " + back + " back at the next start");
        }
        return change.end(
                Phase.APPLIED,
                "written; nothing was restarted: its PID 1 is without %s already, and will be after the next start"
                        .formatted(drop));
    }

    Result resumeWriting() throws IOException {
        EditedFile file = change.file();
        if (file.unwritten()) {
            return change.end(Phase.ABANDONED, WaitingChange.UNWRITTEN);
        }
        file.removeLeft();
        return resumeRestart();
    }

    Result resumeRestart() throws IOException {
        boolean runs = change.runs();
        if (!change.before().running() && !runs) {
            return change.end(Phase.APPLIED, STAYS_STOPPED);
        }
        if (runs && isWrittenWithoutRestart()) {
            return withoutRestart();
        }
        if (runs && change.entry().restartedSince(change.read())) {
            change.step("it has been restarted since");
            return judge();
        }
        return restart();
    }

    /// Whether the change was interrupted before it could say that it needs no restart.
    private boolean isWrittenWithoutRestart() {
        JournalEntry entry = change.entry();
        return entry.phase() == Phase.WRITING
                && !entry.drop().isEmpty()
                && entry.before().isKnownToLack(entry.drop());
    }

    Result resumeVerification() throws IOException {
        if (!change.runs()) {
            return change.end(Phase.APPLIED, "written; the container was stopped unverified");
        }
        return change.entry().takenLive(change.read()).isEmpty()
                ? judge()
                : new LiveDropping(change).verify();
    }

    /// Brings what is written into force, as far as that was asked for.
    Result restart() throws IOException {
        boolean live = change.restart().live() && change.runs();
        if (live && !change.entry().drop().isEmpty()) {
            return new LiveDropping(change).take();
        }
        if (live || !change.restart().wanted()) {
            return change.await("written; it waits for a restart", null);
        }
        Transaction restarting = change.advance(Phase.RESTARTING, "");
        try {
            restarting.reboot();
        } catch (IOException e) {
            Verification failure = Judgement.ofFailure(restarting.entry(), e);
            return new RollingBack(restarting).back(failure);
        }
        return new Dropping(restarting).judge();
    }

    /// Reads the container once its boot has ended, and compares. The drop stays where it cannot be
    /// read.
    private Result judge() throws IOException {
        Snapshot after;
        try {
            after = change.readBooted();
        } catch (IOException e) {
            return change.runs()
                    ? settled(Judgement.ofSilence(change.entry(), e))
                    : new RollingBack(change).back(Judgement.ofFailure(change.entry(), e));
        }
        CapabilitySet held = after.held().intersect(change.entry().drop());
        EditedFile file = change.file();
        if ((!held.isEmpty() || change.entry().edit().nesting()) && file.overwritten()) {
            String means =
                    held.isEmpty()
                            ? ", so that nesting is not allowed any more"
                            : ", and the container still holds " + held;
            return change.end(Phase.ABANDONED, file.lost("since it was written" + means));
        }
        return settled(verified(after));
    }

    private Verification verified(Snapshot after) throws IOException {
        Verification first = Judgement.ofDrop(change.entry(), after, Set.of());
        if (first.verdict() != Verdict.WORSE) {
            return first;
        }
        Set<String> acquitted =
                Retrial.acquitted(change.ports(), first, after, change.restart().timeout());
        if (acquitted.isEmpty()) {
            return first;
        }
        Snapshot now = change.read();
        Verification second = Judgement.ofDrop(change.entry(), after, acquitted);
        return now.observed() ? second.withState(now.state()) : second;
    }

    private Result settled(Verification verification) throws IOException {
        return switch (verification.verdict()) {
            case WORSE -> new RollingBack(change).back(verification);
            case UNREAD, UNSETTLED ->
                    change.end(
                            Phase.UNVERIFIED,
                            "not verified: " + verification.sentence(),
                            verification);
            case BETTER, SAME, AS_BEFORE, WORSE_AS_FORECAST, UNPROVEN, NOT_LIVE ->
                    change.end(Phase.APPLIED, verification.sentence(), verification);
        };
    }
}
