package dev.capdrop.capability;

import java.util.EnumSet;
import java.util.Set;

/// The three sets that a thread passes on to any program it executes, as
/// [cap_iab(3)](https://man7.org/linux/man-pages/man3/cap_iab.3.html) writes them: inheritable,
/// ambient, and the complement of the bounding set.
///
/// The text is a list with commas: a bare name or `%` is inheritable, `^` ambient and inheritable,
/// `!` blocked, that is, not in the bounding set.
public record IabTuple(CapabilitySet inheritable, CapabilitySet ambient, CapabilitySet blocked) {
    /// The tuple that passes nothing on and blocks nothing; its text is empty.
    public static final IabTuple EMPTY =
            new IabTuple(CapabilitySet.EMPTY, CapabilitySet.EMPTY, CapabilitySet.EMPTY);

    private static final String NAMES =
            "a capability (as 'cap_net_raw', or a number) behind any of '!', '^', '%'";

    /// @throws IllegalArgumentException when something is ambient and not inheritable
    public IabTuple {
        if (!inheritable.containsAll(ambient)) {
            throw new IllegalArgumentException(
                    "ambient but not inheritable: " + ambient.minus(inheritable));
        }
    }

    /// Parses the text, which may end with a comma or a prefix.
    ///
    /// @throws CapabilitySyntaxException exactly where cap_iab_from_text(3) fails with EINVAL
    public static IabTuple parse(String text) {
        TextCursor cursor = new TextCursor(text);
        IabTuple tuple = EMPTY;
        while (!cursor.atEnd()) {
            boolean block = false;
            boolean ambient = false;
            boolean inherit = false;
            boolean prefixed = false;
            while (cursor.atAny("!^%")) {
                char prefix = cursor.next();
                block |= prefix == '!';
                ambient |= prefix == '^';
                inherit |= prefix == '%';
                prefixed = true;
            }
            if (prefixed && cursor.atEnd()) {
                return tuple;
            }
            CapabilitySet named = CapabilitySet.EMPTY.with(cursor.capability(NAMES));
            tuple =
                    new IabTuple(
                            inherit || ambient || !prefixed
                                    ? tuple.inheritable.union(named)
                                    : tuple.inheritable,
                            ambient ? tuple.ambient.union(named) : tuple.ambient,
                            block ? tuple.blocked.union(named) : tuple.blocked);
            if (!cursor.atEnd() && !cursor.take(',')) {
                throw cursor.unexpected("',' or the end");
            }
        }
        return tuple;
    }

    /// Returns the vectors that differ, as cap_iab_compare(3) does; what is blocked is the bounding
    /// set's.
    public Set<ThreadSet> differences(IabTuple other) {
        Set<ThreadSet> differing = EnumSet.noneOf(ThreadSet.class);
        if (!inheritable.equals(other.inheritable)) {
            differing.add(ThreadSet.INHERITABLE);
        }
        if (!ambient.equals(other.ambient)) {
            differing.add(ThreadSet.AMBIENT);
        }
        if (!blocked.equals(other.blocked)) {
            differing.add(ThreadSet.BOUNDING);
        }
        return differing;
    }

    /// Returns the text, as short as cap_iab_to_text(3) makes it.
    public String format() {
        StringBuilder text = new StringBuilder();
        for (Capability capability : inheritable.union(blocked)) {
            boolean block = blocked.contains(capability);
            text.append(text.isEmpty() ? "" : ",").append(block ? "!" : "");
            if (ambient.contains(capability)) {
                text.append('^');
            } else if (block && inheritable.contains(capability)) {
                text.append('%');
            }
            text.append(NameStyle.LIBCAP.format(capability));
        }
        return text.toString();
    }
}
