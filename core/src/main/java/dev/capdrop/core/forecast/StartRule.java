package dev.capdrop.core.forecast;

import dev.capdrop.core.condition.ConditionResult;
import dev.capdrop.core.condition.TestedCondition;
import dev.capdrop.core.execution.AppArmorLimits;
import dev.capdrop.core.execution.Shortfall;
import dev.capdrop.core.execution.Why;
import dev.capdrop.core.forecast.Effect.TurnedBy;
import dev.capdrop.core.forecast.Ruling.Decided;
import dev.capdrop.core.forecast.Ruling.Open;
import dev.capdrop.core.snapshot.Outcome;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The rules about a unit that the next boot starts, by itself and whatever becomes of others: a
/// row each, and the first that says anything decides. The order is systemd's own: what takes the
/// unit out of the boot comes before its conditions, these before its assertions, and both before
/// what it executes (src/core/unit.c, `unit_start`). What systemd or the kernel refuses already
/// does not begin to work with less.
enum StartRule {
    /// Source: systemctl(1), "daemon-reload"; src/core/unit.c, `unit_need_daemon_reload`.
    CHANGED_FILES(it ->
            it.filesChanged()
                    ? new Open(
                            false,
                            Why.of("its files changed since systemd read them"),
                            "systemctl daemon-reload")
                    : null),
    /// Source: [dev.capdrop.core.unit.Dependency]; src/core/job.c, `job_fail_dependencies`.
    HELD_UP(it -> it.isHeldUp() ? Ruling.same(Outcome.NOT_STARTED) : null),
    /// Source: [Opponents].
    CONFLICT(StartRule::conflict),
    /// Source: [OrderingCycles].
    CIRCLE(it ->
            it.facts().circles().contains(it.unit().name())
                    ? Ruling.open(
                            false,
                            "is ordered after itself by way of others: systemd leaves one of"
                                    + " the circle out")
                    : null),
    /// Source: systemd.unit(5), "Conditions and Asserts"; src/core/unit.c, `unit_test_condition`.
    CONDITIONS(StartRule::conditions),
    /// Source: systemd.unit(5), "Conditions and Asserts"; src/core/unit.c, `unit_test_assert`.
    ASSERTIONS(StartRule::assertions),
    /// Nobody has seen what it does when it is not skipped.
    NEVER_SKIPPED(it ->
            it.before() == Outcome.SKIPPED
                    ? Ruling.open(
                            it.question().restartOnly().list(it.unit().conditions())
                                    == ConditionResult.FAILED,
                            "its conditions will hold; what it does then is not known")
                    : null),
    /// What was enabled since the boot, or belongs to another default target.
    NEVER_TRIED(it ->
            it.before() == Outcome.NOT_STARTED && !it.isKeptBack()
                    ? Ruling.open(false, "this boot has not tried to start it")
                    : null),
    /// Source: [dev.capdrop.core.execution.Nesting]. What its program does once it is set up nobody
    /// has seen.
    FREED(it ->
            it.isFreed()
                            && !(it.shortfall() instanceof Shortfall.Failure)
                            && !(it.shortfall() instanceof Shortfall.Skip)
                    ? new Decided(
                            Outcome.STARTED,
                            TurnedBy.NESTING,
                            Why.of("AppArmor no longer refuses its mounts"))
                    : null),
    /// What the boot made of it is not what the snapshot shows.
    ENDED_LATER(it ->
            it.endedAfterBoot()
                    ? Ruling.open(false, "it ended after the boot; the restart starts it again")
                    : null),
    /// Source: [Shortfall.Skip].
    SKIPPED_BY_PROGRAM(it ->
            it.shortfall() instanceof Shortfall.Skip skip
                    ? new Decided(Outcome.SKIPPED, TurnedBy.DROP, skip.why())
                    : null),
    /// Source: [dev.capdrop.core.execution.Shortfalls]; what it hangs on,
    /// [dev.capdrop.core.unit.Dependency].
    FAILS_IF_TRIED(it ->
            it.shortfall() instanceof Shortfall.Failure failure && it.restsWithOthers()
                    ? Ruling.open(
                            true, Why.of("fails if what it requires is up: ").then(failure.why()))
                    : null),
    /// Source: [dev.capdrop.core.execution.Shortfalls].
    FAILS(it ->
            it.shortfall() instanceof Shortfall.Failure failure ? new Ruling.Fails(failure) : null),
    /// Source: [dev.capdrop.core.diagnosis.Cause.BroughtDown].
    WITH_FREED(it ->
            it.wentDownWithFreed()
                    ? Ruling.open(
                            true, "went down with a unit of which AppArmor refuses no mounts then")
                    : null),
    /// Source: [OwnFailure].
    FAILED_BY_ITSELF(it ->
            it.before() == Outcome.FAILED && OwnFailure.is(it.unit(), it.facts().init())
                    ? Ruling.open(false, "its own program failed, as it need not at every boot")
                    : null),
    /// Source: [dev.capdrop.core.execution.Shortfalls].
    MAY_USE(it ->
            it.shortfall() instanceof Shortfall.Open open && it.before() != Outcome.FAILED
                    ? new Ruling.MayUse(open)
                    : null),
    /// Source: systemd.service(5), "Type=": what serves does not end by itself.
    DAEMON_ENDED(it ->
            it.before() == Outcome.INACTIVE && it.isDaemon()
                    ? Ruling.open(false, "its own program ended, as it need not at every boot")
                    : null),
    /// Source: systemd.service(5), "Restart="; src/core/service.c, `service_enter_restart`.
    LOOPS(it ->
            it.unit().loops()
                    ? Ruling.open(
                            false,
                            "systemd has started it again by itself: the instant decides"
                                    + " whether it seems active or failed")
                    : null),
    /// Source: [dev.capdrop.core.execution.AppArmorLimits].
    CONFINED(StartRule::confined),
    /// The two are stopped and started together, until one has been so too often. Source:
    /// systemd.service(5), "Restart="; systemd.unit(5), "StartLimitIntervalSec=".
    RESTARTED_WITH_OTHERS(it ->
            it.isRestartedWithOthers()
                    ? Ruling.open(false, "ends and is started again with what it requires")
                    : null),
    /// Source: Debian Policy 7.5, by which packages tell of it
    /// ([dev.capdrop.core.snapshot.Systemd#rivals]).
    RIVALS(StartRule::rivals),
    /// Nothing turns it.
    AS_BEFORE(it -> Ruling.same(it.before()));

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
                : Ruling.open(false, "conflicts with " + opponent + ": one of them is started");
    }

    private static @Nullable Ruling conditions(Candidate it) {
        Outlook next = it.question().next();
        List<TestedCondition> conditions = it.unit().conditions();
        boolean byDrop = it.question().turnedByDrop(it.unit());
        return switch (next.list(conditions)) {
            case FAILED, ERROR ->
                    new Decided(
                            Outcome.SKIPPED,
                            byDrop ? TurnedBy.DROP : TurnedBy.RESTART,
                            Why.of(next.refusal(conditions)));
            case SUCCEEDED -> null;
            case UNTESTED, UNDECIDED ->
                    new Open(
                            byDrop,
                            Why.of(it.untested() + next.open(conditions)),
                            next.settledBy(conditions));
        };
    }

    private static @Nullable Ruling assertions(Candidate it) {
        Outlook next = it.question().next();
        if (it.nextAsserts() == ConditionResult.FAILED) {
            boolean byDrop = it.restartAsserts() != ConditionResult.FAILED;
            return new Decided(
                    Outcome.NOT_STARTED,
                    byDrop ? TurnedBy.DROP : TurnedBy.RESTART,
                    Why.of("an assertion does not hold"));
        }
        return it.isOpen()
                ? new Open(
                        it.nextAsserts() != it.restartAsserts(),
                        Why.of(it.untested() + next.openAssertions(it.asserts())),
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
                ? new Decided(Outcome.FAILED, TurnedBy.RESTART, why)
                : new Open(false, why, it.facts().confinement().remedy());
    }

    private static @Nullable Ruling rivals(Candidate it) {
        List<String> rivals = it.facts().systemd().rivals().get(it.unit().name());
        return rivals == null
                ? null
                : Ruling.open(
                        false,
                        "may want the same address as "
                                + String.join(", ", rivals)
                                + ", and which of them has it is another one in each boot");
    }
}
