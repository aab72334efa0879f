package dev.capdrop.core.observe;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.observe.Observation.Tallies;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The observations of one container in all watches together. Units beyond a number, those not seen
/// for longest, share one name; `identity` tells it from another one of its name.
public record UseHistory(
        String identity, Instant first, Instant last, Covered covered, List<UnitHistory> units) {
    public static final int MOST_UNITS = 1000;

    /// The whole boots that settle "never asked for"; see docs/explanation/trust.md.
    public static final int ENOUGH_BOOTS = 1;

    /// The share of a container's life that was seen.
    ///
    /// @param unseen the capabilities of which a kernel did not report every check that counts
    /// @param sinceLoss for how many of the seconds since checks were last lost
    public record Covered(
            long seconds, long boots, long lost, CapabilitySet unseen, long sinceLoss) {
        private static final long SHORT = 600;
        private static final long DAY = 24 * 60 * 60;

        private Covered plus(Observation.Coverage more, long itsBoots) {
            long whole = more.lost() > 0 ? 0 : UnitHistory.saturated(sinceLoss, more.seconds());
            return new Covered(
                    UnitHistory.saturated(seconds, more.seconds()),
                    UnitHistory.saturated(boots, itsBoots),
                    UnitHistory.saturated(lost, more.lost()),
                    unseen.union(more.unseen()),
                    whole);
        }

        /// Whether "not seen" says little: no whole boot, less than ten minutes, or with losses.
        public boolean isThin() {
            return boots == 0 || seconds < SHORT || lossy() > 0;
        }

        /// Returns for how many more seconds it has to be watched without a loss before "not seen"
        /// says something: as long as until the last loss, between ten minutes and a day; 0 where
        /// that is over.
        public long lossy() {
            long before = Math.clamp(seconds - sinceLoss, SHORT, DAY);
            return lost == 0 ? 0 : Math.max(before - sinceLoss, 0);
        }
    }

    public static UseHistory none(String identity, Instant now) {
        return new UseHistory(
                identity, now, now, new Covered(0, 0, 0, CapabilitySet.EMPTY, 0), List.of());
    }

    /// Returns this with observations that are not in here yet.
    public UseHistory plus(Observation seen, Instant now) {
        Instant at = now.truncatedTo(ChronoUnit.SECONDS);
        Observation.Coverage coverage = seen.coverage();
        long boots = coverage.lost() == 0 ? coverage.boots() : 0;
        Map<String, UnitHistory> all = new TreeMap<>();
        units.forEach(unit -> all.put(unit.unit(), unit));
        for (String name : coverage.units()) {
            String origin = coverage.origins().getOrDefault(name, "");
            long unitBoots = coverage.failed().contains(name) ? 0 : boots;
            merge(
                    all,
                    new UnitHistory(
                            name, unitBoots, at, List.of(), origin, false, null, List.of()));
        }
        for (String name : coverage.worked()) {
            merge(all, UnitHistory.seen(name, at, List.of(), at));
        }
        for (Tallies.Tally tally : seen.tallies()) {
            UnitHistory.Use use = use(tally, seen);
            if (use != null) {
                merge(all, UnitHistory.seen(tally.unit(), use.last(), List.of(use), use.worked()));
            }
        }
        return new UseHistory(
                identity,
                first.isBefore(at) ? first : at.minusSeconds(coverage.seconds()),
                last.isAfter(at) ? last : at,
                covered.plus(coverage, boots),
                pruned(all));
    }

    /// Returns this for units of these present makes: no boot of another make counts.
    public UseHistory asOf(Map<String, String> origins) {
        List<UnitHistory> now =
                units.stream()
                        .map(unit -> unit.asOf(origins.getOrDefault(unit.unit(), "")))
                        .toList();
        return new UseHistory(identity, first, last, covered, now);
    }

    private static UnitHistory.@Nullable Use use(Tallies.Tally tally, Observation seen) {
        Instant last = instant(seen, tally.last());
        return switch (tally.meaning()) {
            case USED, MISSED, NEVER_HONOURED ->
                    new UnitHistory.Use(
                            tally.capability(),
                            tally.meaning(),
                            tally.count(),
                            instant(seen, tally.first()),
                            last,
                            tally.last() > seen.bootUntil() ? last : null);
            case BELOW, HOST -> null;
        };
    }

    private static Instant instant(Observation seen, long nanos) {
        return seen.zero().plusNanos(nanos).truncatedTo(ChronoUnit.SECONDS);
    }

    private static void merge(Map<String, UnitHistory> all, UnitHistory more) {
        all.merge(more.unit(), more, UnitHistory::plus);
    }

    private static List<UnitHistory> pruned(Map<String, UnitHistory> all) {
        if (all.size() > MOST_UNITS) {
            int room = all.containsKey(Tallies.OTHER_UNITS) ? 0 : 1;
            List<UnitHistory> oldest =
                    all.values().stream()
                            .filter(unit -> !unit.unit().equals(Tallies.OTHER_UNITS))
                            .sorted(Comparator.comparing(UnitHistory::last))
                            .limit(all.size() - MOST_UNITS + room)
                            .toList();
            for (UnitHistory unit : oldest) {
                all.remove(unit.unit());
                merge(all, unit.amongOthers());
            }
        }
        return new ArrayList<>(all.values());
    }

    public @Nullable UnitHistory unit(String name) {
        return units.stream().filter(unit -> unit.unit().equals(name)).findFirst().orElse(null);
    }

    public List<String> units(int capability, Observation.Meaning meaning) {
        return units.stream()
                .filter(unit -> unit.has(capability, meaning))
                .map(UnitHistory::unit)
                .toList();
    }

    public boolean sawBootOf(String unit) {
        UnitHistory known = unit(unit);
        return known != null && known.ranInWholeBoot();
    }

    /// Whether this unit was seen, or may be among those that share a name.
    public boolean mayHaveSeen(String unit) {
        return unit(unit) != null || unit(Tallies.OTHER_UNITS) != null;
    }

    /// Returns the capabilities that this unit was never granted where they count, with every check
    /// reported; empty where fewer than [#ENOUGH_BOOTS] of its boots were seen as a whole.
    public CapabilitySet neverGranted(String unit) {
        UnitHistory known = unit(unit);
        if (known == null || known.boots() < ENOUGH_BOOTS || !known.ranInWholeBoot()) {
            return CapabilitySet.EMPTY;
        }
        return CapabilitySet.upTo(Capability.MAX_NUMBER).minus(known.used()).minus(covered.unseen);
    }

    public CapabilitySet used() {
        return CapabilitySet.unionOf(units.stream().map(UnitHistory::used));
    }

    /// The history of one container, wherever that is by now.
    public record Learnt(String target, String lxcPath, UseHistory history) {}
}
