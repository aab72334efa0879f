package dev.capdrop.core.observe;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.observe.Observation.Tallies.Tally;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A container's observed use of its capabilities.
///
/// @param zero the instant at which the clock of the tallies stood at 0
/// @param privileged whether a use of sys_admin cannot be told from the kernel's at each mapping
/// @param bootUntil when the boot ended, by that clock, and work began; 0 where none was seen
public record Observation(
        Instant zero,
        boolean privileged,
        CapabilitySet bounding,
        List<Tally> tallies,
        Coverage coverage,
        long bootUntil) {
    /// Returns this with the checks until then counted to a boot.
    public Observation withBootUntil(long until) {
        return new Observation(zero, privileged, bounding, tallies, coverage, until);
    }

    /// Returns when the last check was made, by the clock of the tallies; 0 where there was none.
    public long lastCheck() {
        return tallies.stream().mapToLong(Tally::last).max().orElse(0);
    }

    /// Returns this as a whole boot, in which these units failed.
    public Observation withBoot(Set<String> failed) {
        Coverage.UnitResults results = new Coverage.UnitResults(failed, coverage.worked());
        Coverage whole = coverage.with(coverage.seconds(), 1, coverage.lost(), results);
        return new Observation(zero, privileged, bounding, tallies, whole, bootUntil);
    }

    /// Whether every check until here was reported, with its unit.
    public boolean tellsAll() {
        return coverage.lost() == 0
                && tallies.stream().noneMatch(tally -> tally.unit().equals(Tallies.OTHER_UNITS));
    }

    /// Returns what an earlier observation of the same watch, if any, does not hold; what was lost
    /// stays lost.
    public Observation since(@Nullable Observation earlier) {
        if (earlier == null) {
            return this;
        }
        Map<Tally, Long> before = new HashMap<>();
        earlier.tallies.forEach(tally -> before.put(tally.kind(), tally.count()));
        List<Tally> more = new ArrayList<>();
        for (Tally tally : tallies) {
            long count = tally.count() - before.getOrDefault(tally.kind(), 0L);
            if (count > 0) {
                more.add(tally.with(count));
            }
        }
        Coverage old = earlier.coverage;
        Set<String> worked = new HashSet<>(coverage.worked());
        worked.removeAll(old.worked());
        Coverage.UnitResults results = new Coverage.UnitResults(coverage.failed(), worked);
        long lost = Math.max(0, coverage.lost() - old.lost());
        Coverage rest =
                coverage.with(
                        coverage.seconds() - old.seconds(),
                        coverage.boots() - old.boots(),
                        lost,
                        results);
        return new Observation(zero, privileged, bounding, more, rest, bootUntil);
    }

    /// Returns every capability that is held or was asked for, by number.
    public List<CapabilityUse> uses() {
        List<CapabilityUse> uses = new ArrayList<>();
        for (int number = 0; number <= Capability.MAX_NUMBER; number++) {
            CapabilityUse use = CapabilityUse.of(new Capability(number), tallies);
            if (use.seen() || bounding.contains(use.capability())) {
                uses.add(use);
            }
        }
        return uses;
    }

    /// The observed use of one capability by units, which have no name in no unit.
    ///
    /// @param missed the units that were refused for want of it where it counts
    /// @param neverHonoured the units that asked for it where no container is ever granted it
    /// @param first when it was first seen, in nanoseconds of the watch's clock; 0 for never
    public record CapabilityUse(
            Capability capability,
            List<String> used,
            List<String> missed,
            List<String> neverHonoured,
            long first,
            long last) {
        public boolean seen() {
            return !used.isEmpty() || !missed.isEmpty() || !neverHonoured.isEmpty();
        }

        static CapabilityUse of(Capability capability, List<Tally> all) {
            List<Tally> own =
                    all.stream()
                            .filter(tally -> tally.capability() == capability.number())
                            .filter(tally -> ofContainer(tally.meaning()))
                            .toList();
            return new CapabilityUse(
                    capability,
                    units(own, Meaning.USED),
                    units(own, Meaning.MISSED),
                    units(own, Meaning.NEVER_HONOURED),
                    own.stream().mapToLong(Tally::first).min().orElse(0),
                    own.stream().mapToLong(Tally::last).max().orElse(0));
        }

        /// Whether a check of this meaning was made by the container for itself.
        public static boolean ofContainer(Meaning meaning) {
            return switch (meaning) {
                case USED, MISSED, NEVER_HONOURED -> true;
                case BELOW, HOST -> false;
            };
        }

        private static List<String> units(List<Tally> tallies, Meaning meaning) {
            return tallies.stream()
                    .filter(tally -> tally.meaning() == meaning)
                    .map(Tally::unit)
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    public enum Meaning {
        /// The check was granted in the container's own user namespace, or below it, and needed the
        /// capability, unless the place looks at the owner later.
        USED,
        /// The check was refused in a namespace where it counts.
        MISSED,
        /// The check was made in the initial user namespace, which refuses others.
        NEVER_HONOURED,
        /// The check was made below the container's user namespace, where its set does not reach.
        BELOW,
        /// The check was made with credentials of the host: by lxc-attach(1) on its way in, or
        /// overlayfs.
        HOST
    }

    /// The share of a container's life that a watch has seen.
    ///
    /// @param units the units that were there while it was watched, by name
    /// @param unseen the capabilities of which this kernel does not report every check that counts
    /// @param origins the make of each unit, where known, in words that can be compared
    public record Coverage(
            long seconds,
            int boots,
            long lost,
            End end,
            List<String> units,
            CapabilitySet unseen,
            Map<String, String> origins,
            UnitResults results) {
        /// The units that failed in the boot seen, and services that took processor time later.
        public record UnitResults(Set<String> failed, Set<String> worked) {
            public static final UnitResults NONE = new UnitResults(Set.of(), Set.of());
        }

        public enum End {
            TIME,
            USER,
            CONTAINER
        }

        Coverage with(long otherSeconds, int otherBoots, long otherLost, UnitResults other) {
            return new Coverage(
                    otherSeconds, otherBoots, otherLost, end, units, unseen, origins, other);
        }

        public Set<String> failed() {
            return results.failed;
        }

        public Set<String> worked() {
            return results.worked;
        }
    }

    /// Adds up checks by unit, capability and meaning, in bounded memory: further units share a
    /// tally.
    public static final class Tallies {
        /// The most units that are told apart; a rich server has some 300.
        public static final int MOST_UNITS = 4096;

        public static final String OTHER_UNITS = "(other units)";

        /// The name for the container's first process, as long as it is in no unit.
        public static final String PID_1 = "(PID 1)";

        /// The name for processes from the host, as by lxc-attach(1), that are in no unit.
        public static final String FROM_OUTSIDE = "(from outside)";

        private static final int CAPABILITIES = 64;

        private static final class Cells {
            private final long[] counts = new long[CAPABILITIES];
            private final long[] first = new long[CAPABILITIES];
            private final long[] last = new long[CAPABILITIES];

            private void add(int capability, long nanos) {
                if (counts[capability]++ == 0) {
                    first[capability] = nanos;
                }
                last[capability] = nanos;
            }
        }

        private final Map<String, Map<Meaning, Cells>> units = new HashMap<>();

        public Tallies() {}

        /// Counts one check of a unit, which may be empty, [#PID_1] or [#FROM_OUTSIDE].
        public void add(String unit, int capability, Meaning meaning, long nanos) {
            if (capability < 0 || capability >= CAPABILITIES) {
                return;
            }
            of(unit).computeIfAbsent(meaning, _ -> new Cells()).add(capability, nanos);
        }

        private Map<Meaning, Cells> of(String unit) {
            Map<Meaning, Cells> known = units.get(unit);
            if (known != null) {
                return known;
            }
            String name = units.size() < MOST_UNITS ? unit : OTHER_UNITS;
            return units.computeIfAbsent(name, _ -> new EnumMap<>(Meaning.class));
        }

        public List<Tally> all() {
            List<Tally> all = new ArrayList<>();
            units.forEach((unit, meanings) ->
                    meanings.forEach((meaning, cells) -> addAll(unit, meaning, cells, all)));
            all.sort(
                    Comparator.comparing(Tally::unit)
                            .thenComparingInt(Tally::capability)
                            .thenComparing(Tally::meaning));
            return all;
        }

        private static void addAll(String unit, Meaning meaning, Cells cells, List<Tally> all) {
            for (int capability = 0; capability < CAPABILITIES; capability++) {
                long count = cells.counts[capability];
                if (count > 0) {
                    long first = cells.first[capability];
                    all.add(
                            new Tally(
                                    unit,
                                    capability,
                                    meaning,
                                    count,
                                    first,
                                    cells.last[capability]));
                }
            }
        }

        /// The checks of one capability by one unit that mean the same, in nanoseconds of their
        /// clock.
        public record Tally(
                String unit, int capability, Meaning meaning, long count, long first, long last) {
            Tally with(long other) {
                return new Tally(unit, capability, meaning, other, first, last);
            }

            Tally kind() {
                return new Tally(unit, capability, meaning, 0, 0, 0);
            }
        }
    }
}
