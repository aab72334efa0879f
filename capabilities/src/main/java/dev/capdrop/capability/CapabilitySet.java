package dev.capdrop.capability;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A set of capabilities: bit N for number N
/// ([capabilities(7)](https://man7.org/linux/man-pages/man7/capabilities.7.html), "Thread
/// capability sets").
///
/// ```java
/// CapabilitySet all = CapabilitySet.parseHex("000001ffffffffff");
/// CapabilitySet rest = all.minus(CapabilitySet.of("net_raw", "sys_rawio"));
/// rest.contains(Capability.of("net_raw")); // false
/// ```
public record CapabilitySet(long bits) implements Iterable<Capability> {
    public static final CapabilitySet EMPTY = new CapabilitySet(0);

    private static final int DIGITS = 16;

    public static CapabilitySet of(Collection<Capability> capabilities) {
        long bits = 0;
        for (Capability capability : capabilities) {
            bits |= 1L << capability.number();
        }
        return new CapabilitySet(bits);
    }

    public static CapabilitySet of(Capability first, Capability... more) {
        return of(List.of(more)).with(first);
    }

    public static Collector<Capability, ?, CapabilitySet> toCapabilitySet() {
        return Collectors.collectingAndThen(Collectors.toList(), CapabilitySet::of);
    }

    public static CapabilitySet unionOf(Stream<CapabilitySet> sets) {
        return sets.reduce(EMPTY, CapabilitySet::union);
    }

    /// Returns the set of the capabilities with these names, as [Capability#of] does.
    public static CapabilitySet of(String... names) {
        CapabilitySet set = EMPTY;
        for (String name : names) {
            set = set.with(Capability.of(name));
        }
        return set;
    }

    /// Returns the set of all up to `last`, the number in `/proc/sys/kernel/cap_last_cap`.
    ///
    /// @throws IllegalArgumentException when it is negative
    public static CapabilitySet upTo(int last) {
        if (last < 0) {
            throw new IllegalArgumentException("last capability " + last + ", expected 0 or more");
        }
        return new CapabilitySet(last >= Capability.MAX_NUMBER ? -1L : (1L << (last + 1)) - 1);
    }

    /// Parses hex digits as in `/proc/PID/status`.
    ///
    /// @throws IllegalArgumentException when `hex` is not 1 to 16 hex digits
    public static CapabilitySet parseHex(String hex) {
        if (hex.isEmpty()
                || hex.length() > DIGITS
                || !hex.chars().allMatch(HexFormat::isHexDigit)) {
            throw new IllegalArgumentException(
                    "'" + hex + "' is no capability mask, expected 1 to 16 hex digits");
        }
        return new CapabilitySet(Long.parseUnsignedLong(hex, 16));
    }

    // written out: the JVM makes those of a record anew at each start
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CapabilitySet that && bits == that.bits;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(bits);
    }

    /// Returns the 16 hex digits of `/proc/PID/status`.
    public String formatHex() {
        return HexFormat.of().toHexDigits(bits);
    }

    public boolean contains(Capability capability) {
        return (bits & 1L << capability.number()) != 0;
    }

    /// Whether this set contains all of `other`; the empty set is in every set.
    public boolean containsAll(CapabilitySet other) {
        return (other.bits & ~bits) == 0;
    }

    public boolean isEmpty() {
        return bits == 0;
    }

    /// Returns the number of members, 0 to 64.
    public int size() {
        return Long.bitCount(bits);
    }

    public CapabilitySet with(Capability capability) {
        return new CapabilitySet(bits | 1L << capability.number());
    }

    public CapabilitySet without(Capability capability) {
        return new CapabilitySet(bits & ~(1L << capability.number()));
    }

    public CapabilitySet union(CapabilitySet other) {
        return new CapabilitySet(bits | other.bits);
    }

    /// Returns the members that are not in `other`.
    public CapabilitySet minus(CapabilitySet other) {
        return new CapabilitySet(bits & ~other.bits);
    }

    public CapabilitySet intersect(CapabilitySet other) {
        return new CapabilitySet(bits & other.bits);
    }

    public CapabilitySet only(Predicate<Capability> test) {
        return stream().filter(test).collect(toCapabilitySet());
    }

    /// Returns the members, by number, in a new list that is the caller's.
    public List<Capability> members() {
        List<Capability> members = new ArrayList<>(size());
        for (long rest = bits; rest != 0; rest &= rest - 1) {
            members.add(new Capability(Long.numberOfTrailingZeros(rest)));
        }
        return members;
    }

    public Stream<Capability> stream() {
        return members().stream();
    }

    /// Returns the members' names, by number.
    public List<String> names() {
        return stream().map(Capability::name).toList();
    }

    @Override
    public Iterator<Capability> iterator() {
        return members().iterator();
    }

    /// Returns the names with blanks between them, as in lxc.container.conf(5); empty for none.
    @Override
    public String toString() {
        return String.join(" ", names());
    }
}
