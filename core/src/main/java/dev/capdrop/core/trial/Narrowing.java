package dev.capdrop.core.trial;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Narrows a set of capabilities down until it is minimal: the container works with it, and with
/// none of its members taken out. It boots nothing itself; it says which sets to try next and takes
/// what came of them.
///
/// This is the delta debugging of Zeller and Hildebrandt ("Simplifying and Isolating
/// Failure-Inducing Input", IEEE Transactions on Software Engineering 28(2), 2002, `ddmin`), turned
/// around: the input that is made smaller is the set that is kept, and "still works" takes the
/// place of "still fails". The set is cut into parts, and each part is left out in turn. What works
/// without a part goes on without it; where no part can go, the parts are halved, down to single
/// capabilities.
///
/// Why not one capability after the other: each try is a boot, most capabilities are not needed,
/// and a part of twenty that is not needed costs one boot and not twenty. Three departures from the
/// paper, each to save boots:
/// - It does not try a part alone. Something in every system container is needed that only the
///   whole shows, so that a small set alone hardly ever works.
/// - A set below one that has failed is not tried. That holds because a capability only permits:
///   what fails with a set fails with less of it. It is also why a failure once seen shows a
///   capability to be needed although the set has become smaller since: the failed boot had all
///   that is kept now but for this one.
/// - It begins with a guess, what a forecast or a record expects to be needed, and without what the
///   kernel never honours here. A right guess leaves one boot for each capability that is kept; a
///   wrong one has cost one boot.
public final class Narrowing {
    private final List<CapabilitySet> guesses = new ArrayList<>();
    private final List<CapabilitySet> failed = new ArrayList<>();
    private final List<Capability> order;
    private final CapabilitySet expected;
    private CapabilitySet needed;
    private int parts = 2;

    /// @param hopeless what cannot be of use here, and is dropped together
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

    /// The sets to try next, none of which hangs on what comes of another; none when the set is
    /// minimal.
    ///
    /// @param most how many, 1 or more
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

    /// What is left without each part in turn, as far as that is not known to fail.
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

    /// The container works with this set. Where more has failed before, that was by chance.
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

    /// The smallest set so far that the container works with.
    public CapabilitySet needed() {
        return needed;
    }

    /// The set of a boot that failed and had all that is needed but for this capability; null where
    /// there was none, so that it is not shown to be needed.
    public @Nullable CapabilitySet shownBy(Capability capability) {
        CapabilitySet others = needed.without(capability);
        for (CapabilitySet one : failed) {
            if (one.containsAll(others) && !one.contains(capability)) {
                return one;
            }
        }
        return null;
    }

    /// Whether each capability of the set is shown to be needed.
    boolean minimal() {
        return needed.stream().allMatch(capability -> shownBy(capability) != null);
    }
}
