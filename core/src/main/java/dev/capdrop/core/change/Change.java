package dev.capdrop.core.change;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.JournalEntry.Phase;
import dev.capdrop.core.container.ConfigEdit;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.container.LoadError;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The transaction around one edit: journal, write, restart, compare, and back if it got worse.
///
/// Each phase is journalled before the step that it announces, so that whoever finds an entry that
/// has not ended knows what may have happened, and the file's content tells whether it did.
public final class Change {
    private static final String UNWRITTEN = "ended before the configuration was written";

    private static final String WHILE_WAITING = "before the container was started with it";

    private static final String SHUTTING_DOWN =
            "the old configuration is back; the shutdown had begun and cannot be called off, so the"
                    + " container will be down once it ends and has to be started again then";

    private static final String NOTHING_LEFT = "nothing of it was in the file any more";

    private final ConfigStore store;
    private final ContainerRuntime runtime;
    private final Journal journal;
    private final SnapshotSource snapshots;
    private final UnitStarter starter;
    private final Reboot reboot;
    private final InstantSource clock;
    private final Progress progress;

    public Change(
            ConfigStore store,
            ContainerRuntime runtime,
            Journal journal,
            SnapshotSource snapshots,
            UnitStarter starter,
            InstantSource clock,
            Progress progress) {
        this.store = store;
        this.runtime = runtime;
        this.journal = journal;
        this.snapshots = snapshots;
        this.starter = starter;
        this.reboot = new Reboot(runtime, snapshots, progress);
        this.clock = clock;
        this.progress = progress;
    }

    /// Carries out a plan.
    ///
    /// @param before the snapshot that the plan was made from
    /// @param edit the plan's edit
    public Result apply(Snapshot before, Plan plan, ConfigEdit edit, Restart restart)
            throws IOException {
        ContainerId container = before.container();
        Pruning.prune(journal, container);
        Instant now = clock.instant();
        JournalEntry entry =
                new JournalEntry(
                        journal.newId(now, container.target()),
                        container.target(),
                        now,
                        Phase.WRITING,
                        plan.drop(),
                        edit,
                        before,
                        "");
        journal.write(entry);
        entry = written(entry);
        EditedFile file = new EditedFile(store, entry);
        if (file.overwritten()) {
            return ended(entry, Phase.ABANDONED, file.lost("right after it was written"));
        }
        if (!runtime.running(container)) {
            return ended(entry, Phase.APPLIED, "written; the container is stopped and stays so");
        }
        if (!needsRestart(before, plan)) {
            return withoutRestart(entry);
        }
        return restart(entry, restart);
    }

    /// Whether a plan takes effect with a restart only: not where PID 1 is without all of the drop
    /// already, as after the lines of an earlier drop were lost.
    public static boolean needsRestart(Snapshot before, Plan plan) {
        Init init = before.init();
        return before.running()
                && (init == null
                        || plan.heals()
                        || !init.bounding().intersect(plan.drop()).isEmpty());
    }

    /// Ends a change whose drop PID 1 is without already. What is in force, and what the file says
    /// of the next start, are read anew.
    private Result withoutRestart(JournalEntry entry) throws IOException {
        CapabilitySet drop = entry.drop();
        Snapshot now = snapshots.read(entry.before().container());
        Init init = now.init();
        if (init == null || !now.running()) {
            return ended(entry, Phase.APPLIED, "written; the container has been stopped meanwhile");
        }
        CapabilitySet held = init.bounding().intersect(drop);
        if (!held.isEmpty()) {
            return ended(
                    entry,
                    Phase.WAITING_FOR_RESTART,
                    "written; but it has been started anew meanwhile and holds "
                            + held
                            + ": it waits for a restart");
        }
        CapabilitySet back = Planner.nextBounding(now, init).intersect(drop);
        if (!back.isEmpty()) {
            return ended(
                    entry,
                    Phase.ABANDONED,
                    "written; but its configuration gives " + back + " back at the next start");
        }
        return ended(
                entry,
                Phase.APPLIED,
                "written; nothing was restarted: its PID 1 is without "
                        + drop
                        + " already, and will be after the next start");
    }

