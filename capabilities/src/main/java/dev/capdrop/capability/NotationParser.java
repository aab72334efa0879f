package dev.capdrop.capability;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Tells the notations apart, and hands each to its own parser.
final class NotationParser {
    private static final Pattern MASK = Pattern.compile("(?:0[xX])?([0-9a-fA-F]{1,16})");
    private static final Pattern STATUS = Pattern.compile("(Cap[A-Z][a-z]{2}):\\s*(\\S*)");
    private static final Pattern HEX = Pattern.compile("(?:0[xX])?([0-9a-fA-F\\s]+)");
    private static final Pattern BASE64 = Pattern.compile("0[sS]([A-Za-z0-9+/]+={0,2})");
    private static final Pattern WORD = Pattern.compile("[^,\\s]+");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,2}");
    private static final String ATTRIBUTE = FileCapabilities.ATTRIBUTE + "=";
    private static final int MASK_DIGITS = 16;
    private static final Set<Integer> ATTRIBUTE_DIGITS = Set.of(24, 40, 48);
    private static final String LONG_EXPECTED =
            "1 to 16 hex digits of a mask, or the 24, 40 or 48 of security.capability";
    private static final String EXPECTED =
            "a mask in hex, names, or another notation of capabilities";

    private final String text;
    private final int last;

    NotationParser(String text, int last) {
        this.text = text.strip();
        this.last = last;
    }

    Notation parse() {
        Matcher mask = MASK.matcher(text);
        if (mask.matches()) {
            return new Notation.Mask(CapabilitySet.parseHex(mask.group(1)));
        }
        byte[] bytes = bytes();
        if (bytes != null) {
            return new Notation.Attribute(FileCapabilities.decode(bytes));
        }
        Matcher status = STATUS.matcher(text);
        if (status.matches()) {
            return statusLine(status);
        }
        if (containsAny("!^%")) {
            return new Notation.Iab(IabTuple.parse(text));
        }
        return containsAny("=+-")
                ? new Notation.Text(CapabilityState.parse(text, last))
                : new Notation.Names(names());
    }

    private boolean containsAny(String characters) {
        return text.chars().anyMatch(c -> characters.indexOf(c) >= 0);
    }

    /// Returns the bytes of an attribute; null where the text does not look like one.
    private byte @Nullable [] bytes() {
        boolean labelled = text.startsWith(ATTRIBUTE);
        String value = labelled ? text.substring(ATTRIBUTE.length()).strip() : text;
        Matcher base64 = BASE64.matcher(value);
        if (base64.matches()) {
            return base64(base64.group(1));
        }
        Matcher hex = HEX.matcher(value);
        String digits = hex.matches() ? hex.group(1).replaceAll("\\s", "") : "";
        if (!labelled && digits.length() <= MASK_DIGITS) {
            return null;
        }
        if (!ATTRIBUTE_DIGITS.contains(digits.length())) {
            throw digits.isEmpty()
                    ? CapabilitySyntaxException.at(text, 0, LONG_EXPECTED)
                    : new CapabilitySyntaxException(
                            1,
                            "found " + digits.length() + " hex digits, expected " + LONG_EXPECTED);
        }
        return HexFormat.of().parseHex(digits);
    }

    private byte[] base64(String value) {
        try {
            return Base64.getDecoder().decode(value);
        } catch (IllegalArgumentException e) {
            throw CapabilitySyntaxException.at(text, 0, "base64 behind '0s'");
        }
    }

    private Notation statusLine(Matcher status) {
        ThreadSet which = ThreadSet.ofStatusField(status.group(1));
        if (which == null) {
            throw CapabilitySyntaxException.at(text, 0, "CapInh, CapPrm, CapEff, CapBnd or CapAmb");
        }
        if (!MASK.matcher(status.group(2)).matches()) {
            throw CapabilitySyntaxException.at(text, status.start(2), "1 to 16 hex digits");
        }
        return new Notation.StatusLine(which, CapabilitySet.parseHex(status.group(2)));
    }

    private CapabilitySet names() {
        CapabilitySet set = CapabilitySet.EMPTY;
        Matcher word = WORD.matcher(text);
        while (word.find()) {
            if (word.group().toLowerCase(Locale.ROOT).equals("all")) {
                set = set.union(CapabilitySet.upTo(last));
            } else {
                set = set.with(capability(word));
            }
        }
        if (set.isEmpty()) {
            throw CapabilitySyntaxException.at(text, 0, EXPECTED);
        }
        return set;
    }

    private Capability capability(Matcher word) {
        Capability named = Capability.named(word.group());
        if (named != null) {
            return named;
        }
        if (NUMBER.matcher(word.group()).matches()) {
            int number = Integer.parseInt(word.group());
            if (number <= Capability.MAX_NUMBER) {
                return new Capability(number);
            }
        }
        throw CapabilitySyntaxException.at(
                text, word.start(), word.start() == 0 ? EXPECTED : "a capability's name");
    }
}
