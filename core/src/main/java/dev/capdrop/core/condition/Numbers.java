package dev.capdrop.core.condition;

import module java.base;

import org.jspecify.annotations.Nullable;

/// The numbers of a condition's parameter.
///
/// Source: systemd's `parse_size`, `safe_atou` and `parse_uid`.
final class Numbers {
    private static final BigInteger MAX_64 = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    private static final long MAX_32 = (1L << 32) - 1;
    private static final int MOST_DIGITS = 40;
    private static final Pattern SIZE =
            Pattern.compile("[ \\t\\n\\r]*\\+?([0-9]+)(?:\\.([0-9]*))?[ \\t\\n\\r]*([EPTGMKB]?)");
    private static final String UNITS = "EPTGMKB";

    /// Parses a size with units to the base of 1024, `1G 512M`; null when it is none.
    static @Nullable BigInteger size(String text) {
        Matcher part = SIZE.matcher(text);
        BigInteger sum = BigInteger.ZERO;
        int at = 0;
        int largest = 0;
        do {
            if (text.length() > MOST_DIGITS || !part.find(at) || part.start() != at) {
                return null;
            }
            String unit = part.group(3);
            int index = unit.isEmpty() ? UNITS.length() : UNITS.indexOf(unit);
            if (index < largest) {
                return null;
            }
            BigDecimal number = new BigDecimal(part.group(1) + "." + fraction(part.group(2)));
            int shift = 10 * Math.max(0, UNITS.indexOf('B') - index);
            sum = sum.add(number.multiply(BigDecimal.valueOf(1L << shift)).toBigInteger());
            largest = index + 1;
            at = part.end();
        } while (at < text.length());
        return sum.compareTo(MAX_64) > 0 ? null : sum;
    }

    private static String fraction(@Nullable String digits) {
        return digits == null || digits.isEmpty() ? "0" : digits;
    }

    /// Parses an unsigned number of 32 bits in C's notation (`0x` hexadecimal, `0b` binary, leading
    /// 0 octal); null when it is none.
    static @Nullable Long unsigned(String text) {
        String digits = text.replaceFirst("^[ \\t\\n\\r]+", "").replaceFirst("^\\+", "");
        String lower = digits.length() > MOST_DIGITS ? "" : digits.toLowerCase(Locale.ROOT);
        return lower.startsWith("0x")
                ? number(lower.substring(2), 16)
                : lower.startsWith("0b")
                        ? number(lower.substring(2), 2)
                        : lower.matches("0.+")
                                ? number(lower.replaceFirst("0o?", ""), 8)
                                : number(lower, 10);
    }

    private static @Nullable Long number(String digits, int radix) {
        boolean plain =
                !digits.isEmpty()
                        && digits.chars().allMatch(c -> Character.digit(c, radix) >= 0 && c < 0x80);
        BigInteger value = plain ? new BigInteger(digits, radix) : MAX_64;
        return value.compareTo(BigInteger.valueOf(MAX_32)) > 0 ? null : value.longValueExact();
    }

    static @Nullable Long id(String text) {
        boolean plain = text.matches("0|[1-9][0-9]{0,9}");
        long number = plain ? Long.parseLong(text) : MAX_32;
        return number >= MAX_32 || number == 0xffff ? null : Long.valueOf(number);
    }
}
