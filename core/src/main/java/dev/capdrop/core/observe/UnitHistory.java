package dev.capdrop.core.observe;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.Observation.Tallies;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The observations of one unit in all watches together.
///
/// @param unit its name; empty for the processes that are in none
/// @param boots in how many whole boots it had processes
/// @param origin its make when its boots were seen; empty where that is not known
/// @param upgraded whether that has changed, so that what it never did says nothing
/// @param worked when it was last seen at work, outside of a boot or by processor time, or null
/// @param later entries of a later version of capdrop, which this one does not understand
public record UnitHistory(
        String unit,
        long boots,
        Instant last,
        List<Use> uses,
        String origin,
        boolean upgraded,
        @Nullable Instant worked,
        List<LaterUse> later) {
    /// The checks of one capability that mean the same; `worked`: when the last outside a boot was.
    public record Use(
            int capability,
            Meaning meaning,
            long count,
            Instant first,
            Instant last,
            @Nullable Instant worked) {
        private Use plus(Use other) {
            return new Use(
                    capability,
                    meaning,
                    saturated(count, other.count),
                    first.isBefore(other.first) ? first : other.first,
                    last.isAfter(other.last) ? last : other.last,
                    later(worked, other.worked));
        }

        private Use workedUntil(@Nullable Instant end) {
            Instant latest = end == null || first.isAfter(end) ? null : end;
            return new Use(capability, meaning, count, first, last, latest);
        }

        private Key key() {
            return new Key(capability, meaning);
        }
    }

    private record Key(int capability, Meaning meaning) {
        static final Comparator<Key> ORDER =
                Comparator.comparingInt(Key::capability).thenComparing(Key::meaning);
    }

    static UnitHistory seen(String unit, Instant last, List<Use> uses, @Nullable Instant worked) {
        return new UnitHistory(unit, 0, last, uses, "", false, worked, List.of());
    }

    UnitHistory amongOthers() {
        return new UnitHistory(Tallies.OTHER_UNITS, 0, last, uses, "", false, worked, later);
    }

    UnitHistory asOf(String now) {
        boolean other = !origin.isEmpty() && !now.isEmpty() && !origin.equals(now);
        return other ? new UnitHistory(unit, 0, last, uses, origin, true, worked, later) : this;
    }

    /// Returns this with the latest possible times of uses at work, which were not recorded.
    public UnitHistory estimated() {
        List<Use> estimated = uses.stream().map(use -> use.workedUntil(worked)).toList();
        return new UnitHistory(unit, boots, last, estimated, origin, upgraded, worked, later);
    }

    /// Whether the unit made a check of this meaning; an unknown entry counts as a use.
    public boolean has(int capability, Meaning meaning) {
        return uses.stream().anyMatch(use -> use.capability == capability && use.meaning == meaning)
                || (meaning == Meaning.USED && unclear().contains(new Capability(capability)));
    }

    CapabilitySet unclear() {
        return CapabilitySet.unionOf(later.stream().map(LaterUse::meant));
    }

    /// Returns the number of checks of this meaning; the largest for an entry not understood.
    public long count(int capability, Meaning meaning) {
        if (meaning == Meaning.USED && unclear().contains(new Capability(capability))) {
            return Long.MAX_VALUE;
        }
        return uses.stream()
                .filter(use -> use.capability == capability && use.meaning == meaning)
                .mapToLong(Use::count)
                .sum();
    }

    /// Whether the unit ran in a whole boot: whatever systemd executes makes some check.
    boolean ranInWholeBoot() {
        return boots > 0 && !uses.isEmpty();
    }

    /// Returns the capabilities that the unit was seen to use, or may have used.
    public CapabilitySet used() {
        return seenToUse().union(unclear());
    }

    public CapabilitySet seenToUse() {
        return uses.stream()
                .filter(use -> use.meaning == Meaning.USED)
                .map(use -> new Capability(use.capability))
                .collect(CapabilitySet.toCapabilitySet());
    }

    /// Returns how often it was seen to use this at work; the largest for an entry not understood.
    public long usedAtWork(int capability) {
        if (unclear().contains(new Capability(capability))) {
            return Long.MAX_VALUE;
        }
        return uses.stream()
                .filter(use -> use.capability == capability && use.meaning == Meaning.USED)
                .filter(use -> use.worked != null)
                .mapToLong(Use::count)
                .findFirst()
                .orElse(0);
    }

    UnitHistory plus(UnitHistory other) {
        Map<Key, Use> all = new TreeMap<>(Key.ORDER);
        uses.forEach(use -> all.put(use.key(), use));
        other.uses.forEach(use -> all.merge(use.key(), use, Use::plus));
        return new UnitHistory(
                unit,
                saturated(asOf(other.origin).boots, other.boots),
                last.isAfter(other.last) ? last : other.last,
                new ArrayList<>(all.values()),
                other.origin.isEmpty() ? origin : other.origin,
                false,
                later(worked, other.worked),
                merged(later, other.later));
    }

    private static @Nullable Instant later(@Nullable Instant left, @Nullable Instant other) {
        if (left == null || other == null) {
            return left == null ? other : left;
        }
        return left.isAfter(other) ? left : other;
    }

    private static List<LaterUse> merged(List<LaterUse> some, List<LaterUse> more) {
        Map<String, LaterUse> all = new TreeMap<>();
        some.forEach(use -> all.put(use.words(), use));
        more.forEach(use -> all.merge(use.words(), use, LaterUse::plus));
        return new ArrayList<>(all.values());
    }

    static long saturated(long left, long other) {
        return left > Long.MAX_VALUE - other ? Long.MAX_VALUE : left + other;
    }

    /// An entry of a later version of capdrop, which is kept as it is, and counts as a use.
    public record LaterUse(
            String capability, String meaning, long count, Instant first, Instant last) {
        CapabilitySet meant() {
            Capability named = Capability.named(capability);
            return named == null
                    ? CapabilitySet.upTo(Capability.MAX_NUMBER)
                            .minus(CapabilitySet.of(Capability.all()))
                    : CapabilitySet.EMPTY.with(named);
        }

        String words() {
            return capability + " " + meaning;
        }

        LaterUse plus(LaterUse other) {
            return new LaterUse(
                    capability,
                    meaning,
                    UnitHistory.saturated(count, other.count),
                    first.isBefore(other.first) ? first : other.first,
                    last.isAfter(other.last) ? last : other.last);
        }
    }
}
