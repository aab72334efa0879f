package dev.capdrop.core.forecast;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.execution.AppArmorLimits;
import dev.capdrop.core.execution.Shortfalls.Shortfall;
import dev.capdrop.core.execution.Why;
import dev.capdrop.core.forecast.Forecast.Effect.TurnedBy;
import dev.capdrop.core.forecast.Ruling.Decided;
import dev.capdrop.core.forecast.Ruling.LeftUndecided;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.rule.Rule.GeneralRule;
import dev.capdrop.core.snapshot.Outcome;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The rules about a unit that the next boot starts, by itself and whatever becomes of others: the
/// first that says anything decides. The order is systemd's own: what takes the unit out of the
/// boot comes before its conditions, these before its assertions, and both before what it executes
/// (src/core/unit.c, `unit_start`). What systemd or the kernel refuses already does not begin to
/// work with less. What is known of each rule, its source first, stands in [GeneralRule].
final class StartRules {
    private static final List<Function<Candidate, @Nullable Ruling>> IN_ORDER =
            List.of(
                    it ->
                            it.unit().detail().files().needDaemonReload()
                                    ? new LeftUndecided(
                                            GeneralRule.FILES_CHANGED,
                                            false,
                                            Ruling.meaning(GeneralRule.FILES_CHANGED),
                                            "systemctl daemon-reload")
                                    : null,
                    // See Dependency.
                    it ->
                            it.isHeldUp()
                                    ? Ruling.same(GeneralRule.HELD_UP, Outcome.NOT_STARTED)
                                    : null,
                    StartRules::conflict,
                    when(GeneralRule.CIRCLE, it -> it.facts().circles().contains(it.unit().name())),
                    StartRules::conditions,
                    StartRules::assertions,
                    it ->
                            it.before() == Outcome.SKIPPED
                                    ? Ruling.undecided(
                                            GeneralRule.NEVER_STARTED,
                                            it.question().restartOnly().list(it.unit().conditions())
                                                    == Condition.Result.FAILED)
                                    : null,
                    // It was enabled since the boot, or belongs to another default target.
                    when(GeneralRule.NEVER_TRIED, Candidate::isUntried),
                    StartRules::freed,
                    when(GeneralRule.ENDED_LATER, Candidate::endedAfterBoot),
                    StartRules::misses,
                    it ->
                            it.question().freed().victims().contains(it.unit().name())
                                    ? Ruling.undecided(GeneralRule.WITH_FREED, true)
                                    : null,
                    when(GeneralRule.FAILED_BY_ITSELF, StartRules::failedByItself),
                    // Without any drop the next two rules leave it undecided, too.
                    it ->
                            it.shortfall() instanceof Shortfall.Undecided open
                                            && it.before() != Outcome.FAILED
                                    ? new Ruling.MayUse(
                                            open, !it.isEndedDaemon() && !it.unit().loops())
                                    : null,
                    // What serves does not end by itself.
                    when(GeneralRule.DAEMON_ENDED, Candidate::isEndedDaemon),
                    when(GeneralRule.LOOPS, it -> it.unit().loops()),
                    StartRules::confined,
                    // The two are stopped and started together, until one has been so too often.
                    when(GeneralRule.RESTARTED_WITH_OTHERS, Candidate::isRestartedWithOthers),
                    StartRules::rivals,
                    it -> {
                        Rule settling = it.before() == Outcome.FAILED ? null : it.settling();
                        Rule rule = settling == null ? GeneralRule.AS_BEFORE : settling;
                        return Ruling.same(rule, it.before());
                    });

    static Ruling of(Candidate unit) {
        for (Function<Candidate, @Nullable Ruling> rule : IN_ORDER) {
            Ruling ruling = rule.apply(unit);
            if (ruling != null) {
                return ruling;
            }
        }
        throw new AssertionError("the last rule decides about everything");
    }

    private static Function<Candidate, @Nullable Ruling> when(
            Rule rule, Predicate<Candidate> applies) {
        return it -> applies.test(it) ? Ruling.undecided(rule, false) : null;
    }

    private static boolean failedByItself(Candidate it) {
        return it.before() == Outcome.FAILED
                && Diagnosis.isOwnFailure(it.unit(), it.facts().seen());
    }

    /// See [BootSet#opponents].
    private static @Nullable Ruling conflict(Candidate it) {
        String opponent = it.facts().bootSet().opponents().get(it.unit().name());
        return opponent == null
                ? null
                : Ruling.undecided(
                        GeneralRule.CONFLICT,
                        false,
                        Why.of("conflicts with " + opponent + ": one of them is started"));
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
        if (Conditions.list(it.asserts()) == Condition.Result.FAILED) {
            boolean byDrop = it.restartAsserts() == Condition.Result.FAILED;
            return Ruling.undecided(GeneralRule.NEVER_STARTED, byDrop);
        }
        return it.before() == Outcome.UNDECIDED
                ? new LeftUndecided(
                        GeneralRule.ASSERTIONS,
                        it.nextAsserts() != it.restartAsserts(),
                        Why.of(it.untested() + next.undecidedAssertions(it.asserts())),
                        next.settledBy(it.asserts()))
                : null;
    }

    /// Decides on a unit that AppArmor no longer hinders. What its program does once it is set up
    /// nobody has seen.
    private static @Nullable Ruling freed(Candidate it) {
        boolean misses =
                it.shortfall() instanceof Shortfall.Failure
                        || it.shortfall() instanceof Shortfall.Skip;
        return it.question().freed().refused().contains(it.unit().name()) && !misses
                ? new Decided(
                        GeneralRule.FREED,
                        Outcome.STARTED,
                        TurnedBy.NESTING,
                        Ruling.meaning(GeneralRule.FREED))
                : null;
    }

    /// See [dev.capdrop.core.execution.Shortfalls.Shortfalls]; what it hangs on,
    /// [dev.capdrop.core.unit.Dependency].
    private static @Nullable Ruling misses(Candidate it) {
        return switch (it.shortfall()) {
            case Shortfall.Skip skip ->
                    new Decided(skip.rule(), Outcome.SKIPPED, TurnedBy.DROP, skip.why());
            case Shortfall.Failure failure ->
                    it.restsWithOthers()
                            ? Ruling.undecided(
                                    GeneralRule.FAILS_IF_TRIED,
                                    true,
                                    Why.of("fails if what it requires is up: ").then(failure.why()))
                            : new Ruling.Fails(failure);
            case Shortfall.None _, Shortfall.Undecided _ -> null;
        };
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

    /// Packages tell of it ([dev.capdrop.core.snapshot.Systemd#rivals]), or the boot that was seen.
    private static @Nullable Ruling rivals(Candidate it) {
        List<String> rivals = it.facts().systemd().rivals().get(it.unit().name());
        rivals = rivals == null ? it.facts().beatenBy(it.unit()) : rivals;
        return rivals.isEmpty()
                ? null
                : Ruling.undecided(
                        GeneralRule.RIVALS,
                        false,
                        Why.of(
                                "may want the same address as %s, and which of them has it is another one in each boot"
                                        .formatted(String.join(", ", rivals))));
    }
}
