package dev.capdrop.core.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The search for a minimal set.
final class NarrowingTest {
    private static final CapabilitySet ALL = CapabilitySet.upTo(40);

    /// Lets a container that needs these be narrowed down.
    ///
    /// @return the number of boots
    private static int narrow(Narrowing narrowing, CapabilitySet needed, int parallel) {
        int boots = 0;
        List<CapabilitySet> sets = narrowing.next(parallel);
        while (!sets.isEmpty()) {
            assertThat(sets.size()).isLessThanOrEqualTo(parallel);
            for (CapabilitySet set : sets) {
                boots++;
                if (set.containsAll(needed)) {
                    narrowing.works(set);
                } else {
                    narrowing.fails(set);
                }
            }
            sets = narrowing.next(parallel);
        }
        return boots;
    }

    private static void isExact(Narrowing narrowing, CapabilitySet needed) {
        assertThat(narrowing.needed()).isEqualTo(needed);
        assertThat(isMinimal(narrowing)).isTrue();
        for (Capability capability : needed) {
            CapabilitySet failed = narrowing.shownBy(capability);
            assertThat(failed).isNotNull();
            assertThat(failed.contains(capability)).isFalse();
            assertThat(failed.with(capability).containsAll(needed)).isTrue();
        }
    }

    /// All 128 sets of seven.
    @Test
    void whateverIsNeededOfSevenIsFoundExactly() {
        CapabilitySet seven = CapabilitySet.upTo(6);
        for (long bits = 0; bits < 128; bits++) {
            CapabilitySet needed = new CapabilitySet(bits);
            for (int parallel = 1; parallel <= 3; parallel++) {
                Narrowing narrowing =
                        new Narrowing(seven, CapabilitySet.EMPTY, CapabilitySet.EMPTY);
                narrow(narrowing, needed, parallel);
                isExact(narrowing, needed);
            }
        }
    }

    @Test
    void aWrongGuessChangesNothingOfTheResult() {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            CapabilitySet needed = some(random).intersect(some(random));
            Narrowing narrowing = new Narrowing(ALL, some(random), some(random));
            narrow(narrowing, needed, 1 + random.nextInt(4));
            isExact(narrowing, needed);
        }
    }

    private static CapabilitySet some(Random random) {
        return new CapabilitySet(random.nextLong()).intersect(ALL);
    }

    /// The guess, then one for each.
    @Test
    void aRightGuessCostsOneBootForEachThatIsKept() {
        CapabilitySet needed = CapabilitySet.of("chown", "setuid", "setgid", "kill", "sys_admin");
        assertThat(narrow(new Narrowing(ALL, needed, CapabilitySet.EMPTY), needed, 1)).isEqualTo(6);
    }

    @Test
    void whatIsHopelessGoesInOneBoot() {
        CapabilitySet needed = CapabilitySet.of("chown");
        CapabilitySet hopeless = ALL.minus(CapabilitySet.of("chown", "kill"));
        // nothing at all, all hopeless ones, and one for each of the other two
        assertThat(narrow(new Narrowing(ALL, CapabilitySet.EMPTY, hopeless), needed, 1))
                .isLessThanOrEqualTo(4);
    }

    /// One after the other would take 41.
    @Test
    void withoutAGuessItTakesFewerBootsThanOneAfterTheOther() {
        CapabilitySet needed = CapabilitySet.of("chown", "net_bind_service");
        Narrowing narrowing = new Narrowing(ALL, CapabilitySet.EMPTY, CapabilitySet.EMPTY);
        assertThat(narrow(narrowing, needed, 1)).isLessThan(25);
        isExact(narrowing, needed);
    }

    @Test
    void aFailureByChanceIsTakenBackByABootWithLessThatWorks() {
        CapabilitySet three = CapabilitySet.upTo(2);
        Narrowing narrowing = new Narrowing(three, CapabilitySet.EMPTY, CapabilitySet.EMPTY);
        narrowing.fails(new CapabilitySet(0b110));
        narrowing.works(new CapabilitySet(0b010));
        assertThat(narrowing.shownBy(new Capability(0))).isNull();
        assertThat(narrowing.needed()).isEqualTo(new CapabilitySet(0b010));
    }

    @Test
    void whatWasNotTriedIsNotShownToBeNeeded() {
        Narrowing narrowing = new Narrowing(ALL, CapabilitySet.EMPTY, CapabilitySet.EMPTY);
        assertThat(isMinimal(narrowing)).isFalse();
        assertThat(narrowing.shownBy(Capability.of("chown"))).isNull();
    }

    private static boolean isMinimal(Narrowing narrowing) {
        return narrowing.needed().stream().allMatch(one -> narrowing.shownBy(one) != null);
    }
}
