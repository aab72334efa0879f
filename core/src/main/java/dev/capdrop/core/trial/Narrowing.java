package dev.capdrop.core.trial;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.Names;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Narrows a set of capabilities down until the container works with it, and with none of its
/// members taken out. It says which sets to boot next and takes what came of them.
///
/// This is the delta debugging of Zeller and Hildebrandt ("Simplifying and Isolating
/// Failure-Inducing Input", IEEE Transactions on Software Engineering 28(2), 2002, `ddmin`) for the
/// set that is kept: each of its parts is left out in turn; where no part can go, the parts are
/// halved, down to single capabilities. Three departures save boots: no part is tried alone, which
/// hardly ever works; no set below one that has failed is tried, since a capability only permits;
/// and it begins with a guess of what is needed, without what the kernel never honours.
public final class Narrowing {
    private final List<CapabilitySet> guesses = new ArrayList<>();
    private final List<CapabilitySet> failed = new ArrayList<>();
    private final List<Capability> order;
    private final CapabilitySet expected;
    private CapabilitySet needed;
    private int parts = 2;

    /// @param hopeless capabilities that cannot be of use here, and are dropped together
    public Narrowing(CapabilitySet all, CapabilitySet expected, CapabilitySet hopeless) {
        this.needed = all;
        this.expected = expected.intersect(all);
        // members of one kind stand together, so that a part can go as a whole
        this.order = new ArrayList<>(hopeless.intersect(all).minus(expected).members());
        order.addAll(all.minus(hopeless).minus(expected).members());
        order.addAll(this.expected.members());
        guesses.add(this.expected);
        guesses.add(all.minus(hopeless.minus(expected)));
    }

    /// Returns at most so many sets to try next, none of which hangs on the result of another; none
    /// when the set is minimal.
    public List<CapabilitySet> next(int most) {
        while (!guesses.isEmpty()) {
            CapabilitySet guess = guesses.removeFirst();
            if (isSmaller(guess) && !knownToFail(guess)) {
                return List.of(guess);
            }
        }
        while (!needed.isEmpty()) {
            List<CapabilitySet> open = open(most);
            if (!open.isEmpty()) {
                return open;
            }
            if (parts >= needed.size()) {
                return List.of();
            }
            parts = Math.min(2 * parts, needed.size());
        }
        return List.of();
    }

    /// Returns the rest without each part in turn, as far as that is not known to fail.
    private List<CapabilitySet> open(int most) {
        List<CapabilitySet> open = new ArrayList<>();
        for (CapabilitySet part : cut(Math.min(parts, needed.size()))) {
            CapabilitySet rest = needed.minus(part);
            if (open.size() < most && !knownToFail(rest)) {
                open.add(rest);
            }
        }
        return open;
    }

    private List<CapabilitySet> cut(int number) {
        List<Capability> members = order.stream().filter(needed::contains).toList();
        List<CapabilitySet> cut = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= number; i++) {
            int to = members.size() * i / number;
            cut.add(CapabilitySet.of(members.subList(from, to)));
            from = to;
        }
        return cut;
    }

    private boolean isSmaller(CapabilitySet set) {
        return needed.containsAll(set) && !set.equals(needed);
    }

    private boolean knownToFail(CapabilitySet set) {
        return failed.stream().anyMatch(one -> one.containsAll(set));
    }

    /// Notes that the container works with this set; where more has failed, that was by chance.
    public void works(CapabilitySet kept) {
        failed.removeIf(one -> one.containsAll(kept));
        if (isSmaller(kept)) {
            needed = kept;
            // each of what was expected to be needed is likely to be
            parts = kept.equals(expected) ? Math.max(2, kept.size()) : Math.max(2, parts - 1);
        }
    }

    public void fails(CapabilitySet kept) {
        failed.add(kept);
    }

    public CapabilitySet needed() {
        return needed;
    }

    /// Returns a set that failed and had all that is needed but for this capability, or null.
    public @Nullable CapabilitySet shownBy(Capability capability) {
        CapabilitySet others = needed.without(capability);
        return Names.find(failed, one -> one.containsAll(others) && !one.contains(capability));
    }
}
