package dev.capdrop.capability;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An `/proc/PID/uid_map` or `gid_map`, read from the initial user namespace
/// ([user_namespaces(7)](https://man7.org/linux/man-pages/man7/user_namespaces.7.html)).
public record IdMap(List<Range> ranges) {
    /// The initial namespace's map, which maps every id to itself.
    public static final IdMap INITIAL = new IdMap(List.of(new Range(0, 0, 4294967295L)));

    private static final long MAX_ID = 0xffff_ffffL;
    private static final int COLUMNS = 3;
    private static final String NUMBER = "[0-9]{1,10}";

    /// A range of `count` ids, from `inside` on, that are the host's from `outside` on.
    public record Range(long inside, long outside, long count) {

        /// @throws IllegalArgumentException when a number is out of its range
        public Range {
            if (!isId(inside) || !isId(outside) || !isId(count) || count == 0) {
                throw new IllegalArgumentException(
                        String.format(
                                Locale.ROOT,
                                "ids %d to %d with %d of them, expected 32 bits each",
                                inside,
                                outside,
                                count));
            }
        }

        // written out: the JVM makes those of a record anew at each start
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Range that
                    && inside == that.inside
                    && outside == that.outside
                    && count == that.count;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(31 * (31 * inside + outside) + count);
        }

        private static boolean isId(long number) {
            return number >= 0 && number <= MAX_ID;
        }
    }

    public IdMap {
        ranges = List.copyOf(ranges);
    }

    // written out: the JVM makes those of a record anew at each start
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof IdMap that && ranges.equals(that.ranges);
    }

    @Override
    public int hashCode() {
        return ranges.hashCode();
    }

    /// Parses the whole file.
    ///
    /// @throws IllegalArgumentException for a line that is no range
    public static IdMap parse(String text) {
        return new IdMap(text.lines().map(IdMap::range).toList());
    }

    private static Range range(String line) {
        String[] numbers = line.strip().split("\\s+");
        boolean valid = numbers.length == COLUMNS;
        for (String number : numbers) {
            valid &= number.matches(NUMBER);
        }
        if (!valid) {
            throw new IllegalArgumentException("'" + line + "' is no line of a uid_map");
        }
        return new Range(
                Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2]));
    }

    /// Returns the text with one blank between the numbers, which the kernel takes.
    public String format() {
        return ranges.stream()
                .map(r -> r.inside() + " " + r.outside() + " " + r.count() + "\n")
                .collect(Collectors.joining());
    }

    /// Whether this is a user namespace of its own: the initial one maps everything to itself.
    public boolean unprivileged() {
        return !equals(INITIAL);
    }

    /// Returns the number inside of a user of the host; empty when it has none.
    public OptionalLong inside(long hostUid) {
        for (Range range : ranges) {
            long offset = hostUid - range.outside();
            if (offset >= 0 && offset < range.count()) {
                return OptionalLong.of(range.inside() + offset);
            }
        }
        return OptionalLong.empty();
    }

    /// Returns the host's user that a user inside is; empty when it is none.
    public OptionalLong outside(long insideUid) {
        for (Range range : ranges) {
            long offset = insideUid - range.inside();
            if (offset >= 0 && offset < range.count()) {
                return OptionalLong.of(range.outside() + offset);
            }
        }
        return OptionalLong.empty();
    }
}