    /// Takes up an entry that has not ended, where it was left.
    public Result resume(JournalEntry entry, Restart restart) throws IOException {
        return switch (entry.phase()) {
            case WRITING -> resumeWriting(entry, restart);
            case RESTARTING, WAITING_FOR_RESTART -> resumeRestart(entry, restart);
            case UNVERIFIED -> resumeVerification(entry, restart);
            case ROLLING_BACK -> rollBack(entry, whyRolledBack(entry), restart);
            case UNDOING -> undo(entry, restart);
            case APPLIED, ROLLED_BACK, UNDONE, ABANDONED ->
                    throw new IllegalArgumentException("'" + entry.id() + "' has ended");
        };
    }

    /// Closes an entry of which nothing is in the file, so that a new change can begin: it was
    /// interrupted before the file was written, or another program has rewritten the file while the
    /// change waited for a restart.
    ///
    /// @return whether it was such a one
    public boolean abandonUnwritten(JournalEntry entry) throws IOException {
        if (!inNobodysWay(entry)) {
            return false;
        }
        EditedFile file = new EditedFile(store, entry);
        advance(entry, Phase.ABANDONED, file.unwritten() ? UNWRITTEN : file.lost(WHILE_WAITING));
        return true;
    }

    /// Whether [#abandonUnwritten] would close this entry.
    public boolean inNobodysWay(JournalEntry entry) throws IOException {
        EditedFile file = new EditedFile(store, entry);
        return file.unwritten()
                || (entry.phase() == Phase.WAITING_FOR_RESTART && file.overwritten());
    }

    /// Whether [#verifyWaiting] has something to say of an entry that waits for a restart.
    ///
    /// @param now the container as it is
    public boolean decided(JournalEntry entry, Snapshot now) throws IOException {
        boolean restarted =
                restartedSince(entry, now)
                        && now.systemd() != null
                        && now.systemd().isAsFarAs(unfinished(entry));
        return restarted || new EditedFile(store, entry).overwritten();
    }

    private static Set<String> unfinished(JournalEntry entry) {
        Systemd systemd = entry.before().systemd();
        return systemd == null ? Set.of() : systemd.unfinished();
    }

    /// Compares an entry that waited for a restart, or could not be verified after it, with the
    /// boot that has taken place since, and looks whether the file still shows it.
    ///
    /// @param after a snapshot of that boot; or of an earlier one when the file was rewritten
    ///   before the container was started with it
    public Result verifyWaiting(JournalEntry entry, Snapshot after) throws IOException {
        EditedFile file = new EditedFile(store, entry);
        boolean lost = file.overwritten();
        if (lost && !restartedSince(entry, after)) {
            return ended(entry, Phase.ABANDONED, file.lost(WHILE_WAITING));
        }
        Verification verification = Judgement.ofDrop(entry, after, Set.of());
        String restarted =
                (entry.phase() == Phase.WAITING_FOR_RESTART ? "restarted by somebody else; " : "")
                        + verification.sentence();
        Phase verified = verification.verdict().isOpen() ? Phase.UNVERIFIED : Phase.APPLIED;
        return lost
                ? ended(
                        entry,
                        Phase.ABANDONED,
                        restarted + "; but " + file.lost("after that"),
                        verification)
                : ended(entry, verified, restarted, verification);
    }

    /// Whether the container has been started with the entry's configuration.
    ///
    /// A reboot from inside does not count: LXC keeps the configuration that the container was
    /// started with, so that PID 1 still holds what was to be dropped.
    public static boolean restartedSince(JournalEntry entry, Snapshot now) {
        return now.init() != null
                && now.running()
                && now.init().bounding().intersect(entry.drop()).isEmpty()
                && bootedSince(entry, now);
    }

    /// Whether the container has booted since the entry was made.
    ///
    /// The times of a start are told by a clock that an administrator may set; what systemd keeps
    /// of its own boot is not.
    private static boolean bootedSince(JournalEntry entry, Snapshot now) {
        Init then = entry.before().init();
        if (now.init() == null || then == null || !now.running() || !then.running()) {
            return now.running();
        }
        long bootThen = startedMicros(entry.before());
        long bootNow = startedMicros(now);
        if (bootThen != 0 && bootNow != 0) {
            return bootThen != bootNow;
        }
        return !now.init().isSameProcess(then);
    }

    private static long startedMicros(Snapshot snapshot) {
        return snapshot.systemd() == null ? 0 : snapshot.systemd().startedMicros();
    }

