package dev.capdrop.core.journal;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.runtime.IncusProfile;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import java.io.IOException;
import java.time.Instant;
import java.util.Set;

/// One change, from the moment it was decided.
///
/// @param id sorts by time and names the entry's files: `20261125T101500.123Z-c1`
/// @param target the container, as the command line takes it
/// @param outcome one sentence on how it ended; empty while it has not, but for a rollback under
///   way: what got worse
public record JournalEntry(
        String id,
        String target,
        Instant at,
        Phase phase,
        Asked asked,
        ConfigEdit edit,
        Snapshot before,
        String outcome) {

    /// What was asked.
    ///
    /// @param allowSkip the running units whose loss the administrator accepts in every container
    ///   that shares the lines; none where one container is changed, for who goes on with that asks
    ///   no more
    public record Asked(CapabilitySet drop, Set<String> allowSkip) {
        public Asked {
            allowSkip = Set.copyOf(allowSkip);
        }
    }

    public CapabilitySet drop() {
        return asked.drop;
    }

    /// How far a change came. Written before the step that it announces.
    public enum Phase {
        /// The file is about to be written, or was: its content tells which.
        WRITING(Lines.UNTOLD),
        /// The file is written; the container is about to be restarted, or was.
        RESTARTING(Lines.THERE),
        /// The file is written; the capabilities are about to be taken from the running PID 1, or
        /// were: its bounding set tells which.
        DROPPING_LIVE(Lines.THERE),
        /// The file is written; somebody else will restart the container.
        WAITING_FOR_RESTART(Lines.THERE),
        /// Restarted with the file, or taken from the running PID 1, and nobody knows what came of
        /// it: the container could not be read, or its boot has not ended.
        UNVERIFIED(Lines.THERE),
        /// The old file is about to be put back, and the container restarted.
        ROLLING_BACK(Lines.UNTOLD),
        /// Done and verified, or written to a stopped container.
        APPLIED(Lines.THERE),
        /// It got worse; the old state is back.
        ROLLED_BACK(Lines.GONE),
        /// An undo is taking the lines out; it has stopped nothing.
        TAKING_BACK(Lines.UNTOLD),
        /// An undo is about to restart the container, or is taking back what left it down.
        UNDOING(Lines.UNTOLD),
        /// Taken back by an undo.
        UNDONE(Lines.GONE),
        /// Nothing of it is in the file: it ended before the file was written, or another program
        /// has overwritten it before the start.
        ABANDONED(Lines.GONE);

        /// What a phase says of the lines in the file; another program may have changed them since.
        private enum Lines {
            THERE,
            GONE,
            UNTOLD
        }

        private final Lines lines;

        Phase(Lines lines) {
            this.lines = lines;
        }

        /// Whether nothing is left to do.
        public boolean ended() {
            return this == APPLIED || lines == Lines.GONE;
        }

        /// Whether nothing more happens to the file before somebody does something: it has ended,
        /// waits for a start, or nobody knows what came of it.
        public boolean rests() {
            return ended() || this == WAITING_FOR_RESTART || this == UNVERIFIED;
        }

        /// Whether its lines are in the file, and are to stay.
        public boolean written() {
            return lines == Lines.THERE;
        }

        /// Whether its lines leave the file, or have left it.
        public boolean goesBack() {
            return this != WRITING && !written();
        }

        public boolean undoes() {
            return this == TAKING_BACK || this == UNDOING;
        }

        /// Whether the container may be down, in the middle of a restart.
        public boolean restarts() {
            return this == RESTARTING || this == ROLLING_BACK || this == UNDOING;
        }
    }

    /// Whether its lines are written, and somebody else's restart brings them into force.
    public boolean waits() {
        return phase == Phase.WAITING_FOR_RESTART;
    }

    /// Whether its lines are written, and nothing but a start is needed to tell what comes of them:
    /// it waits for one, or the live step that was to do without was interrupted.
    public boolean endsWithStart() {
        return waits() || phase == Phase.DROPPING_LIVE;
    }

    /// Begins a change: writes its first entry.
    ///
    /// Its time is none before that of the last change of the same container, whatever happened to
    /// the clock in between: entries are put into order by it, and the last one is what the next
    /// command goes on with.
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

    /// Why this cannot be a change of the container that is asked for: it names another one, or a
    /// file that is not that one's configuration; empty where it can. What is read of a file on the
    /// disk may be anything.
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

    /// Whether it is the restart of a container for a change of a profile that it uses, which has
    /// an entry of its own.
    public boolean ofProfile() {
        return !(before.subject() instanceof Subject.Lines) && IncusProfile.of(edit.path()) != null;
    }

    /// Whether it is the restart of a container for this change of what containers share.
    public boolean belongsTo(JournalEntry shared) {
        return ofProfile() && edit.equals(shared.edit) && !at.isBefore(shared.at);
    }

    /// Whether the container has been started with the entry's configuration.
    ///
    /// A reboot from inside counts only where it starts the container with its configuration of
    /// then ([dev.capdrop.core.snapshot.RuntimeKind#rebootsAnew]); elsewhere PID 1 still holds what
    /// was to be dropped.
    public boolean restartedSince(Snapshot now) {
        return now.running() && now.held().intersect(drop()).isEmpty() && bootedSince(now);
    }

    /// What of the drop the running PID 1 gave up: it held that before, is without it now, and has
    /// not been started anew in between.
    public CapabilitySet takenLive(Snapshot now) {
        return !now.running() || bootedSince(now)
                ? CapabilitySet.EMPTY
                : drop().intersect(before.held()).minus(now.held());
    }

    /// Whether the container has booted since the entry was made.
    ///
    /// The times of a start are told by a clock that an administrator may set; what systemd keeps
    /// of its own boot is not, but counts from the machine's.
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
        if (bootThen != 0 && bootNow != 0) {
            return bootThen != bootNow;
        }
        return !init.isSameProcess(then);
    }

    private static long startedMicros(Snapshot snapshot) {
        return snapshot.view() instanceof Snapshot.Observed seen
                ? seen.systemd().manager().startedMicros()
                : 0;
    }

    /// The same entry, one step further.
    public JournalEntry with(Phase next, String sentence) {
        return new JournalEntry(id, target, at, next, asked, edit, before, sentence);
    }

    /// The same entry with the edit made anew, of a file that has changed meanwhile.
    public JournalEntry with(ConfigEdit again) {
        return new JournalEntry(id, target, at, phase, asked, again, before, outcome);
    }
}
