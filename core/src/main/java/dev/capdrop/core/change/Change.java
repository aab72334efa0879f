package dev.capdrop.core.change;

import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.verification.Judgement;
import dev.capdrop.core.verification.Verification;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The transaction around one edit: journal, write, restart, compare, and back if it got worse.
public record Change(Ports ports) {
    public Result apply(Snapshot before, Plan plan, ConfigEdit edit, Restart restart)
            throws IOException {
        Transaction begun = Transaction.begin(ports, before, plan, edit, restart);
        return new Dropping(begun.written()).afterWriting(needsRestart(before, plan));
    }

    /// Whether a plan takes effect with a restart only: not where PID 1 is without all of the drop
    /// already, as after the lines of an earlier drop were lost.
    public static boolean needsRestart(Snapshot before, Plan plan) {
        return before.running()
                && (plan.widens()
                        || plan.heals()
                        || !before.held().intersect(plan.drop()).isEmpty());
    }

    public Result resume(JournalEntry entry, Restart restart) throws IOException {
        Transaction left = new Transaction(ports, entry, restart);
        left.awaitEarlier();
        return switch (entry.phase()) {
            case WRITING -> new Dropping(left).resumeWriting();
            case RESTARTING, WAITING_FOR_RESTART -> new Dropping(left).resumeRestart();
            case DROPPING_LIVE -> new LiveDropping(left).resume();
            case UNVERIFIED -> new Dropping(left).resumeVerification();
            case ROLLING_BACK -> new RollingBack(left).resume();
            case TAKING_BACK, UNDOING -> new Undoing(left).undo();
            case APPLIED, ROLLED_BACK, UNDONE, ABANDONED ->
                    throw new IllegalArgumentException("'" + entry.id() + "' has ended");
        };
    }

    /// Takes an entry back: our names leave the configuration, the container is restarted if it
    /// runs or an unended change took it down, and the boot is compared with the state before.
    public Result undo(JournalEntry entry, Restart restart) throws IOException {
        return new Undoing(new Transaction(ports, entry, restart)).undo();
    }

    /// Returns the edit that takes an entry back from its file, as that is now.
    public ConfigEdit takingBack(JournalEntry entry) throws IOException {
        return new EditedFile(ports.store(), entry).takingBack();
    }

    /// Returns why taking an entry back would restart nothing, a clause; empty where it does.
    public String whyNoRestart(JournalEntry entry, ConfigEdit back, Snapshot now) {
        ConfigurationText text = now.configuration();
        Snapshot then = text == null ? now : now.with(text.with(back.path(), back.after()));
        Restart never = new Restart(Restart.Way.LATER, Duration.ZERO, false);
        return new Undoing(new Transaction(ports, entry, never)).whyNoRestart(then);
    }

    /// The ports to the container, the journal and, by `progress`, the administrator.
    public record Ports(
            ConfigStore store,
            ContainerRuntime runtime,
            Journal journal,
            SnapshotSource snapshots,
            UnitStarter starter,
            LiveStep live,
            InstantSource clock,
            Progress progress) {}

    /// The port that has a container's systemd start a unit again.
    public interface UnitStarter {
        /// Has systemd start the unit; returns whether it goes on for `steady`, or ended well.
        boolean startAgain(ContainerId container, String unit, Duration steady, Duration timeout)
                throws IOException;
    }

    /// A failure of this program itself in the middle of a restart, thrown once what could be done
    /// for the container was done.
    public static final class BrokenOffException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String state;

        /// @param state how the container was left, one clause
        BrokenOffException(Throwable failure, String state) {
            super(sentence(failure) + "; " + state, failure);
            this.state = state;
        }

        public String state() {
            return state;
        }

        static String sentence(Throwable failure) {
            return failure instanceof BrokenOffException
                    ? String.valueOf(failure.getMessage())
                    : "capdrop itself failed: " + failure;
        }
    }

    /// A rollback that failed. Its sentence says first what it was begun for.
    public static final class RollBackException extends IOException {
        private static final long serialVersionUID = 1L;

        private final String wayBack;

        public RollBackException(String reason, IOException failed) {
            super(reason + "; and " + wayBack(failed), failed);
            this.wayBack = wayBack(failed);
        }

        private static String wayBack(IOException failed) {
            return "the way back to the old configuration failed: " + failed.getMessage();
        }

        /// Returns why the way back was not found, without what it was begun for.
        public String wayBack() {
            return wayBack;
        }
    }

    /// A change that was interrupted, waits for another's restart, or could not be verified, and
    /// that is settled without any step on the container.
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

        /// Compares it with the boot that has taken place since, and looks whether the file still
        /// shows it; `after`: a snapshot of that boot; or of an earlier one when the file was
        /// rewritten before.
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
            Phase verified =
                    verification.verdict().mayBeSettled() ? Phase.UNVERIFIED : Phase.APPLIED;
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

    /// The way in which a change takes effect in a running container.
    ///
    /// @param timeout how long a shutdown, and then a boot, may take
    /// @param force whether a container that does not shut down in time is killed
    public record Restart(Way way, Duration timeout, boolean force) {
        public enum Way {
            RESTART,
            LIVE,
            LATER
        }

        boolean wanted() {
            return way == Way.RESTART;
        }
    }

    /// The end of a change.
    ///
    /// @param verification the comparison with the forecast; null when nothing was restarted
    /// @param rollback the old configuration's boot compared with the state before; null when
    ///   nothing was rolled back, or it could not be read
    /// @param live what was done to the running container; null when nothing was
    public record Result(
            JournalEntry entry,
            @Nullable Verification verification,
            @Nullable Verification rollback,
            LiveStep.@Nullable LiveReport live) {
        public boolean rolledBack() {
            return entry.phase() == JournalEntry.Phase.ROLLED_BACK;
        }

        /// Whether it did not come to what was asked, left the container worse, or nobody knows.
        public boolean failed() {
            return rolledBack()
                    || entry.phase() == JournalEntry.Phase.ABANDONED
                    || (verification != null && verification.verdict().failed());
        }
    }

    /// The port that is told of each step of a change, before it is taken.
    @FunctionalInterface
    public interface Progress {
        void step(String sentence);

        /// Returns what tells a step that is named again and again only once.
        default Progress ofChanges() {
            String[] last = {""};
            return sentence -> {
                if (!sentence.equals(last[0])) {
                    last[0] = sentence;
                    step(sentence);
                }
            };
        }
    }
}
