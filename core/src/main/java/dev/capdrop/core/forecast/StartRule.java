package dev.capdrop.core.forecast;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.execution.AppArmorLimits;
import dev.capdrop.core.execution.Shortfall;
import dev.capdrop.core.execution.Why;
import dev.capdrop.core.forecast.Forecast.Effect.TurnedBy;
import dev.capdrop.core.forecast.Ruling.Decided;
import dev.capdrop.core.forecast.Ruling.LeftUndecided;
import dev.capdrop.core.rule.GeneralRule;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.snapshot.Outcome;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The rules about a unit that the next boot starts, by itself and whatever becomes of others: a
/// row each, and the first that says anything decides. The order is systemd's own: what takes the
/// unit out of the boot comes before its conditions, these before its assertions, and both before
/// what it executes (src/core/unit.c, `unit_start`). What systemd or the kernel refuses already
/// does not begin to work with less. What is known of each row, its source first, stands in
/// [GeneralRule].
enum StartRule {
    CHANGED_FILES(it ->
            it.filesChanged()
                    ? new LeftUndecided(
                            GeneralRule.FILES_CHANGED,
                            false,
                            Why.of("its files changed since systemd read them"),
                            "systemctl daemon-reload")
                    : null),
    /// See [dev.capdrop.core.unit.Dependency].
    HELD_UP(it -> it.isHeldUp() ? Ruling.same(GeneralRule.HELD_UP, Outcome.NOT_STARTED) : null),
    /// See [Opponents].
    CONFLICT(StartRule::conflict),
    /// See [OrderingCycles].
    CIRCLE(it ->
            it.facts().circles().contains(it.unit().name())
                    ? Ruling.undecided(
                            GeneralRule.CIRCLE,
                            false,
                            "is ordered after itself by way of others: systemd leaves one of"
                                    + " the circle out")
                    : null),
    CONDITIONS(StartRule::conditions),
    ASSERTIONS(StartRule::assertions),
    /// Nobody has seen what it does when it is not skipped.
    NEVER_SKIPPED(it ->
            it.before() == Outcome.SKIPPED
                    ? Ruling.undecided(
                            GeneralRule.NEVER_STARTED,
                            it.question().restartOnly().list(it.unit().conditions())
                                    == Condition.Result.FAILED,
                            "its conditions will hold; what it does then is not known")
                    : null),
    /// What was enabled since the boot, or belongs to another default target.
    NEVER_TRIED(it ->
            it.before() == Outcome.NOT_STARTED && !it.isKeptBack()
                    ? Ruling.undecided(
                            GeneralRule.NEVER_TRIED, false, "this boot has not tried to start it")
                    : null),
    /// See [dev.capdrop.core.execution.Nesting]. What its program does once it is set up nobody has
    /// seen.
    FREED(it ->
            it.isFreed()
                            && !(it.shortfall() instanceof Shortfall.Failure)
                            && !(it.shortfall() instanceof Shortfall.Skip)
                    ? new Decided(
                            GeneralRule.FREED,
                            Outcome.STARTED,
                            TurnedBy.NESTING,
                            Why.of("AppArmor no longer refuses its mounts"))
                    : null),
    /// What the boot made of it is not what the snapshot shows.
    ENDED_LATER(it ->
            it.endedAfterBoot()
                    ? Ruling.undecided(
                            GeneralRule.ENDED_LATER,
                            false,
                            "it ended after the boot; the restart starts it again")
                    : null),
    /// See [Shortfall.Skip].
    SKIPPED_BY_PROGRAM(it ->
            it.shortfall() instanceof Shortfall.Skip skip
                    ? new Decided(skip.rule(), Outcome.SKIPPED, TurnedBy.DROP, skip.why())
                    : null),
    /// See [dev.capdrop.core.execution.Shortfalls]; what it hangs on,
    /// [dev.capdrop.core.unit.Dependency].
    FAILS_IF_TRIED(it ->
            it.shortfall() instanceof Shortfall.Failure failure && it.restsWithOthers()
                    ? Ruling.undecided(
                            GeneralRule.FAILS_IF_TRIED,
                            true,
                            Why.of("fails if what it requires is up: ").then(failure.why()))
                    : null),
    /// See [dev.capdrop.core.execution.Shortfalls].
    FAILS(it ->
            it.shortfall() instanceof Shortfall.Failure failure ? new Ruling.Fails(failure) : null),
    /// See [dev.capdrop.core.diagnosis.Cause.BroughtDown].
    WITH_FREED(it ->
            it.wentDownWithFreed()
                    ? Ruling.undecided(
                            GeneralRule.WITH_FREED,
                            true,
                            "went down with a unit of which AppArmor refuses no mounts then")
                    : null),
    /// See [OwnFailure].
    FAILED_BY_ITSELF(it ->
            it.before() == Outcome.FAILED && OwnFailure.is(it.unit(), it.facts().seen())
                    ? Ruling.undecided(
                            GeneralRule.FAILED_BY_ITSELF,
                            false,
                            "its own program failed, as it need not at every boot")
                    : null),
    /// See [dev.capdrop.core.execution.Shortfalls].
    MAY_USE(it ->
            it.shortfall() instanceof Shortfall.Undecided open && it.before() != Outcome.FAILED
                    ? new Ruling.MayUse(open)
                    : null),
    /// What serves does not end by itself.
    DAEMON_ENDED(it ->
            it.before() == Outcome.INACTIVE && it.isDaemon()
                    ? Ruling.undecided(
                            GeneralRule.DAEMON_ENDED,
                            false,
                            "its own program ended, as it need not at every boot")
                    : null),
    LOOPS(it ->
            it.unit().loops()
                    ? Ruling.undecided(
                            GeneralRule.LOOPS,
                            false,
                            "systemd has started it again by itself: the instant decides"
                                    + " whether it seems active or failed")
                    : null),
    /// See [dev.capdrop.core.execution.AppArmorLimits].
    CONFINED(StartRule::confined),
    /// The two are stopped and started together, until one has been so too often.
    RESTARTED_WITH_OTHERS(it ->
            it.isRestartedWithOthers()
                    ? Ruling.undecided(
                            GeneralRule.RESTARTED_WITH_OTHERS,
                            false,
                            "ends and is started again with what it requires")
                    : null),
    /// Packages tell of it: [dev.capdrop.core.snapshot.Systemd#rivals].
    RIVALS(StartRule::rivals),
    /// By what a record of it has settled, where it might use what is dropped.
    SETTLED(it -> {
        Rule rule = it.before() == Outcome.FAILED ? null : it.settling();
        return rule == null ? null : Ruling.same(rule, it.before());
    }),
    AS_BEFORE(it -> Ruling.same(GeneralRule.AS_BEFORE, it.before()));

