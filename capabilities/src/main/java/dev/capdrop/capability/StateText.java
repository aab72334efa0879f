package dev.capdrop.capability;

import java.util.ArrayList;
import java.util.List;

/// Writes a [CapabilityState] the way cap_to_text(3) does: the most frequent of the eight
/// combinations of sets is the first clause, each other a clause of names with what it adds and
/// takes, in the order of libcap's bits, permitted 2 and inheritable 4.
final class StateText {
    private static final int COMBINATIONS = 8;
    private static final int EFFECTIVE = 1;
    private static final int PERMITTED = 2;
    private static final int INHERITABLE = 4;

    private final CapabilitySet[] members = new CapabilitySet[COMBINATIONS];
    private final CapabilitySet kernel;

    private StateText(CapabilityState state, int last) {
        kernel = CapabilitySet.upTo(last);
        for (int combination = 0; combination < COMBINATIONS; combination++) {
            members[combination] =
                    within(state.effective(), (combination & EFFECTIVE) != 0)
                            .intersect(within(state.permitted(), (combination & PERMITTED) != 0))
                            .intersect(
                                    within(state.inheritable(), (combination & INHERITABLE) != 0));
        }
    }

    static String format(CapabilityState state, int last) {
        return new StateText(state, last).format();
    }

    private String format() {
        int prevailing = prevailing();
        List<String> clauses = new ArrayList<>();
        clauses.add("=" + letters(prevailing));
        for (int combination = COMBINATIONS - 1; combination >= 0; combination--) {
            CapabilitySet named = members[combination].intersect(kernel);
            if (combination != prevailing && !named.isEmpty()) {
                clauses.add(names(named) + difference(prevailing, combination));
            }
        }
        shorten(clauses);
        for (int combination = COMBINATIONS - 1; combination > 0; combination--) {
            CapabilitySet beyond = members[combination].minus(kernel);
            if (!beyond.isEmpty()) {
                clauses.add(names(beyond) + "+" + letters(combination));
            }
        }
        return String.join(" ", clauses);
    }

    /// Shortens `= names+ep` to `names=ep`.
    private static void shorten(List<String> clauses) {
        if (clauses.size() > 1 && clauses.getFirst().equals("=")) {
            clauses.removeFirst();
            clauses.addFirst(clauses.removeFirst().replace('+', '='));
        }
    }

    /// Returns the most frequent combination; of equally frequent ones, that of fewer bits.
    private int prevailing() {
        int best = 0;
        for (int combination = 1; combination < COMBINATIONS; combination++) {
            if (count(combination) > count(best)) {
                best = combination;
            }
        }
        return best;
    }

    private int count(int combination) {
        return members[combination].intersect(kernel).size();
    }

    private static String difference(int from, int to) {
        int added = to & ~from;
        int taken = from & ~to;
        return (added == 0 ? "" : "+" + letters(added)) + (taken == 0 ? "" : "-" + letters(taken));
    }

    private static String letters(int combination) {
        return ((combination & EFFECTIVE) == 0 ? "" : "e")
                + ((combination & INHERITABLE) == 0 ? "" : "i")
                + ((combination & PERMITTED) == 0 ? "" : "p");
    }

    private static String names(CapabilitySet set) {
        return String.join(",", set.members().stream().map(NameStyle.LIBCAP::format).toList());
    }

    private static CapabilitySet within(CapabilitySet set, boolean inside) {
        return inside ? set : new CapabilitySet(~set.bits());
    }
}