    /// Takes an entry back: our names leave the configuration, the container is restarted if it
    /// runs or if a change that did not end took it down, and the boot is compared with the state
    /// before the change.
    public Result undo(JournalEntry entry, Restart restart) throws IOException {
        JournalEntry undoing = advance(entry, Phase.UNDOING, "");
        boolean there = new EditedFile(store, undoing).takeBack(progress);
        String done = there || mayBeTakenBack(entry) ? "taken back" : NOTHING_LEFT;
        ContainerId container = entry.before().container();
        if (!runtime.running(container) && !tookDown(entry)) {
            return ended(undoing, Phase.UNDONE, done + "; the container is stopped and stays so");
        }
        Snapshot then = isQuiet(entry) ? snapshots.read(container) : null;
        String vain = then == null ? whyUntouched(entry) : whyInVain(entry.drop(), then);
        if (!vain.isEmpty()) {
            return ended(undoing, Phase.UNDONE, done + "; " + vain + ", nothing was restarted");
        }
        if (!restart.wanted()) {
            return ended(undoing, Phase.UNDONE, done + "; it waits for a restart");
        }
        reboot.take(container, restart);
        Snapshot after = reboot.read(entry.before(), restart);
        Verification verification =
                then == null || Judgement.observed(entry.before())
                        ? Judgement.ofTakingBack(undoing, after)
                        : Judgement.ofTakingBackUnseen(then, after);
        return ended(undoing, Phase.UNDONE, done + "; " + verification.sentence(), verification);
    }

    /// Whether nothing of a change need be in the file: an undo that was interrupted took it out,
    /// or the file had it before.
    private static boolean mayBeTakenBack(JournalEntry entry) {
        return entry.phase() == Phase.UNDOING || !entry.edit().changes();
    }

    /// Whether nothing is under way of a change.
    private static boolean isQuiet(JournalEntry entry) {
        return switch (entry.phase()) {
            case APPLIED, WAITING_FOR_RESTART, UNVERIFIED -> true;
            case WRITING, RESTARTING, ROLLING_BACK, ROLLED_BACK, UNDOING, UNDONE, ABANDONED ->
                    false;
        };
    }

    /// Why a container needs no restart although a change was about to restart it: it never
    /// stopped; empty when it does.
    private String whyUntouched(JournalEntry entry) throws IOException {
        ContainerId container = entry.before().container();
        if (!runtime.running(container)) {
            return "";
        }
        Snapshot now = snapshots.read(container);
        return bootedSince(entry, now) || shutsDown(now)
                ? whyItWouldNotStart(now)
                : "its PID 1 is that of before the change";
    }

    /// Why a container that runs is better left alone: liblxc refuses its configuration, for
    /// another reason than ours; empty when it does not.
    private static String whyItWouldNotStart(Snapshot now) {
        EffectiveCapabilities configured = Planner.configured(now);
        LoadError error = configured == null ? null : configured.error();
        return error == null
                ? ""
                : "its configuration does not load ("
                        + error.place()
                        + ": "
                        + error.reason()
                        + "), so that it would not start again";
    }

    /// Why a restart would bring a container nothing back of what was dropped; empty when it would,
    /// or the container does not run. Its PID 1 may hold that as it is, never having been started
    /// without or with something else since; or the configuration drops it a second time, in a line
    /// or an included file that is not ours.
    private String whyInVain(CapabilitySet drop, Snapshot now) {
        Init init = now.init();
        if (init == null || !now.running() || drop.isEmpty()) {
            return "";
        }
        String refused = whyItWouldNotStart(now);
        if (!refused.isEmpty()) {
            return refused;
        }
        CapabilitySet gone = drop.minus(Planner.nextBounding(now, init));
        String elsewhere = "its configuration drops " + gone + " elsewhere, too";
        if (drop.minus(gone).minus(init.bounding()).isEmpty()) {
            return gone.isEmpty() ? "its PID 1 holds " + drop + " as it is" : elsewhere;
        }
        if (!gone.isEmpty()) {
            progress.step(elsewhere);
        }
        return "";
    }

