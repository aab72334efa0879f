package dev.capdrop.core.change;

import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.SharedPlan;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd.UnfinishedBoot;
import module java.base;

/// The fate of a container, or of the file that all share.
public sealed interface Decision {
    record Ready(ConfigEdit edit, boolean restarts) implements Decision {}

    record Idle() implements Decision {}

    /// A container that is left as it is; `reason`: a clause about "it"; `advice`: what to do about
    /// it, a clause; empty where there is nothing to add.
    record LeftOut(String reason, String advice, Weight weight) implements Decision {
        public LeftOut(String reason, Weight weight) {
            this(reason, "", weight);
        }

        public static LeftOut refused(String reason, String advice) {
            return new LeftOut(reason, advice, Weight.REFUSED);
        }

        public static LeftOut refused(String reason) {
            return refused(reason, "");
        }

        public String sentence() {
            return advice.isEmpty() ? reason : reason + "; " + advice;
        }
    }

    enum Weight {
        /// Never to be changed here: a refusal only where somebody has named it.
        NOT_OURS,
        /// Perhaps to be changed, and not.
        REFUSED,
        UNKNOWN
    }

    static Decision of(Snapshot before, Plan plan, boolean restart) {
        if (plan.refused()) {
            return losing(plan);
        }
        if (plan.widening() != null && !plan.widens()) {
            return LeftOut.refused(plan.widening().refusal());
        }
        ConfigEdit edit = plan.edit();
        if (edit == null) {
            return new LeftOut("its configuration could not be read", Weight.UNKNOWN);
        }
        if (!plan.drop().isEmpty() || plan.heals() || plan.widens()) {
            boolean restarts = Change.needsRestart(before, plan);
            UnfinishedBoot boot = restarts && restart ? UnfinishedBoot.of(before) : null;
            return boot == null || boot.hangs() ? new Ready(edit, restarts) : booting(boot);
        }
        if (!plan.conflicts().isEmpty()) {
            return losing(plan);
        }
        if (plan.remarks().blind().isEmpty()) {
            return new Idle();
        }
        return before.running()
                ? new LeftOut(plan.remarks().blind(), Weight.UNKNOWN)
                : new LeftOut(
                        "it is stopped, and its root directory is not there to be read",
                        Weight.NOT_OURS);
    }

    static Decision of(SharedPlan plan) {
        if (!plan.broken().isEmpty()) {
            return breaking(plan.broken().getFirst(), plan.broken().size() - 1);
        }
        if (plan.loses()) {
            Set<String> lost = new LinkedHashSet<>();
            for (SharedPlan.MemberOutlook member : plan.members()) {
                if (!member.excluded()) {
                    lost.addAll(member.loses());
                }
            }
            return losing(lost, ", or leave their container out with --exclude");
        }
        return plan.edit().changes() ? new Ready(plan.edit(), false) : new Idle();
    }

    private static LeftOut losing(Plan plan) {
        Set<String> lost = new LinkedHashSet<>();
        plan.conflicts().stream().map(Plan.Conflict::loses).forEach(lost::addAll);
        return lost.isEmpty()
                ? LeftOut.refused("what would heal it is to be kept")
                : losing(lost, "");
    }

    private static LeftOut losing(Collection<String> lost, String otherwise) {
        return LeftOut.refused(
                "it would lose units that work now: " + String.join(", ", lost),
                "name each with --allow-skip to accept that" + otherwise);
    }

    /// No other boot could be compared with one that has not ended.
    private static LeftOut booting(UnfinishedBoot boot) {
        return LeftOut.refused(
                "its boot has not ended: " + boot.sentence(),
                "give it more time with --timeout, or leave the restart to later with 'apply --no-restart'");
    }

    private static LeftOut breaking(SharedPlan.Unloadable first, int more) {
        String owner = first.configuration().owner();
        LoadError error = first.error();
        boolean whole = error.line() == 0;
        String others =
                whole
                        ? "; the same holds for %d others"
                        : ", and %d other configurations would not load";
        return LeftOut.refused(
                (whole
                                ? "'%s': %s".formatted(owner, error.reason())
                                : "with it %s would not start any more, because of %s"
                                        .formatted(owner, error.place()))
                        + (more == 0 ? "" : others.formatted(more)));
    }
}
