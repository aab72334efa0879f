package dev.capdrop.core.container;

import module java.base;

/// Numbers in words, in base 16, 2, 8 or 10, each matched by a group of an expression.
final class BasedNumber {
    private static final int[] BASES = {16, 2, 8, 10};

    /// Returns the number that one of the four groups has matched; -1 where it is above `last`.
    public static int of(Matcher matcher, int last) {
        for (int group = 1; group <= BASES.length; group++) {
            String digits = matcher.group(group);
            if (digits != null) {
                BigInteger number = new BigInteger("0" + digits, BASES[group - 1]);
                return number.compareTo(BigInteger.valueOf(last)) <= 0 ? number.intValue() : -1;
            }
        }
        return -1;
    }
}
