package dev.capdrop.core.container;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The words of a `lxc.cap.drop` or `lxc.cap.keep` value: names in lower case without `cap_`, or
/// numbers as strtoul(3) reads them in base 0. liblxc splits at blanks and tabs only, lets a
/// vertical tab or form feed stand before a number, and refuses a minus sign.
final class CapabilityWords {
    static final String NONE = "none";
    private static final Pattern WORD = Pattern.compile("[^ \t]+");
    private static final Pattern NUMBER =
            Pattern.compile(
                    "[\\x0b\\f]*\\+?(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|(0[0-7]*)|([1-9][0-9]*))");

    static List<String> split(String value) {
        return WORD.matcher(value).results().map(result -> result.group()).toList();
    }

    static @Nullable Capability read(String word, int last) {
        Capability named = Capability.named(word);
        if (named != null && named.name().equals(word)) {
            return named;
        }
        Matcher matcher = NUMBER.matcher(word);
        int number = matcher.matches() ? BasedNumber.of(matcher, last) : -1;
        return number < 0 ? null : new Capability(number);
    }

    /// Whether `word` is a number that liblxc 4.0.6, which reads base 10 only, reads otherwise.
    static boolean baseMatters(String word) {
        Matcher matcher = NUMBER.matcher(word);
        return matcher.matches() && matcher.group(4) == null && !matcher.group().matches("\\+?0");
    }

    static String without(
            String value,
            CapabilitySet capabilities,
            Function<String, @Nullable Capability> meaning) {
        StringBuilder rest = new StringBuilder();
        int end = 0;
        boolean any = false;
        for (Matcher word = WORD.matcher(value); word.find(); end = word.end()) {
            Capability capability = meaning.apply(word.group());
            if (capability == null || !capabilities.contains(capability)) {
                rest.append(any ? value.substring(end, word.start()) : leading(value));
                rest.append(word.group());
                any = true;
            }
        }
        return any ? rest.append(value.substring(end)).toString() : "";
    }

    /// Returns `value` with more words; a `none` stays, since it may clear earlier lines' names.
    static String with(String value, CapabilitySet capabilities) {
        String trimmed = value.stripTrailing();
        return trimmed.isEmpty() ? capabilities.toString() : trimmed + " " + capabilities;
    }

    private static String leading(String value) {
        Matcher word = WORD.matcher(value);
        return word.find() ? value.substring(0, word.start()) : "";
    }
}
