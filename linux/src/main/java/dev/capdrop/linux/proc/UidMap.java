package dev.capdrop.linux.proc;

import java.util.List;
import java.util.OptionalLong;

/// `/proc/PID/uid_map`, read from the host (user_namespaces(7)).
///
/// @param ranges the ranges, in order
public record UidMap(List<Range> ranges) {
    private static final Range ALL = new Range(0, 0, 4294967295L);

    /// `count` ids from `inside` on are the host's from `outside` on.
    public record Range(long inside, long outside, long count) {}

    public UidMap {
        ranges = List.copyOf(ranges);
    }

    /// Parses the whole file.
    ///
    /// @throws IllegalArgumentException when a line is not three numbers
    public static UidMap parse(String text) {
        return new UidMap(text.lines().map(UidMap::range).toList());
    }

    private static Range range(String line) {
        String[] numbers = line.strip().split("\\s+");
        if (numbers.length != 3) {
            throw new IllegalArgumentException("'" + line + "' is no line of a uid_map");
        }
        return new Range(
                Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2]));
    }

    /// Whether this is a user namespace of the container's own: the initial one maps everything to
    /// itself.
    public boolean unprivileged() {
        return !ranges.equals(List.of(ALL));
    }

    /// The number inside of a user of the host; empty when it has none.
    public OptionalLong inside(long hostUid) {
        for (Range range : ranges) {
            long offset = hostUid - range.outside();
            if (offset >= 0 && offset < range.count()) {
                return OptionalLong.of(range.inside() + offset);
            }
        }
        return OptionalLong.empty();
    }

    /// The host's user that a user inside is; empty when it is none.
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
