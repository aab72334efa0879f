package dev.capdrop.capability;

import dev.capdrop.capability.CapabilityState.Flag;
import java.util.EnumSet;
import java.util.Set;

/// Parses the text notation as cap_from_text(3) does. What its page does not tell: an operator
/// right behind the first `=` acts on the list after it was cleared, as in `cap_kill=+p`; and `all`
/// replaces the names before it.
final class StateParser {
    private static final String NAMES = "a capability (as 'cap_net_raw', a number, or 'all')";
    private static final String OPERATOR = "one of '=', '+', '-'";
    private static final String FLAG = "one of 'e', 'i', 'p'";
    private static final String LIST = "a list of capabilities before '+' and '-'";

    private final TextCursor cursor;
    private final CapabilitySet all;
    private CapabilityState state = CapabilityState.EMPTY;

    StateParser(String text, CapabilitySet all) {
        this.cursor = new TextCursor(text);
        this.all = all;
    }

    CapabilityState parse() {
        cursor.skipSpace();
        while (!cursor.atEnd()) {
            clause();
            cursor.skipSpace();
        }
        return state;
    }

    private void clause() {
        boolean listed = cursor.atWord();
        CapabilitySet list = listed ? list() : all;
        boolean assigned = cursor.atAny("=");
        if (assigned) {
            cursor.next();
            assign(list);
        }
        if (cursor.atAny("+-") && !listed) {
            throw cursor.unexpected(LIST);
        }
        if (!assigned && !cursor.atAny("+-")) {
            throw cursor.unexpected(listed ? OPERATOR : NAMES);
        }
        while (cursor.atAny("+-")) {
            act(cursor.next() == '+', list);
        }
        if (!cursor.atEnd() && !cursor.atSpace()) {
            throw cursor.unexpected(FLAG + ", an operator or a space");
        }
    }

    private CapabilitySet list() {
        CapabilitySet list = CapabilitySet.EMPTY;
        do {
            list = cursor.takeWord("all") ? all : list.with(cursor.capability(NAMES));
        } while (cursor.take(','));
        return list;
    }

    private void assign(CapabilitySet list) {
        Set<Flag> raised = flags();
        for (Flag flag : Flag.values()) {
            set(flag, list, raised.contains(flag));
        }
    }

    private void act(boolean raise, CapabilitySet list) {
        Set<Flag> flags = flags();
        if (flags.isEmpty()) {
            throw cursor.unexpected(FLAG);
        }
        for (Flag flag : flags) {
            set(flag, list, raise);
        }
    }

    private Set<Flag> flags() {
        Set<Flag> flags = EnumSet.noneOf(Flag.class);
        while (cursor.atAny("eip")) {
            char letter = cursor.next();
            for (Flag flag : Flag.values()) {
                if (flag.letter() == letter) {
                    flags.add(flag);
                }
            }
        }
        return flags;
    }

    private void set(Flag flag, CapabilitySet list, boolean raise) {
        CapabilitySet before = state.get(flag);
        state = state.with(flag, raise ? before.union(list) : before.minus(list));
    }
}
