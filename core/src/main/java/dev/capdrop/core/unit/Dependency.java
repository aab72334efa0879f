package dev.capdrop.core.unit;

import java.util.EnumSet;
import java.util.Set;

/// The kinds of dependency that decide which units a boot starts, and what becomes of one unit when
/// another does not start: a row each.
///
/// A job that fails takes with it the jobs that require its unit and still wait, which are those
/// that are ordered behind it; the others have begun (src/core/job.c, `job_fail_dependencies`). A
/// unit that is skipped, or that ends at once, has done its job, but is not active
/// (`job_finish_and_invalidate`, for `Requisite=`; src/core/unit.c, `unit_is_bound_by_inactive`,
/// for `BindsTo=`, which stops what has already begun).
///
/// Source: systemd.unit(5), "`[Unit]` Section Options"; every row with both orders was tried on
/// systemd 247, 252 and 257, which differ in one: the older two start what requires a unit that has
/// no file.
public enum Dependency {
    REQUIRES(
            "Requires",
            true,
            EnumSet.of(Standing.FAILED, Standing.NOT_STARTED, Standing.ABSENT),
            EnumSet.of(Standing.ABSENT)),
    REQUISITE(
            "Requisite",
            false,
            EnumSet.of(
                    Standing.FAILED,
                    Standing.NOT_STARTED,
                    Standing.SKIPPED,
                    Standing.ENDED,
                    Standing.ABSENT),
            EnumSet.of(Standing.ABSENT)),
    WANTS("Wants", true),
    BINDS_TO(
            "BindsTo",
            true,
            EnumSet.of(
                    Standing.FAILED,
                    Standing.FAILED_LATER,
                    Standing.NOT_STARTED,
                    Standing.SKIPPED,
                    Standing.ENDED,
                    Standing.ABSENT),
            EnumSet.of(
                    Standing.FAILED,
                    Standing.FAILED_LATER,
                    Standing.SKIPPED,
                    Standing.ENDED,
                    Standing.ABSENT)),
    UPHOLDS("Upholds", true),
    CONFLICTS("Conflicts", false),
    AFTER("After", false),
    BEFORE("Before", false),
    /// What the unit starts when something happens; no setting of its own.
    TRIGGERS("Triggers", false);

    private final String setting;
    private final boolean pullsIn;
    private final Set<Standing> keepingOrdered;
    private final Set<Standing> keeping;

    Dependency(String setting, boolean pullsIn) {
        this(setting, pullsIn, EnumSet.noneOf(Standing.class), EnumSet.noneOf(Standing.class));
    }

    /// @param keepingOrdered what of the other one keeps from being active what is ordered behind
    /// @param keeping the same without that order
    Dependency(
            String setting, boolean pullsIn, Set<Standing> keepingOrdered, Set<Standing> keeping) {
        this.setting = setting;
        this.pullsIn = pullsIn;
        this.keepingOrdered = keepingOrdered;
        this.keeping = keeping;
    }

    /// What becomes of a unit because of another one.
    public enum Consequence {
        NONE,
        /// It is never started.
        KEPT_BACK,
        /// It is started, and stopped again.
        STOPPED
    }

    /// What becomes of a unit that names another one so.
    ///
    /// @param other how that one's start came out
    /// @param ordered whether the unit is ordered behind it
    public Consequence consequence(Standing other, boolean ordered) {
        if (!(ordered ? keepingOrdered : keeping).contains(other)) {
            return Consequence.NONE;
        }
        boolean begins = other == Standing.FAILED_LATER || !ordered;
        return begins && other != Standing.ABSENT ? Consequence.STOPPED : Consequence.KEPT_BACK;
    }

    /// Whether a failure of the other one would be a unit's own loss.
    public boolean restsOnOther(boolean ordered) {
        return consequence(Standing.FAILED, ordered) != Consequence.NONE;
    }

    /// The setting of `[Unit]`.
    String setting() {
        return setting;
    }

    /// Whether starting the one starts the other.
    public boolean pullsIn() {
        return pullsIn;
    }
}
