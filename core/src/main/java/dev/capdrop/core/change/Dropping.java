package dev.capdrop.core.change;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.Change.Result;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.verification.Judgement;
import dev.capdrop.core.verification.Verification;
import module java.base;

/// The way forward of a change: restart, compare, and the way back where it got worse.
record Dropping(Transaction change) {
    private static final String STAYS_STOPPED =
            "written; the container is stopped and stays stopped";

    Result afterWriting(boolean needsRestart) throws IOException {
        EditedFile file = change.file();
        if (file.overwritten()) {
            return change.end(Phase.ABANDONED, file.lost("right after it was written"));
        }
        return !change.runs()
                ? change.end(Phase.APPLIED, STAYS_STOPPED)
                : !needsRestart ? withoutRestart() : restart();
    }

    /// Ends a change whose drop PID 1 is without already, by what is in force and in the file now.
    private Result withoutRestart() throws IOException {
        CapabilitySet drop = change.entry().drop();
        Snapshot now = change.read();
        if (!now.running()) {
            return change.end(Phase.APPLIED, "written; the container has been stopped meanwhile");
        }
        CapabilitySet held = now.held().intersect(drop);
        CapabilitySet back = NextStart.of(now).bounding().intersect(drop);
        return held.isEmpty() && back.isEmpty()
                ? change.end(
                        Phase.APPLIED,
                        "written; nothing was restarted: its PID 1 is without %s already, and will be after the next start"
                                .formatted(drop))
                : inVain(held, back);
    }

    /// Ends a change that is in the file and not in force, by what the next start makes of it.
    private Result inVain(CapabilitySet held, CapabilitySet back) throws IOException {
        return back.isEmpty()
                ? change.await(
                        "written; but it has been started anew meanwhile and holds %s: it waits for a restart"
                                .formatted(held),
                        null)
                : change.end(
                        Phase.ABANDONED,
                        "written; but its configuration gives " + back + " back at the next start");
    }

    Result resumeWriting() throws IOException {
        EditedFile file = change.file();
        if (file.unwritten()) {
            return change.end(Phase.ABANDONED, Change.WaitingChange.UNWRITTEN);
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
        return !change.runs()
                ? change.end(Phase.APPLIED, "written; the container was stopped unverified")
                : change.entry().takenLive(change.read()).isEmpty()
                        ? judge()
                        : new LiveDropping(change).read(null, "");
    }

    Result restart() throws IOException {
        boolean live = change.restart().way() == Change.Restart.Way.LIVE && change.runs();
        if (live && !change.entry().drop().isEmpty()) {
            return new LiveDropping(change.advance(Phase.DROPPING_LIVE, "")).taken();
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

    /// Reads the container once booted, and compares. The drop stays where it cannot be read.
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
        if (!held.isEmpty()) {
            return inVain(held, NextStart.of(after).bounding().intersect(held));
        }
        return settled(verified(after));
    }

    private Verification verified(Snapshot after) throws IOException {
        Verification first = Judgement.ofDrop(change.entry(), after, Set.of());
        if (first.verdict() != Verification.Verdict.WORSE) {
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
                    change.applied(verification.sentence(), verification);
        };
    }

    /// Tells units that fail for want of what was dropped, whenever they are started, from those
    /// that happened to fail in this boot: each is started again, at no cost to others, with the
    /// drop in force, up to [#STARTS] times; one that works once did not fail of the drop.
    static final class Retrial {
        /// A unit that fails in half of all starts fails in so many in a row once in 1,024 times.
        static final int STARTS = 10;

        private static final Duration LEAST = Duration.ofSeconds(2);

        private final Change.Ports ports;
        private final Snapshot.Observed after;
        private final Duration timeout;

        private Retrial(Change.Ports ports, Snapshot.Observed after, Duration timeout) {
            this.ports = ports;
            this.after = after;
            this.timeout = timeout;
        }

        /// Returns the units that are up again; all that are laid to the drop, or none.
        static Set<String> acquitted(
                Change.Ports ports, Verification verification, Snapshot after, Duration timeout) {
            List<String> accused =
                    verification.mismatches().stream()
                            .filter(one -> one.harm() && one.byDrop())
                            .map(Verification.Mismatch::unit)
                            .toList();
            if (accused.isEmpty() || !(after.view() instanceof Snapshot.Observed seen)) {
                return Set.of();
            }
            Retrial retrial = new Retrial(ports, seen, timeout);
            try {
                return retrial.clears(accused) ? Set.copyOf(accused) : Set.of();
            } catch (IOException untold) {
                // where systemd cannot be told to start it, nothing speaks for the drop
                ports.progress().step("it cannot be started again: " + untold.getMessage());
                return Set.of();
            }
        }

        private boolean clears(List<String> accused) throws IOException {
            List<String> own = accused.stream().filter(this::failedByItself).toList();
            List<String> others = new ArrayList<>(accused);
            others.removeAll(own);
            if (own.isEmpty()
                    || !others.stream()
                            .allMatch(name ->
                                    detail(name).dependencies().keeping().stream()
                                            .anyMatch(own::contains))) {
                return false;
            }
            for (String unit : own) {
                if (!worksAtLast(unit)) {
                    return false;
                }
            }
            for (String unit : others) {
                if (!works(unit, LEAST)) {
                    return false;
                }
            }
            return true;
        }

        private boolean worksAtLast(String unit) throws IOException {
            String why = " failed; starting it again, to see whether the drop is the reason";
            ports.progress().step(unit + why);
            Duration steady = steady(unit);
            for (int start = 1; start <= STARTS; start++) {
                if (works(unit, steady)) {
                    return true;
                }
            }
            return false;
        }

        private boolean works(String unit, Duration steady) throws IOException {
            return ports.starter().startAgain(after.snapshot().container(), unit, steady, timeout);
        }

        /// Whether its own program failed; what systemd or the kernel refuses is refused each time.
        private boolean failedByItself(String name) {
            UnitState unit = after.systemd().unit(name);
            return unit != null
                    && Outcome.of(unit) == Outcome.FAILED
                    && Diagnosis.isOwnFailure(unit, after)
                    && steady(name).compareTo(timeout) < 0;
        }

        /// Returns twice as long as it went on before it failed, and some more.
        private Duration steady(String name) {
            UnitDetail.Activation last = detail(name).activation();
            long micros = last.deactivatedMicros() - last.activatedMicros();
            return LEAST.plus(Duration.ofNanos(2_000 * Math.max(0, micros)));
        }

        private UnitDetail detail(String name) {
            UnitState unit = after.systemd().unit(name);
            return unit == null ? UnitDetail.UNREAD : unit.detail();
        }
    }
}
