package dev.capdrop.core.journal;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.runtime.IncusFile.IncusProfile;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import module java.base;

/// One change, from the moment it was decided.
///
/// @param id sorts by time and names the entry's files: `20261125T101500.123Z-c1`
/// @param target the container, as the command line takes it
/// @param outcome one sentence on how it ended; while rolling back, what got worse; else empty
public record JournalEntry(
        String id,
        String target,
        Instant at,
        Phase phase,
        Asked asked,
        ConfigEdit edit,
        Snapshot before,
        String outcome) {
    /// The request; `allowSkip` names the running units whose loss is accepted in every container
    /// that shares the lines, and none for one container.
    public record Asked(CapabilitySet drop, Set<String> allowSkip) {}

    public CapabilitySet drop() {
        return asked.drop;
    }

    /// The progress of a change, written before the step that it announces.
    public enum Phase {
        /// The file is about to be written, or was: its content tells which.
        WRITING(Lines.UNTOLD),
        /// The file is written; the container is about to be restarted, or was.
        RESTARTING(Lines.THERE),
        /// The file is written; PID 1's bounding set tells whether it gave the capabilities up.
        DROPPING_LIVE(Lines.THERE),
        /// The file is written; somebody else will restart the container.
        WAITING_FOR_RESTART(Lines.THERE),
        /// Restarted, or taken live, and not verified: unreadable, or its boot has not ended.
        UNVERIFIED(Lines.THERE),
        /// The old file is about to be put back, and the container restarted.
        ROLLING_BACK(Lines.UNTOLD),
        /// Done and verified, or written to a stopped container.
        APPLIED(Lines.THERE),
        /// Worse than before; the old state is back.
        ROLLED_BACK(Lines.GONE),
        /// An undo is taking the lines out; it has stopped nothing.
        TAKING_BACK(Lines.UNTOLD),
        /// An undo is about to restart the container, or is taking back what left it down.
        UNDOING(Lines.UNTOLD),
        UNDONE(Lines.GONE),
        /// Nothing of it is in the file: it was not written, or another program has overwritten it.
        ABANDONED(Lines.GONE);

        /// The word of a phase on the lines in the file; another program may have changed them.
        private enum Lines {
            THERE,
            GONE,
            UNTOLD
        }

        private final Lines lines;

        Phase(Lines lines) {
            this.lines = lines;
        }

        public boolean ended() {
            return this == APPLIED || lines == Lines.GONE;
        }

        /// Whether nothing more happens to the file before somebody does something.
        public boolean rests() {
            return ended() || this == WAITING_FOR_RESTART || this == UNVERIFIED;
        }

        public boolean written() {
            return lines == Lines.THERE;
        }

        public boolean goesBack() {
            return this != WRITING && !written();
        }

        public boolean undoes() {
            return this == TAKING_BACK || this == UNDOING;
        }

        public boolean restarts() {
            return this == RESTARTING || this == ROLLING_BACK || this == UNDOING;
        }
    }

    /// Whether its lines are written, and somebody else's restart brings them into force.
    public boolean waits() {
        return phase == Phase.WAITING_FOR_RESTART;
    }

    /// Whether nothing but a start is needed to tell what comes of its lines, also after a live
    /// step that was interrupted.
    public boolean endsWithStart() {
        return waits() || phase == Phase.DROPPING_LIVE;
    }

    /// Begins a change: writes its first entry, which no clock puts before the last one of its
    /// container.
    public static JournalEntry begin(
            Journal journal, Instant now, Snapshot before, Asked asked, ConfigEdit edit)
            throws IOException {
        Claims.prune(journal, before.subject());
        String target = before.subject().target();
        Instant at = now;
        for (JournalEntry earlier : journal.entries(target)) {
            at = earlier.at().isAfter(at) ? earlier.at() : at;
        }
        String id = journal.newId(at, target);
        JournalEntry entry =
                new JournalEntry(id, target, at, Phase.WRITING, asked, edit, before, "");
        journal.write(entry);
        return entry;
    }

    /// Returns why this, read from any file, cannot be a change of the container that is asked for,
    /// by its name or its file; empty where it can.
    public String contradiction(String asked) {
        Subject subject = before.subject();
        if (!target.equals(asked) || !subject.target().equals(asked)) {
            return "it is of '" + target + "', expected a change of '" + asked + "'";
        }
        return edit.path().equals(subject.configPath()) || ofProfile()
                ? ""
                : "it names the file '%s', expected the configuration of '%s', '%s'"
                        .formatted(edit.path(), target, subject.configPath());
    }

    /// Whether it is the restart of a container for a change of a profile that it uses.
    public boolean ofProfile() {
        return !(before.subject() instanceof Subject.Lines) && IncusProfile.of(edit.path()) != null;
    }

    /// Whether it is the restart of a container for this change of what containers share.
    public boolean belongsTo(JournalEntry shared) {
        return ofProfile() && edit.equals(shared.edit) && !at.isBefore(shared.at);
    }

    /// Whether the container has been started with the entry's configuration, which a reboot from
    /// inside does only where [dev.capdrop.core.snapshot.RuntimeKind#rebootsAnew].
    public boolean restartedSince(Snapshot now) {
        return now.running() && now.held().intersect(drop()).isEmpty() && bootedSince(now);
    }

    /// Returns what of the drop the running PID 1 gave up, and has not been started anew since.
    public CapabilitySet takenLive(Snapshot now) {
        return !now.running() || bootedSince(now)
                ? CapabilitySet.EMPTY
                : drop().intersect(before.held()).minus(now.held());
    }

    /// Whether the container has booted since the entry was made, by what systemd counts from the
    /// machine's boot rather than by a clock that may be set.
    public boolean bootedSince(Snapshot now) {
        Init then = before.runningInit();
        Init init = now.runningInit();
        if (then == null || init == null) {
            return now.running();
        }
        if (init.isOfAnotherBoot(then)) {
            return true;
        }
        long bootThen = startedMicros(before);
        long bootNow = startedMicros(now);
        boolean counted = bootThen != 0 && bootNow != 0;
        return counted ? bootThen != bootNow : !init.isSameProcess(then);
    }

    private static long startedMicros(Snapshot snapshot) {
        return snapshot.view() instanceof Snapshot.Observed seen
                ? seen.systemd().manager().startedMicros()
                : 0;
    }

    public JournalEntry with(Phase next, String sentence) {
        return new JournalEntry(id, target, at, next, asked, edit, before, sentence);
    }

    public JournalEntry with(ConfigEdit again) {
        return new JournalEntry(id, target, at, phase, asked, again, before, outcome);
    }
}
