package dev.capdrop.core.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.observe.Observation.Coverage;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.Observation.Tallies;
import dev.capdrop.core.observe.Observation.Tallies.Tally;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UseHistoryTest {
    private static final int CHOWN = 0;
    private static final int SYS_TIME = 25;
    private static final Instant NOW = Instant.parse("2026-05-04T10:00:00Z");
    private static final UseHistory NONE = UseHistory.none("it", NOW);

    @Test
    void whatWasLearntAddsUp() {
        UseHistory all =
                NONE.plus(seen(1, 0, tally("web.service", 3, 1, 2)), NOW)
                        .plus(seen(1, 0, tally("web.service", 4, 5, 9)), NOW.plusSeconds(60));
        assertThat(all.covered())
                .isEqualTo(new UseHistory.Covered(20, 2, 0, CapabilitySet.EMPTY, 20));
        assertThat(all.last()).isEqualTo(NOW.plusSeconds(60));
        UnitHistory web = unit(all, "web.service");
        assertThat(web.boots()).isEqualTo(2);
        assertThat(web.uses())
                .containsExactly(
                        new UnitHistory.Use(
                                CHOWN,
                                Meaning.USED,
                                7,
                                Instant.ofEpochSecond(1),
                                Instant.ofEpochSecond(9),
                                Instant.ofEpochSecond(9)));
        assertThat(all.used()).isEqualTo(CapabilitySet.of("chown"));
    }

    /// Which of its checks were lost, nobody knows.
    @Test
    void aBootOfWhichChecksWereLostIsNoWholeOne() {
        UseHistory all = NONE.plus(seen(1, 17, tally("web.service", 3, 1, 2)), NOW);
        assertThat(all.covered())
                .isEqualTo(new UseHistory.Covered(10, 0, 17, CapabilitySet.EMPTY, 0));
        assertThat(unit(all, "web.service").boots()).isZero();
    }

    /// What was lost may have been a use of anything, at a time of the day that has to come again.
    @Test
    void aWatchWithLossesHasToBeMadeUpForByOneWithout() {
        UseHistory day = NONE.plus(seen(1, 0), NOW);
        for (int i = 0; i < 600; i++) {
            day = day.plus(seen(0, i == 299 ? 1 : 0), NOW);
        }
        assertThat(day.covered().sinceLoss()).isEqualTo(3000);
        assertThat(day.covered().lossy()).isEqualTo(10);
        assertThat(day.covered().isThin()).isTrue();
        assertThat(day.plus(seen(0, 0), NOW).covered().lossy()).isZero();
        assertThat(day.plus(seen(0, 0), NOW).covered().isThin()).isFalse();
    }

    @Test
    void whatCouldNotBeToldYetWhenItWasWrittenDownStaysLost() {
        Observation before = seen(0, 1);
        UseHistory all = NONE.plus(before, NOW).plus(seen(0, 0).since(before), NOW);
        assertThat(all.covered().lost()).isEqualTo(1);
    }

    @Test
    void aShortWatchWithLossesIsMadeUpForInTenMinutesAndALongOneInADay() {
        assertThat(new UseHistory.Covered(30, 1, 5, CapabilitySet.EMPTY, 0).lossy()).isEqualTo(600);
        assertThat(new UseHistory.Covered(9_000_000, 90, 5, CapabilitySet.EMPTY, 0).lossy())
                .isEqualTo(86_400);
        assertThat(new UseHistory.Covered(0, 0, 0, CapabilitySet.EMPTY, 0).lossy()).isZero();
    }

    @Test
    void aBootInWhichAUnitFailedSaysNothingOfIt() {
        Observation seen =
                seen(0, 0, tally("web.service", 3, 1, 2)).withBoot(Set.of("web.service"));
        UseHistory all = NONE.plus(seen, NOW);
        assertThat(all.covered().boots()).isEqualTo(1);
        assertThat(all.sawBootOf("web.service")).isFalse();
        assertThat(all.neverGranted("web.service")).isEqualTo(CapabilitySet.EMPTY);
        assertThat(unit(all, "web.service").used()).isNotEqualTo(CapabilitySet.EMPTY);
        UseHistory other =
                NONE.plus(
                        seen(0, 0, tally("web.service", 3, 1, 2)).withBoot(Set.of("a.service")),
                        NOW);
        assertThat(other.sawBootOf("web.service")).isTrue();
    }

    @Test
    void whatAServiceAsksForAfterABootIsItsWork() {
        Observation boot = seen(0, 0, tally("web.service", 3, 10, 20)).withBoot(Set.of());
        UseHistory idle = NONE.plus(boot.withBootUntil(boot.lastCheck()), NOW);
        assertThat(unit(idle, "web.service").worked()).isNull();
        assertThat(unit(idle, "web.service").usedAtWork(CHOWN)).isZero();
        Observation later = seen(0, 0, tally("web.service", 4, 10, 21)).withBootUntil(20);
        UseHistory all = idle.plus(later, NOW);
        assertThat(unit(all, "web.service").worked()).isNotNull();
        assertThat(unit(all, "web.service").usedAtWork(CHOWN)).isEqualTo(7);
        assertThat(unit(all.plus(boot.withBootUntil(20), NOW), "web.service").worked()).isNotNull();
    }

    /// Answering a page asks for nothing.
    @Test
    void whatTakesTheProcessorAfterItsStartWorksToo() {
        Observation boot = seen(0, 0, tally("web.service", 3, 10, 20)).withBoot(Set.of());
        UseHistory idle = NONE.plus(boot.withBootUntil(boot.lastCheck()), NOW);
        Coverage coverage =
                new Coverage(
                        10,
                        0,
                        0,
                        Coverage.End.TIME,
                        List.of("web.service"),
                        CapabilitySet.EMPTY,
                        Map.of(),
                        new Coverage.UnitResults(Set.of(), Set.of("web.service")));
        Observation busy =
                new Observation(NOW, false, CapabilitySet.EMPTY, List.of(), coverage, 20);
        UnitHistory web = unit(idle.plus(busy, NOW.plusSeconds(60)), "web.service");
        assertThat(web.worked()).isEqualTo(NOW.plusSeconds(60));
        assertThat(web.boots()).isEqualTo(1);
        assertThat(web.uses()).hasSize(1);
        assertThat(busy.since(busy).coverage().worked()).isEmpty();
    }

    @Test
    void whatAKernelDoesNotTellOfIsNeverCalledNotAskedFor() {
        Coverage coverage =
                new Coverage(
                        10,
                        1,
                        0,
                        Coverage.End.TIME,
                        List.of("web.service"),
                        CapabilitySet.of("setpcap"),
                        Map.of(),
                        Coverage.UnitResults.NONE);
        List<Tally> some = List.of(new Tally("web.service", 24, Meaning.NEVER_HONOURED, 2, 1, 1));
        Observation probed = new Observation(NOW, false, CapabilitySet.EMPTY, some, coverage, 0);
        UseHistory all = NONE.plus(probed.since(null).withBoot(Set.of()), NOW);
        for (int boot = 1; boot < UseHistory.ENOUGH_BOOTS; boot++) {
            all = all.plus(seen(1, 0), NOW);
        }
        assertThat(all.covered().unseen()).isEqualTo(CapabilitySet.of("setpcap"));
        assertThat(all.neverGranted("web.service"))
                .isEqualTo(CapabilitySet.upTo(63).minus(CapabilitySet.of("setpcap")));
    }

    /// systemd makes the control group of a unit that it never comes to execute anything for.
    @Test
    void aUnitThatMadeNoCheckAtAllHasNotRun() {
        Coverage coverage =
                new Coverage(
                        10,
                        1,
                        0,
                        Coverage.End.TIME,
                        List.of("web.service"),
                        CapabilitySet.EMPTY,
                        Map.of(),
                        Coverage.UnitResults.NONE);
        UseHistory all =
                NONE.plus(
                        new Observation(NOW, false, CapabilitySet.EMPTY, List.of(), coverage, 0),
                        NOW);
        assertThat(all.sawBootOf("web.service")).isFalse();
        assertThat(all.neverGranted("web.service").isEmpty()).isTrue();
    }

    @Test
    void theBootsOfAUnitBeginAnewWithItsUpgradeAndWhatItWasSeenToDoStays() {
        UseHistory old = NONE.plus(made("old"), NOW).plus(made("old"), NOW).plus(made("old"), NOW);
        assertThat(unit(old, "web.service").boots()).isEqualTo(3);
        assertThat(old.neverGranted("web.service").isEmpty()).isFalse();
        UseHistory upgraded = old.plus(made("new"), NOW);
        assertThat(unit(upgraded, "web.service").boots()).isEqualTo(1);
        assertThat(unit(upgraded, "web.service").origin()).isEqualTo("new");
        assertThat(upgraded.neverGranted("web.service"))
                .isEqualTo(CapabilitySet.upTo(63).minus(CapabilitySet.of("chown")));
        assertThat(upgraded.used()).isEqualTo(CapabilitySet.of("chown"));
        assertThat(unit(upgraded.plus(made("new"), NOW), "web.service").boots()).isEqualTo(2);
        assertThat(unit(old.plus(made(""), NOW), "web.service").origin()).isEqualTo("old");
    }

    @Test
    void whatWasLearntBeforeAnUpgradeSettlesNothing() {
        UseHistory old = NONE.plus(made("old"), NOW).plus(made("old"), NOW).plus(made("old"), NOW);
        assertThat(old.asOf(Map.of("web.service", "old"))).isEqualTo(old);
        assertThat(old.asOf(Map.of())).isEqualTo(old);
        UseHistory now = old.asOf(Map.of("web.service", "new"));
        assertThat(unit(now, "web.service").upgraded()).isTrue();
        assertThat(now.neverGranted("web.service").isEmpty()).isTrue();
        assertThat(now.sawBootOf("web.service")).isFalse();
        assertThat(now.used()).isEqualTo(CapabilitySet.of("chown"));
    }

    /// A whole boot of a service that is made of this, and uses chown.
    private static Observation made(String origin) {
        Coverage coverage =
                new Coverage(
                        10,
                        1,
                        0,
                        Coverage.End.TIME,
                        List.of("web.service"),
                        CapabilitySet.EMPTY,
                        origin.isEmpty() ? Map.of() : Map.of("web.service", origin),
                        Coverage.UnitResults.NONE);
        Tally chown = new Tally("web.service", CHOWN, Meaning.USED, 1, 1, 1);
        return new Observation(NOW, false, CapabilitySet.EMPTY, List.of(chown), coverage, 0);
    }

    @Test
    void whatTheHostDidIsNotKept() {
        Tally host = new Tally("web.service", CHOWN, Meaning.HOST, 1, 1, 1);
        Tally vain = new Tally("web.service", SYS_TIME, Meaning.NEVER_HONOURED, 1, 1, 1);
        UseHistory all = NONE.plus(seen(0, 0, host, vain), NOW);
        assertThat(unit(all, "web.service").uses()).hasSize(1);
        assertThat(all.used()).isEqualTo(CapabilitySet.EMPTY);
        assertThat(all.units(SYS_TIME, Meaning.NEVER_HONOURED)).containsExactly("web.service");
    }

    /// A container makes up names of units as it likes.
    @Test
    void unitsBeyondANumberShareOneNameAndTheirUsesStay() {
        UseHistory all = NONE;
        for (int i = 0; i < UseHistory.MOST_UNITS + 50; i++) {
            Tally one = new Tally("run-" + i + ".service", CHOWN, Meaning.USED, 1, 1, i * 1000L);
            Observation seen =
                    new Observation(
                            NOW.plusSeconds(i),
                            false,
                            CapabilitySet.EMPTY,
                            List.of(one),
                            new Coverage(
                                    1,
                                    0,
                                    0,
                                    Coverage.End.TIME,
                                    List.of(),
                                    CapabilitySet.EMPTY,
                                    Map.of(),
                                    Coverage.UnitResults.NONE),
                            0);
            all = all.plus(seen, NOW.plusSeconds(i));
        }
        assertThat(all.units()).hasSize(UseHistory.MOST_UNITS);
        assertThat(all.unit("run-0.service")).isNull();
        assertThat(all.unit("run-1049.service")).isNotNull();
        assertThat(unit(all, Tallies.OTHER_UNITS).uses().getFirst().count()).isEqualTo(51);
    }

    @Test
    void onlyWhatAnEarlierLookHadNotSeenIsAdded() {
        Observation first = seen(0, 1, tally("web.service", 3, 1, 2));
        Observation later =
                new Observation(
                        Instant.EPOCH,
                        false,
                        CapabilitySet.EMPTY,
                        List.of(tally("web.service", 5, 1, 4), tally("a.service", 1, 3, 3)),
                        new Coverage(
                                15,
                                1,
                                1,
                                Coverage.End.TIME,
                                List.of("web.service"),
                                CapabilitySet.EMPTY,
                                Map.of(),
                                Coverage.UnitResults.NONE),
                        0);
        Observation rest = later.since(first);
        assertThat(rest.tallies())
                .extracting(tally -> tally.unit() + " " + tally.count())
                .containsExactly("web.service 2", "a.service 1");
        assertThat(rest.coverage())
                .isEqualTo(
                        new Coverage(
                                5,
                                1,
                                0,
                                Coverage.End.TIME,
                                List.of("web.service"),
                                CapabilitySet.EMPTY,
                                Map.of(),
                                Coverage.UnitResults.NONE));
    }

    private static Tally tally(String unit, long count, long first, long last) {
        long second = 1_000_000_000;
        return new Tally(unit, CHOWN, Meaning.USED, count, first * second, last * second);
    }

    private static Observation seen(int boots, long lost, Tally... tallies) {
        Coverage coverage =
                new Coverage(
                        10,
                        boots,
                        lost,
                        Coverage.End.TIME,
                        List.of("web.service"),
                        CapabilitySet.EMPTY,
                        Map.of(),
                        Coverage.UnitResults.NONE);
        return new Observation(
                Instant.EPOCH, false, CapabilitySet.EMPTY, List.of(tallies), coverage, 0);
    }

    private static UnitHistory unit(UseHistory all, String name) {
        return Objects.requireNonNull(all.unit(name));
    }
}
