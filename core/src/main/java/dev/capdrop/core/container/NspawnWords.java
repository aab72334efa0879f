package dev.capdrop.core.container;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.unit.Words.WordReader;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The capabilities in a value of `Capability=` or `DropCapability=`, or of such options: names
/// with `CAP_` in any case, numbers, or `all`, and the words that systemd warns about and passes
/// over (`config_parse_capability`, `capability_from_name`).
record NspawnWords(CapabilitySet set, List<String> unknown) {
    private static final int LIMIT = 62;
    private static final String PREFIX = "CAP_";

    /// A number of strtol(3) in base 0, and systemd's own prefixes.
    private static final Pattern NUMBER =
            Pattern.compile(
                    "\\+?(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]*)|([1-9][0-9]*))");

    /// Parses a setting's value, continuation lines joined.
    public static NspawnWords ofSetting(String value) {
        return read(value, WordReader.BLANKS);
    }

    static NspawnWords ofOption(String value) {
        return read(value, ",");
    }

    private static NspawnWords read(String value, String separators) {
        CapabilitySet set = CapabilitySet.EMPTY;
        List<String> unknown = new ArrayList<>();
        WordReader reader = new WordReader(value);
        for (String word = reader.next(separators, false);
                word != null;
                word = reader.next(separators, false)) {
            Capability capability = read(word);
            if (word.equals("all")) {
                set = CapabilitySet.upTo(LIMIT);
            } else if (capability == null) {
                unknown.add(word);
            } else {
                set = set.with(capability);
            }
        }
        return new NspawnWords(set, unknown);
    }

    /// Returns the capability of a word; null for `all`, and when systemd knows none.
    public static @Nullable Capability read(String word) {
        Matcher number = NUMBER.matcher(word);
        if (number.matches()) {
            int value = BasedNumber.of(number, LIMIT);
            return value < 0 ? null : new Capability(value);
        }
        return word.regionMatches(true, 0, PREFIX, 0, PREFIX.length())
                ? Capability.named(word)
                : null;
    }

    static String format(CapabilitySet set) {
        return set.stream().map(NspawnWords::word).collect(Collectors.joining(" "));
    }

    /// Returns the words as an option of the command line takes them.
    public static String formatOption(CapabilitySet set) {
        return format(set).replace(' ', ',');
    }

    private static String word(Capability capability) {
        return capability.knowledge() != null
                ? PREFIX + capability.name().toUpperCase(Locale.ROOT)
                : Integer.toString(capability.number());
    }
}
