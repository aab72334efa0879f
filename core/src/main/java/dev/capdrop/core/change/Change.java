package dev.capdrop.core.change;

import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;

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

    /// Takes up an entry that has not ended, where it was left.
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
        /// Has systemd start the unit, and returns whether it goes on for `steady`, or has ended
        /// well.
        boolean startAgain(ContainerId container, String unit, Duration steady, Duration timeout)
                throws IOException;
    }
}
