package dev.capdrop.core.unit;

import java.util.BitSet;

/// Looks at units in their order, round after round, until nothing changes any more; from the
/// second round on only at those that hang on something that has changed since they were last
/// looked at.
///
/// What comes of it is what full rounds would come to, where a look at a unit depends on nothing
/// else than what it hangs on; but a chain of n units takes n looks in place of n rounds of n.
public final class Rounds {
    private static final int DONE = -1;

    private final BitSet open = new BitSet();
    private int at = DONE;

    /// @param units how many there are
    public Rounds(int units) {
        open.set(0, units);
    }

    /// Whose turn it is, by its position; -1 when nobody's.
    public int next() {
        int next = open.nextSetBit(at + 1);
        at = next == DONE ? open.nextSetBit(0) : next;
        if (at != DONE) {
            open.clear(at);
        }
        return at;
    }

    /// Has the unit at this position looked at again: in this round, if its turn is still to come.
    public void again(int position) {
        open.set(position);
    }
}
