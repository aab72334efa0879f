package dev.capdrop.capability;

import java.util.EnumSet;
import java.util.Set;

/// Three sets of capabilities side by side, without the rules of [ThreadCapabilities] or
/// [FileCapabilities], as cap_text_formats(7) writes them, and libcap 2.75. There, `all` and an
/// empty list mean every capability of the running kernel, the last of which is therefore asked
/// for.
///
/// @param effective written `e`
/// @param inheritable written `i`
/// @param permitted written `p`
public record CapabilityState(
        CapabilitySet effective, CapabilitySet inheritable, CapabilitySet permitted) {
    public static final CapabilityState EMPTY =
            new CapabilityState(CapabilitySet.EMPTY, CapabilitySet.EMPTY, CapabilitySet.EMPTY);

    /// One of the three sets, in the order of the letters.
    public enum Flag {
        /// The capabilities that the kernel checks.
        EFFECTIVE('e'),
        /// The capabilities passed on to files that take them.
        INHERITABLE('i'),
        /// The capabilities that may be made effective.
        PERMITTED('p');

        private final char letter;

        Flag(char letter) {
            this.letter = letter;
        }

        /// Returns the letter in the text notation.
        public char letter() {
            return letter;
        }
    }

    /// Parses the text notation; an empty text is the empty state.
    ///
    /// @throws CapabilitySyntaxException exactly where cap_from_text(3) fails with EINVAL
    public static CapabilityState parse(String text, int last) {
        return new StateParser(text, CapabilitySet.upTo(last)).parse();
    }

    /// Returns the text notation, as short as cap_to_text(3) makes it.
    public String format(int last) {
        return StateText.format(this, last);
    }

    public CapabilitySet get(Flag flag) {
        return switch (flag) {
            case EFFECTIVE -> effective;
            case INHERITABLE -> inheritable;
            case PERMITTED -> permitted;
        };
    }

    public CapabilityState with(Flag flag, CapabilitySet set) {
        return switch (flag) {
            case EFFECTIVE -> new CapabilityState(set, inheritable, permitted);
            case INHERITABLE -> new CapabilityState(effective, set, permitted);
            case PERMITTED -> new CapabilityState(effective, inheritable, set);
        };
    }

    /// Returns the flags whose sets differ, as cap_compare(3) does.
    public Set<Flag> differences(CapabilityState other) {
        Set<Flag> differing = EnumSet.noneOf(Flag.class);
        for (Flag flag : Flag.values()) {
            if (!get(flag).equals(other.get(flag))) {
                differing.add(flag);
            }
        }
        return differing;
    }
}
