package dev.capdrop.capability;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A thread's securebits: six switches, each with a lock
/// ([capabilities(7)](https://man7.org/linux/man-pages/man7/capabilities.7.html), "The securebits
/// flags").
///
/// @param bits as prctl(2) gets and sets them; bits of a newer kernel pass through unharmed
public record Securebits(int bits) {
    /// No securebits, as every thread begins.
    public static final Securebits NONE = new Securebits(0);

    private static final String LOCKED = "-locked";
    private static final Pattern NUMBER = Pattern.compile("0x[0-9a-f]{1,8}");

    /// Parses the form of [#format]: words as of `SecureBits=` in systemd.exec(5), and a number for
    /// bits that have none, between white space.
    ///
    /// @throws IllegalArgumentException for any other word
    public static Securebits parse(String text) {
        Securebits read = NONE;
        for (String word : text.strip().split("\\s+")) {
            read = word.isEmpty() ? read : new Securebits(read.bits | bits(word));
        }
        return read;
    }

    private static int bits(String word) {
        if (NUMBER.matcher(word).matches()) {
            return Integer.parseUnsignedInt(word.substring(2), 16);
        }
        for (Securebit bit : Securebit.values()) {
            if (word.equals(bit.word())) {
                return bit.mask();
            }
            if (word.equals(bit.word() + LOCKED)) {
                return bit.lock();
            }
        }
        throw new IllegalArgumentException(
                "'" + word + "' is no securebit, expected for example noroot or noroot-locked");
    }

    /// Returns the words, each lock behind its switch, and the rest as one hex number.
    public String format() {
        List<String> words = new ArrayList<>();
        int rest = bits;
        for (Securebit bit : Securebit.values()) {
            if (isSet(bit)) {
                words.add(bit.word());
            }
            if (isLocked(bit)) {
                words.add(bit.word() + LOCKED);
            }
            rest &= ~(bit.mask() | bit.lock());
        }
        if (rest != 0) {
            words.add("0x" + Integer.toHexString(rest));
        }
        return String.join(" ", words);
    }

    public boolean isSet(Securebit bit) {
        return (bits & bit.mask()) != 0;
    }

    /// Whether neither this thread nor what it starts can ever turn the switch again.
    public boolean isLocked(Securebit bit) {
        return (bits & bit.lock()) != 0;
    }

    public Securebits with(Securebit bit) {
        return new Securebits(bits | bit.mask());
    }

    public Securebits without(Securebit bit) {
        return new Securebits(bits & ~bit.mask());
    }

    /// Returns a copy with this switch locked as it stands.
    public Securebits locked(Securebit bit) {
        return new Securebits(bits | bit.lock());
    }

    /// Whether the locks let `next` follow: no locked switch turns, no lock opens.
    public boolean mayBecome(Securebits next) {
        for (Securebit bit : Securebit.values()) {
            boolean turns = isSet(bit) != next.isSet(bit);
            if (isLocked(bit) && (turns || !next.isLocked(bit))) {
                return false;
            }
        }
        return true;
    }
}