    /// Whether a container that is down now may be so because this change was interrupted.
    private static boolean tookDown(JournalEntry entry) {
        return entry.before().running()
                && switch (entry.phase()) {
                    case RESTARTING, ROLLING_BACK, UNDOING -> true;
                    case WRITING,
                            WAITING_FOR_RESTART,
                            UNVERIFIED,
                            APPLIED,
                            ROLLED_BACK,
                            UNDONE,
                            ABANDONED ->
                            false;
                };
    }

    private Result resumeWriting(JournalEntry entry, Restart restart) throws IOException {
        EditedFile file = new EditedFile(store, entry);
        if (file.unwritten()) {
            return ended(entry, Phase.ABANDONED, UNWRITTEN);
        }
        file.removeLeft();
        return resumeRestart(entry, restart);
    }

    private Result resumeRestart(JournalEntry entry, Restart restart) throws IOException {
        ContainerId container = entry.before().container();
        boolean wasRunning = entry.before().running();
        boolean runs = runtime.running(container);
        if (!wasRunning && !runs) {
            return ended(entry, Phase.APPLIED, "written; the container is stopped and stays so");
        }
        if (runs && isWrittenWithoutRestart(entry)) {
            return withoutRestart(entry);
        }
        if (runs && restartedSince(entry, snapshots.read(container))) {
            progress.step("it has been restarted since");
            return judge(entry, restart);
        }
        return restart(entry, restart);
    }

    /// Whether the change was interrupted before it could say that it needs no restart.
    private static boolean isWrittenWithoutRestart(JournalEntry entry) {
        Init then = entry.before().init();
        return entry.phase() == Phase.WRITING
                && then != null
                && !entry.drop().isEmpty()
                && then.bounding().intersect(entry.drop()).isEmpty();
    }

    private Result resumeVerification(JournalEntry entry, Restart restart) throws IOException {
        return runtime.running(entry.before().container())
                ? judge(entry, restart)
                : ended(entry, Phase.APPLIED, "written; the container was stopped unverified");
    }

    private JournalEntry written(JournalEntry entry) throws IOException {
        ConfigEdit edit = entry.edit();
        if (!edit.changes()) {
            return entry;
        }
        progress.step("writing " + edit.path());
        try {
            return new EditedFile(store, entry).write(journal, progress);
        } catch (IOException failed) {
            abandonIfUnwritten(entry, failed);
            throw failed;
        }
    }

    /// A write that failed may have put the new file in place all the same; then the entry stays
    /// open, and the next command takes it up.
    private void abandonIfUnwritten(JournalEntry entry, IOException failed) {
        try {
            if (failed instanceof ConfigChangedException
                    || new EditedFile(store, entry).unwritten()) {
                advance(entry, Phase.ABANDONED, "not written");
            }
        } catch (IOException alsoFailed) {
            failed.addSuppressed(alsoFailed);
        }
    }

    private Result restart(JournalEntry entry, Restart restart) throws IOException {
        if (!restart.wanted()) {
            return ended(entry, Phase.WAITING_FOR_RESTART, "written; it waits for a restart");
        }
        JournalEntry restarting = advance(entry, Phase.RESTARTING, "");
        ContainerId container = entry.before().container();
        try {
            reboot.take(container, restart);
        } catch (IOException e) {
            return rollBack(restarting, Judgement.ofFailure(restarting, e), restart);
        }
        return judge(restarting, restart);
    }

    /// Reads the container once its boot has ended, and compares. What cannot be read is nothing
    /// that got worse: then the drop stays, until somebody looks again.
    private Result judge(JournalEntry entry, Restart restart) throws IOException {
        Snapshot after;
        try {
            after = reboot.read(entry.before(), restart);
        } catch (IOException e) {
            return runtime.running(entry.before().container())
                    ? settled(entry, Judgement.ofSilence(entry, e), restart)
                    : rollBack(entry, Judgement.ofFailure(entry, e), restart);
        }
        CapabilitySet held = held(entry, after);
        EditedFile file = new EditedFile(store, entry);
        if (!held.isEmpty() && file.overwritten()) {
            return ended(
                    entry,
                    Phase.ABANDONED,
                    file.lost("since it was written, and the container still holds " + held));
        }
        return settled(entry, verified(entry, after, restart), restart);
    }

