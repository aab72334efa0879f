package dev.capdrop.core.unit;

import static dev.capdrop.core.unit.Dependency.Standing.ABSENT;
import static dev.capdrop.core.unit.Dependency.Standing.ENDED;
import static dev.capdrop.core.unit.Dependency.Standing.FAILED;
import static dev.capdrop.core.unit.Dependency.Standing.FAILED_LATER;
import static dev.capdrop.core.unit.Dependency.Standing.NOT_STARTED;
import static dev.capdrop.core.unit.Dependency.Standing.SKIPPED;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The rulebook of dependencies, a row each: which units a boot starts because of another one, and
/// what becomes of a unit when another one does not come up. Every forecast reads it here.
///
/// A job that fails takes with it the jobs that require its unit and still wait, which are those
/// that are ordered behind it; the others have begun (src/core/job.c, `job_fail_dependencies`). A
/// unit that is skipped, or that ends at once, has done its job, but is not active
/// (`job_finish_and_invalidate`, for `Requisite=`; src/core/unit.c, `unit_is_bound_by_inactive`,
/// for `BindsTo=`, which stops what has already begun).
///
/// Source: systemd.unit(5), "`[Unit]` Section Options" and "Mapping of unit properties to their
/// inverses"; src/core/unit-dependency-atom.c for what a row does in the manager. Every row that
/// keeps a unit back was tried in both orders on systemd 247, 252 and 257, which differ in one: the
/// older two start what requires a unit that has no file.
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
    AFTER("After", "Before", Use.NAMES),
    /// What starts the unit when something happens; no setting of its own.
    TRIGGERED_BY("TriggeredBy", "Triggers", Use.NO_SETTING),
    CONFLICTS("Conflicts", "ConflictedBy", Use.NAMES),
    /// Stops and restarts with the other one when that is told to; how the other one's start comes
    /// out means nothing to it.
    PART_OF("PartOf", "ConsistsOf", Use.NAMES),
    BEFORE("Before", "After", Use.NAMES),
    /// What the unit starts when something happens; no setting of its own.
    TRIGGERS("Triggers", "TriggeredBy", Use.NO_SETTING);

    private static final List<Dependency> PULLING =
            Arrays.stream(values()).filter(Dependency::pullsIn).toList();
    private static final List<Dependency> RECORDED = List.copyOf(EnumSet.range(REQUIRES, PART_OF));
    private static final List<Dependency> KEEPING =
            Arrays.stream(values()).filter(kind -> !kind.keepingOrdered.isEmpty()).toList();

    /// The first that is known to refuse what requires a unit without a file.
    private static final int REFUSES_MISSING = 253;

    /// What the word stands for in a unit file.
    private enum Use {
        /// A setting; starting the one starts the other.
        PULLS_IN,
        /// A setting that names a unit and starts nothing.
        NAMES,
        /// No setting.
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

    /// @param keepingOrdered what of the other one keeps from being active what is ordered behind
    /// @param keeping the same without that order
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
        boolean begins = other == FAILED_LATER || !ordered;
        return begins && other != ABSENT ? Consequence.STOPPED : Consequence.KEPT_BACK;
    }

    /// Whether another one that stands so now may be why a unit that names it was not started.
    ///
    /// @param ordered whether the unit is ordered behind it
    public boolean mayKeepBack(Standing other, boolean ordered) {
        return consequence(other, ordered) != Consequence.NONE;
    }

    /// Whether a failure of the other one would be a unit's own loss.
    public boolean restsOnOther(boolean ordered) {
        return consequence(FAILED, ordered) != Consequence.NONE;
    }

    /// Whether systemd of this version starts a unit as if it did not name so another one that has
    /// no file. Of the versions between 252 and 257 nothing is known.
    public boolean passesOverMissing(int version) {
        return this != BINDS_TO && version < REFUSES_MISSING;
    }

    /// The rows by which an outcome of the other one may keep a unit from being active.
    public static List<Dependency> keeping() {
        return KEEPING;
    }

    /// The rows that a snapshot holds; the others are their inverses.
    public static List<Dependency> recorded() {
        return RECORDED;
    }

    /// systemd's word for it: the name of its property, and of the setting of `[Unit]` where it is
    /// one.
    public String word() {
        return word;
    }

    /// systemd's word for it as seen from the unit that is named.
    public String inverse() {
        return inverse;
    }

    /// The word for it in JSON.
    public String key() {
        return key;
    }

    /// Whether a unit file can say it.
    public boolean isSetting() {
        return use != Use.NO_SETTING;
    }

    /// Whether starting the one starts the other.
    boolean pullsIn() {
        return use == Use.PULLS_IN;
    }

    /// The rows of which [#pullsIn] is so.
    public static List<Dependency> pulling() {
        return PULLING;
    }

    /// How the start of a unit came out, as far as it matters to the units that name it as a
    /// dependency.
    public enum Standing {
        /// It is active.
        UP,
        /// It ran, did well, and is inactive again, as a oneshot without `RemainAfterExit=` is.
        ENDED,
        /// A condition did not hold, or `ExecCondition=` said no.
        SKIPPED,
        /// Its own start failed.
        FAILED,
        /// It counted as started, and failed then, as a service of `Type=simple` does.
        FAILED_LATER,
        /// It was asked for and not started: an assertion did not hold, or something that it
        /// requires did not start.
        NOT_STARTED,
        /// It cannot be loaded, or nothing in the boot asks for it.
        ABSENT
    }
}