    private final Function<Candidate, @Nullable Ruling> rule;

    StartRule(Function<Candidate, @Nullable Ruling> rule) {
        this.rule = rule;
    }

    /// What becomes of this unit.
    static Ruling of(Candidate unit) {
        for (StartRule rule : values()) {
            Ruling ruling = rule.rule.apply(unit);
            if (ruling != null) {
                return ruling;
            }
        }
        throw new AssertionError("the last row decides about everything");
    }

    private static @Nullable Ruling conflict(Candidate it) {
        String opponent = it.facts().opponents().get(it.unit().name());
        return opponent == null
                ? null
                : Ruling.undecided(
                        GeneralRule.CONFLICT,
                        false,
                        "conflicts with " + opponent + ": one of them is started");
    }

    private static @Nullable Ruling conditions(Candidate it) {
        Outlook next = it.question().next();
        List<Condition.Tested> conditions = it.unit().conditions();
        boolean byDrop = it.question().turnedByDrop(it.unit());
        return switch (next.list(conditions)) {
            case FAILED, ERROR ->
                    new Decided(
                            GeneralRule.CONDITIONS,
                            Outcome.SKIPPED,
                            byDrop ? TurnedBy.DROP : TurnedBy.RESTART,
                            Why.of(next.refusal(conditions)));
            case SUCCEEDED -> null;
            case UNTESTED, UNDECIDED ->
                    new LeftUndecided(
                            GeneralRule.CONDITIONS,
                            byDrop,
                            Why.of(it.untested() + next.undecided(conditions)),
                            next.settledBy(conditions));
        };
    }

    private static @Nullable Ruling assertions(Candidate it) {
        Outlook next = it.question().next();
        if (it.nextAsserts() == Condition.Result.FAILED) {
            boolean byDrop = it.restartAsserts() != Condition.Result.FAILED;
            return new Decided(
                    GeneralRule.ASSERTIONS,
                    Outcome.NOT_STARTED,
                    byDrop ? TurnedBy.DROP : TurnedBy.RESTART,
                    Why.of("an assertion does not hold"));
        }
        return it.isUndecided()
                ? new LeftUndecided(
                        GeneralRule.ASSERTIONS,
                        it.nextAsserts() != it.restartAsserts(),
                        Why.of(it.untested() + next.undecidedAssertions(it.asserts())),
                        next.settledBy(it.asserts()))
                : null;
    }

    private static @Nullable Ruling confined(Candidate it) {
        AppArmorLimits.Refusal refusal = it.confined();
        if (refusal == null) {
            return null;
        }
        Why why = Why.of(refusal.why());
        return refusal.certain()
                ? new Decided(GeneralRule.CONFINED, Outcome.FAILED, TurnedBy.RESTART, why)
                : new LeftUndecided(
                        GeneralRule.CONFINED, false, why, it.facts().confinement().remedy());
    }

    private static @Nullable Ruling rivals(Candidate it) {
        List<String> rivals = it.facts().systemd().rivals().get(it.unit().name());
        return rivals == null
                ? null
                : Ruling.undecided(
                        GeneralRule.RIVALS,
                        false,
                        "may want the same address as "
                                + String.join(", ", rivals)
                                + ", and which of them has it is another one in each boot");
    }
}
