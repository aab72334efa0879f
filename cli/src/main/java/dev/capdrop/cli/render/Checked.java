package dev.capdrop.cli.render;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.Result;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.StartReview;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Unread;
import dev.capdrop.core.unit.LoadState;
import org.jspecify.annotations.Nullable;

/// What `check` found out about one container.
///
/// @param target the container, as the command line takes it
/// @param command what follows a command's name to mean this container: the target, and the options
///   that say where it is
/// @param snapshot what was read; null when it could not be read
/// @param diagnosis why its failed units failed
/// @param plan the healthy plan; null when there is nothing to heal, or none could be made
/// @param configured what its configuration comes to; null when it is not known
/// @param pending a change of ours that has not ended; null when there is none
/// @param verified that change, if the container has been restarted since; null otherwise
/// @param problem why it could not be read, or why no plan could be made; empty when neither
///   happened
/// @param journalProblem why it is not known whether a change of ours waits; empty when it is
/// @param guest what Proxmox VE knows of it; null when it does not look after it
/// @param nextStart what its next start makes otherwise, if it runs
/// @param judged whether there was time enough to reason about what was read
public record Checked(
        String target,
        String command,
        @Nullable Snapshot snapshot,
        Diagnosis diagnosis,
        @Nullable Plan plan,
        @Nullable EffectiveCapabilities configured,
        @Nullable JournalEntry pending,
        @Nullable Result verified,
        String problem,
        String journalProblem,
        @Nullable ProxmoxGuest guest,
        StartReview nextStart,
        boolean judged) {
    /// A container whose next start is as it runs, as far as anybody knows.
    public Checked(
            String target,
            String command,
            @Nullable Snapshot snapshot,
            Diagnosis diagnosis,
            @Nullable Plan plan,
            @Nullable EffectiveCapabilities configured,
            @Nullable JournalEntry pending,
            @Nullable Result verified,
            String problem,
            String journalProblem,
            @Nullable ProxmoxGuest guest) {
        this(
                target,
                command,
                snapshot,
                diagnosis,
                plan,
                configured,
                pending,
                verified,
                problem,
                journalProblem,
                guest,
                StartReview.SAME,
                true);
    }

    /// Whether liblxc would refuse its configuration at the next start.
    public boolean wouldNotStart() {
        return configured != null && !configured.loads();
    }

    /// Whether there is anything that an administrator should look at.
    public boolean hasFindings() {
        return !diagnosis.findings().isEmpty()
                || wouldNotStart()
                || nextStart.hasFindings()
                || hasUnreadUnits()
                || (pending != null && pending.phase() != JournalEntry.Phase.WAITING_FOR_RESTART)
                || (verified != null && verified.failed());
    }

    /// Whether the files of a unit are such that not all could be read.
    private boolean hasUnreadUnits() {
        return snapshot != null
                && snapshot.systemd() != null
                && snapshot.systemd().units().stream()
                        .anyMatch(unit -> unit.load() == LoadState.UNREAD);
    }

    /// Whether it runs without systemd, so that there is nothing to judge.
    public boolean withoutSystemd() {
        return snapshot != null && snapshot.lacks(Unread.Part.OTHER_INIT);
    }

    /// What PID 1 holds and will be without after a restart, although nothing is edited.
    CapabilitySet droppedAtRestart() {
        return plan == null || snapshot == null || snapshot.init() == null
                ? CapabilitySet.EMPTY
                : snapshot.init().bounding().minus(plan.bounding());
    }

    /// Whether it is a root directory.
    boolean ofRoot() {
        return snapshot != null && snapshot.container().ofRoot();
    }

    /// Whether it runs, or is a root directory, but its units could not be read; or our journal
    /// could not be.
    public boolean unanswered() {
        return snapshot == null
                || !judged
                || !journalProblem.isEmpty()
                || ((snapshot.running() || ofRoot()) && snapshot.systemd() == null);
    }
}