    private Verification verified(JournalEntry entry, Snapshot after, Restart restart)
            throws IOException {
        Verification first = Judgement.ofDrop(entry, after, Set.of());
        if (first.verdict() != Verdict.WORSE) {
            return first;
        }
        Set<String> acquitted =
                Retrial.acquitted(starter, first, after, restart.timeout(), progress);
        if (acquitted.isEmpty()) {
            return first;
        }
        Systemd now = snapshots.read(entry.before().container()).systemd();
        Verification second = Judgement.ofDrop(entry, after, acquitted);
        return now == null ? second : second.withState(now.state());
    }

    private Result settled(JournalEntry entry, Verification verification, Restart restart)
            throws IOException {
        return switch (verification.verdict()) {
            case WORSE -> rollBack(entry, verification, restart);
            case UNREAD, UNSETTLED ->
                    ended(
                            entry,
                            Phase.UNVERIFIED,
                            "not verified: " + verification.sentence(),
                            verification);
            case BETTER, SAME, AS_BEFORE, WORSE_AS_FORESEEN, UNPROVEN ->
                    ended(entry, Phase.APPLIED, verification.sentence(), verification);
        };
    }

    /// What was to be dropped and PID 1 holds all the same.
    private static CapabilitySet held(JournalEntry entry, Snapshot after) {
        return after.init() == null || !after.running()
                ? CapabilitySet.EMPTY
                : after.init().bounding().intersect(entry.drop());
    }

    /// Goes back, and says the reason for it also when that fails.
    private Result rollBack(
            JournalEntry entry, @Nullable Verification verification, Restart restart)
            throws IOException {
        progress.step("it got worse: back to the old configuration");
        String reason = verification == null ? "" : verification.sentence();
        try {
            JournalEntry back = advance(entry, Phase.ROLLING_BACK, reason);
            new EditedFile(store, back).takeBack(progress);
            return rolledBack(back, verification, restart);
        } catch (IOException failed) {
            throw reason.isEmpty() ? failed : new RollBackException(reason, failed);
        }
    }

    /// What a rollback that was interrupted was begun for; null where nobody has noted it.
    private static @Nullable Verification whyRolledBack(JournalEntry entry) {
        return entry.outcome().isEmpty()
                ? null
                : new Verification(Verdict.WORSE, "", 0, 0, List.of(), entry.outcome());
    }

    private Result rolledBack(
            JournalEntry back, @Nullable Verification verification, Restart restart)
            throws IOException {
        ContainerId container = back.before().container();
        Snapshot restored;
        try {
            boolean untouched = runningUntouched(back);
            if (!untouched) {
                reboot.take(container, restart);
            }
            restored = untouched ? snapshots.read(container) : reboot.read(back.before(), restart);
            if (untouched && shutsDown(restored)) {
                return ended(back, Phase.ROLLED_BACK, SHUTTING_DOWN, verification);
            }
        } catch (IOException e) {
            return ended(
                    back,
                    Phase.ROLLED_BACK,
                    "the old configuration is back, but the container: " + e.getMessage(),
                    verification);
        }
        Verification compared = Judgement.ofTakingBack(back, restored);
        JournalEntry done =
                advance(
                        back,
                        Phase.ROLLED_BACK,
                        "the old configuration is back; " + compared.sentence());
        return new Result(done, verification, compared);
    }

    /// Whether the container never stopped: its shutdown was refused, so nothing has to be started
    /// again.
    private boolean runningUntouched(JournalEntry entry) throws IOException {
        ContainerId container = entry.before().container();
        return runtime.running(container) && !bootedSince(entry, snapshots.read(container));
    }

    /// Whether PID 1 has begun to stop everything; its D-Bus is among the first to go.
    private static boolean shutsDown(Snapshot running) {
        return running.systemd() == null || running.systemd().state().equals("stopping");
    }

    private JournalEntry advance(JournalEntry entry, Phase phase, String sentence)
            throws IOException {
        JournalEntry next = entry.with(phase, sentence);
        journal.write(next);
        return next;
    }

    private Result ended(JournalEntry entry, Phase phase, String sentence) throws IOException {
        return ended(entry, phase, sentence, null);
    }

    private Result ended(
            JournalEntry entry, Phase phase, String sentence, @Nullable Verification verification)
            throws IOException {
        return new Result(advance(entry, phase, sentence), verification, null);
    }
}
