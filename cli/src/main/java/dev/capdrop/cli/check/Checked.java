package dev.capdrop.cli.check;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.drop.SinceDropText;
import dev.capdrop.core.change.Change.Result;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.diagnosis.Diagnosis.Finding;
import dev.capdrop.core.diagnosis.Remedy;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.StartReview;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.core.snapshot.UnitState.LoadState;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The result of `check` for one container.
///
/// @param command the words behind a command's name that mean this container
/// @param guest null under another runtime than Proxmox VE
/// @param snapshot null when it could not be read
/// @param configured null when its configuration's effect is not known
/// @param problem why it could not be read, or no plan could be made; else empty
public record Checked(
        String target,
        String command,
        @Nullable ProxmoxGuest guest,
        @Nullable Snapshot snapshot,
        @Nullable EffectiveCapabilities configured,
        String problem,
        Reasoning reasoning,
        OurChange change) {
    /// The conclusions from the snapshot; no plan where none is needed, or none could be made.
    public record Reasoning(
            Diagnosis diagnosis,
            @Nullable Plan plan,
            StartReview nextStart,
            boolean judged,
            PolicyReview policy,
            List<ConfigRemark> remarks) {
        /// Returns the reasoning for a container whose next start changes nothing.
        public static Reasoning of(Diagnosis diagnosis, @Nullable Plan plan) {
            return new Reasoning(
                    diagnosis, plan, StartReview.SAME, true, PolicyReview.NONE, List.of());
        }
    }

    /// The state of a change of ours.
    ///
    /// @param pending one that has not ended; null when there is none
    /// @param verified that change, if the container has been restarted since; else null
    /// @param problem why it is not known whether one waits; empty when it is
    /// @param holder the process that carries the pending one out right now; else empty
    public record OurChange(
            @Nullable JournalEntry pending,
            @Nullable Result verified,
            String problem,
            String holder,
            List<SinceDropText> sinceDrop) {
        public static final OurChange NONE = new OurChange(null, null, "", "", List.of());

        /// Whether a change was interrupted, and its process is gone.
        boolean unfinished() {
            return pending != null && holder.isEmpty() && !pending.waits();
        }
    }

    List<SinceDropText> sinceDrop() {
        return change.sinceDrop;
    }

    Diagnosis diagnosis() {
        return reasoning.diagnosis;
    }

    /// Returns the healthy plan; null where none is needed, or none could be made.
    public @Nullable Plan plan() {
        return reasoning.plan;
    }

    PolicyReview policy() {
        return reasoning.policy;
    }

    List<ConfigRemark> remarks() {
        return reasoning.remarks;
    }

    /// Returns this as a policy judges it.
    Checked judged(List<Finding> counting, PolicyReview policy) {
        Diagnosis all = diagnosis();
        return new Checked(
                target,
                command,
                guest,
                snapshot,
                configured,
                problem,
                new Reasoning(
                        new Diagnosis(counting, all.masked(), all.unsettled(), all.emergency()),
                        toHeal(nextStart(), counting) ? plan() : null,
                        nextStart(),
                        reasoning.judged,
                        policy,
                        reasoning.remarks),
                change);
    }

    /// Whether a drop could heal something now, or would at the next start.
    static boolean toHeal(StartReview nextStart, List<Finding> findings) {
        return !nextStart.inVain().isEmpty()
                || findings.stream().anyMatch(finding -> !finding.cause().inert().isEmpty());
    }

    StartReview nextStart() {
        return reasoning.nextStart;
    }

    boolean ofCommandLine() {
        return snapshot != null
                && snapshot.subject() instanceof ContainerId container
                && container.ofCommandLine();
    }

    /// Returns the command of the planned drop, or the one that shows it if nothing is edited.
    String fix() {
        return (ofCommandLine() ? "capdrop plan " : "capdrop apply ") + command;
    }

    boolean wouldNotStart() {
        return configured != null && !configured.loads();
    }

    public boolean hasFindings() {
        return !diagnosis().findings().isEmpty()
                || wouldNotStart()
                || nextStart().hasFindings()
                || hasUnreadUnits()
                || !policy().held().isEmpty()
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

    public boolean isDegraded() {
        return (!diagnosis().findings().isEmpty() && !isForecast()) || wouldNotStart();
    }

    public boolean isForecast() {
        return snapshot != null && !snapshot.running();
    }

    int failed() {
        return isForecast() ? 0 : diagnosis().findings().size();
    }

    /// Whether configuration, changes and the running container disagree.
    public boolean hasDrifted() {
        return (!isForecast() && nextStart().hasFindings())
                || change.unfinished()
                || (change.verified != null && change.verified.failed());
    }

    boolean hasUnreadUnits() {
        return snapshot != null
                && snapshot.units().stream().anyMatch(unit -> unit.load() == LoadState.UNREAD);
    }

    /// Whether it runs without systemd, so that there is nothing to judge.
    public boolean withoutSystemd() {
        return snapshot != null && snapshot.lacks(Snapshot.Unread.Part.OTHER_INIT);
    }

    public boolean frozen() {
        return snapshot != null && snapshot.lacks(Snapshot.Unread.Part.FROZEN);
    }

    /// Returns its state in a word or two: systemd's word where it runs and answers.
    public String state() {
        if (guest != null && guest.template()) {
            return "template";
        }
        if (guest != null && !guest.place().here()) {
            return "elsewhere";
        }
        if (snapshot == null) {
            return "not read";
        }
        if (!snapshot.running()) {
            return "stopped";
        }
        if (withoutSystemd()) {
            return "not systemd";
        }
        if (frozen()) {
            return "frozen";
        }
        return snapshot.observed() ? snapshot.state() : "running";
    }

    /// Returns the number of failed units by cause, as docs/reference/json.md calls it.
    public SortedMap<String, Integer> failedByCause() {
        SortedMap<String, Integer> causes = new TreeMap<>();
        for (Finding finding : diagnosis().findings()) {
            causes.merge(CauseText.id(finding.cause()), 1, Integer::sum);
        }
        return causes;
    }

    /// Returns the capabilities that PID 1 loses by a restart alone, although nothing is edited.
    CapabilitySet droppedAtRestart() {
        Plan plan = plan();
        return plan == null || snapshot == null
                ? CapabilitySet.EMPTY
                : snapshot.bounding().minus(plan.bounding());
    }

    boolean ofRoot() {
        return snapshot != null && snapshot.subject() instanceof Subject.RootDirectory;
    }

    /// Whether its units or our journal could not be read, although it runs or is a root.
    public boolean unanswered() {
        return snapshot == null
                || !reasoning.judged
                || policy().unknown()
                || !change.problem.isEmpty()
                || ((snapshot.running() || ofRoot()) && !snapshot.observed());
    }

    boolean observed() {
        return snapshot != null && snapshot.observed();
    }
}
