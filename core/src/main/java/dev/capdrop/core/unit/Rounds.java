package dev.capdrop.core.unit;

import java.util.BitSet;

/// Schedules looks at units in their order, round after round, until nothing changes any more; from
/// the second round on, only those that depend on something that has changed since: a chain of n
/// units takes n looks in place of n rounds of n.
public final class Rounds {
    private static final int DONE = -1;

    private final BitSet open = new BitSet();
    private int at = DONE;

    public Rounds(int units) {
        open.set(0, units);
    }

    /// Returns the position of the next unit to look at; -1 when there is none.
    public int next() {
        int next = open.nextSetBit(at + 1);
        at = next == DONE ? open.nextSetBit(0) : next;
        if (at != DONE) {
            open.clear(at);
        }
        return at;
    }

    /// Schedules the unit at this position again: in this round, if its turn is still to come.
    public void again(int position) {
        open.set(position);
    }
}
