package dev.capdrop.cli.render;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.Result;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.diagnosis.Finding;
import dev.capdrop.core.diagnosis.Remedy;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.SinceDrop;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.StartReview;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Unread;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.core.unit.LoadState;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What `check` found out about one container.
///
/// @param target the container, as the command line takes it
/// @param command what follows a command's name to mean this container: the target, and the options
///   that say where it is
/// @param guest what Proxmox VE knows of it; null when it does not look after it
/// @param snapshot what was read; null when it could not be read
/// @param configured what its configuration comes to; null when it is not known
/// @param problem why it could not be read, or why no plan could be made; empty when neither
///   happened
/// @param reasoning what follows from what was read
/// @param change what became of a change of ours
public record Checked(
        String target,
        String command,
        @Nullable ProxmoxGuest guest,
        @Nullable Snapshot snapshot,
        @Nullable EffectiveCapabilities configured,
        String problem,
        Reasoning reasoning,
        OurChange change) {
    /// What follows from what was read.
    ///
    /// @param diagnosis why its failed units failed
    /// @param plan the healthy plan; null when there is nothing to heal, or none could be made
    /// @param nextStart what its next start makes otherwise, if it runs
    /// @param judged whether there was time enough to reason about what was read
    public record Reasoning(
            Diagnosis diagnosis, @Nullable Plan plan, StartReview nextStart, boolean judged) {
        /// Of a container whose next start is as it runs, as far as anybody knows.
        public static Reasoning of(Diagnosis diagnosis, @Nullable Plan plan) {
            return new Reasoning(diagnosis, plan, StartReview.SAME, true);
        }
    }

    /// What became of a change of ours.
    ///
    /// @param pending one that has not ended; null when there is none
    /// @param verified that change, if the container has been restarted since; null otherwise
    /// @param problem why it is not known whether one waits; empty when it is
    /// @param holder the process that carries the pending one out right now; empty where none does
    /// @param sinceDrop what its units were refused since it was dropped
    public record OurChange(
            @Nullable JournalEntry pending,
            @Nullable Result verified,
            String problem,
            String holder,
            SinceDrop sinceDrop) {
        /// There is none.
        public static final OurChange NONE = new OurChange(null, null, "", "");

        /// One since which nothing was refused.
        public OurChange(
                @Nullable JournalEntry pending,
                @Nullable Result verified,
                String problem,
                String holder) {
            this(pending, verified, problem, holder, SinceDrop.NOTHING);
        }

        /// Whether one was left half-way, by somebody who is not there any more.
        boolean unfinished() {
            return pending != null && holder.isEmpty() && !pending.waits();
        }
    }

    /// What its units were refused since we dropped it.
    SinceDropText sinceDrop() {
        return new SinceDropText(change.sinceDrop, command);
    }

    /// Why its failed units failed.
    Diagnosis diagnosis() {
        return reasoning.diagnosis;
    }

    /// The healthy plan; null when there is nothing to heal, or none could be made.
    public @Nullable Plan plan() {
        return reasoning.plan;
    }

    /// What its next start makes otherwise, if it runs.
    StartReview nextStart() {
        return reasoning.nextStart;
    }

    /// Whether its configuration is a command line, which nobody edits.
    boolean ofCommandLine() {
        return snapshot != null
                && snapshot.subject() instanceof ContainerId container
                && container.ofCommandLine();
    }

    /// The command that drops what the plan says; the one that shows it where nothing is edited.
    String fix() {
        return (ofCommandLine() ? "capdrop plan " : "capdrop apply ") + command;
    }

    /// Whether its runtime would refuse its configuration at the next start.
    boolean wouldNotStart() {
        return configured != null && !configured.loads();
    }

    /// Whether there is anything that an administrator should look at.
    public boolean hasFindings() {
        return !diagnosis().findings().isEmpty()
                || wouldNotStart()
                || nextStart().hasFindings()
                || hasUnreadUnits()
                || change.unfinished()
                || (change.verified != null && change.verified.failed());
    }

    /// Whether a drop, a restart or a line of its configuration would put something right.
    public boolean isFixable() {
        Plan plan = plan();
        return (plan != null && (!plan.drop().isEmpty() || plan.heals()))
                || nextStart().hasFindings()
                || diagnosis().findings().stream()
                        .flatMap(finding -> finding.remedies().stream())
                        .anyMatch(remedy ->
                                remedy instanceof Remedy.Nesting
                                        || remedy instanceof Remedy.GiveBack);
    }

    /// Whether a unit failed, or it would not start.
    public boolean isDegraded() {
        return (!diagnosis().findings().isEmpty() && !isForecast()) || wouldNotStart();
    }

    /// Whether what is said of its units is a forecast: it does not run.
    public boolean isForecast() {
        return snapshot != null && !snapshot.running();
    }

    /// How many of its units have failed.
    int failed() {
        return isForecast() ? 0 : diagnosis().findings().size();
    }

    /// Whether its configuration, what was changed of it and what runs do not agree. Of one that
    /// does not run nothing can have drifted but a change.
    public boolean hasDrifted() {
        return (!isForecast() && nextStart().hasFindings())
                || change.unfinished()
                || (change.verified != null && change.verified.failed());
    }

    /// Whether the files of a unit are such that not all could be read.
    boolean hasUnreadUnits() {
        return snapshot != null
                && snapshot.units().stream().anyMatch(unit -> unit.load() == LoadState.UNREAD);
    }

    /// Whether it runs without systemd, so that there is nothing to judge.
    public boolean withoutSystemd() {
        return snapshot != null && snapshot.lacks(Unread.Part.OTHER_INIT);
    }

    /// Whether it is frozen, so that it answers nothing.
    public boolean frozen() {
        return snapshot != null && snapshot.lacks(Unread.Part.FROZEN);
    }

    /// How it is, in a word or two: systemd's word for it where it runs and answers.
    public String state() {
        return CheckTable.state(this);
    }

    /// How many units failed, by the word of docs/reference/json.md for the cause.
    public SortedMap<String, Integer> failedByCause() {
        SortedMap<String, Integer> causes = new TreeMap<>();
        for (Finding finding : diagnosis().findings()) {
            causes.merge(CauseText.id(finding.cause()), 1, Integer::sum);
        }
        return causes;
    }

    /// What PID 1 holds and will be without after a restart, although nothing is edited.
    CapabilitySet droppedAtRestart() {
        Plan plan = plan();
        return plan == null || snapshot == null
                ? CapabilitySet.EMPTY
                : snapshot.bounding().minus(plan.bounding());
    }

    /// Whether it is a root directory.
    boolean ofRoot() {
        return snapshot != null && snapshot.subject() instanceof Subject.RootDirectory;
    }

    /// Whether it runs, or is a root directory, but its units could not be read; or our journal
    /// could not be.
    public boolean unanswered() {
        return snapshot == null
                || !reasoning.judged
                || !change.problem.isEmpty()
                || ((snapshot.running() || ofRoot()) && !snapshot.observed());
    }

    /// Whether its units are known.
    boolean observed() {
        return snapshot != null && snapshot.observed();
    }
}
