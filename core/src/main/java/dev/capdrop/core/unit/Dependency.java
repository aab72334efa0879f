package dev.capdrop.core.unit;

import static dev.capdrop.core.unit.Dependency.Standing.ABSENT;
import static dev.capdrop.core.unit.Dependency.Standing.ENDED;
import static dev.capdrop.core.unit.Dependency.Standing.FAILED;
import static dev.capdrop.core.unit.Dependency.Standing.FAILED_LATER;
import static dev.capdrop.core.unit.Dependency.Standing.NOT_STARTED;
import static dev.capdrop.core.unit.Dependency.Standing.SKIPPED;

import module java.base;

/// The rulebook of dependencies, a row each: which units a boot starts because of another one, and
/// what becomes of a unit when another one does not come up.
///
/// A job that fails takes with it the waiting jobs that require its unit, which are those ordered
/// behind it (src/core/job.c, `job_fail_dependencies`). A unit that is skipped, or ends at once,
/// has done its job, but is not active (`job_finish_and_invalidate`, for `Requisite=`;
/// src/core/unit.c, `unit_is_bound_by_inactive`, for `BindsTo=`, which stops what has begun).
///
/// Source: systemd.unit(5), "`[Unit]` Section Options" and "Mapping of unit properties to their
/// inverses"; src/core/unit-dependency-atom.c. Every row that keeps a unit back was tried in both
/// orders on systemd 247, 252 and 257.
public enum Dependency {
    REQUIRES(
            "Requires",
            "RequiredBy",
            Use.PULLS_IN,
            EnumSet.of(FAILED, NOT_STARTED, ABSENT),
            EnumSet.of(ABSENT)),
    REQUISITE(
            "Requisite",
            "RequisiteOf",
            Use.NAMES,
            EnumSet.of(FAILED, NOT_STARTED, SKIPPED, ENDED, ABSENT),
            EnumSet.of(ABSENT)),
    WANTS("Wants", "WantedBy", Use.PULLS_IN),
    BINDS_TO(
            "BindsTo",
            "BoundBy",
            Use.PULLS_IN,
            EnumSet.of(FAILED, FAILED_LATER, NOT_STARTED, SKIPPED, ENDED, ABSENT),
            EnumSet.of(FAILED, FAILED_LATER, SKIPPED, ENDED, ABSENT)),
    /// Since systemd 249.
    UPHOLDS("Upholds", "UpheldBy", Use.PULLS_IN),
    /// Since systemd 249: stops with the other one also when that ends by itself.
    STOP_PROPAGATED_FROM(
            "StopPropagatedFrom",
            "PropagatesStopTo",
            Use.NAMES,
            EnumSet.of(FAILED_LATER),
            EnumSet.of(FAILED_LATER)),
    AFTER("After", "Before", Use.NAMES),
    /// Units that start this one; no setting of its own.
    TRIGGERED_BY("TriggeredBy", "Triggers", Use.NO_SETTING),
    CONFLICTS("Conflicts", "ConflictedBy", Use.NAMES),
    /// Units with which this one stops and restarts; their start does not matter to it.
    PART_OF("PartOf", "ConsistsOf", Use.NAMES),
    BEFORE("Before", "After", Use.NAMES),
    /// Units that this one starts; no setting of its own.
    TRIGGERS("Triggers", "TriggeredBy", Use.NO_SETTING);

    private static final List<Dependency> PULLING =
            Arrays.stream(values()).filter(kind -> kind.use == Use.PULLS_IN).toList();
    private static final List<Dependency> RECORDED = List.copyOf(EnumSet.range(REQUIRES, PART_OF));
    private static final List<Dependency> KEEPING =
            Arrays.stream(values()).filter(kind -> !kind.keepingOrdered.isEmpty()).toList();

    /// The first version that refuses a unit that requires one without a file.
    private static final int REFUSES_MISSING = 253;

    private enum Use {
        PULLS_IN,
        NAMES,
        NO_SETTING
    }

    private final String word;
    private final String key;
    private final String inverse;
    private final Use use;
    private final Set<Standing> keepingOrdered;
    private final Set<Standing> keeping;

    Dependency(String word, String inverse, Use use) {
        this(word, inverse, use, EnumSet.noneOf(Standing.class), EnumSet.noneOf(Standing.class));
    }

    Dependency(
            String word,
            String inverse,
            Use use,
            Set<Standing> keepingOrdered,
            Set<Standing> keeping) {
        this.word = word;
        this.key = word.substring(0, 1).toLowerCase(Locale.ROOT) + word.substring(1);
        this.inverse = inverse;
        this.use = use;
        this.keepingOrdered = keepingOrdered;
        this.keeping = keeping;
    }

    /// The effect of another unit's start on a unit.
    public enum Consequence {
        NONE,
        KEPT_BACK,
        STOPPED
    }

    /// Returns the effect on a unit that has this dependency on another.
    public Consequence consequence(Standing other, boolean ordered) {
        if (!(ordered ? keepingOrdered : keeping).contains(other)) {
            return Consequence.NONE;
        }
        boolean begins = other == FAILED_LATER || !ordered;
        return begins && other != ABSENT ? Consequence.STOPPED : Consequence.KEPT_BACK;
    }

    /// Whether a failure of the other unit takes a unit with this dependency down.
    public boolean restsOnOther(boolean ordered) {
        return consequence(FAILED, ordered) != Consequence.NONE;
    }

    /// Whether a systemd of this version ignores this dependency on a unit without a file.
    public boolean passesOverMissing(int version) {
        return this != BINDS_TO && version < REFUSES_MISSING;
    }

    /// Returns the rows by which an outcome of the other unit may keep a unit from being active.
    public static List<Dependency> keeping() {
        return KEEPING;
    }

    /// Returns the rows that a snapshot holds; the others are their inverses.
    public static List<Dependency> recorded() {
        return RECORDED;
    }

    /// Returns systemd's word for the property, and for its setting.
    public String word() {
        return word;
    }

    public String inverse() {
        return inverse;
    }

    public String key() {
        return key;
    }

    public boolean isSetting() {
        return use != Use.NO_SETTING;
    }

    public static List<Dependency> pulling() {
        return PULLING;
    }

    /// The result of a unit's start, as far as it matters to the units that depend on it.
    public enum Standing {
        UP,
        /// The unit did well and is inactive again, like a oneshot.
        ENDED,
        /// A condition did not hold, or `ExecCondition=` said no.
        SKIPPED,
        FAILED,
        /// The unit counted as started, and failed then (`Type=simple`).
        FAILED_LATER,
        /// The unit was not started: an assertion, or something that it requires, failed.
        NOT_STARTED,
        /// The unit cannot be loaded, or nothing in the boot asks for it.
        ABSENT
    }
}
