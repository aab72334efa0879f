package dev.capdrop.capability;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A set of capabilities: 64 bits, bit N for capability number N (capabilities(7), "Thread
/// capability sets").
///
/// @param bits the bits
public record CapabilitySet(long bits) implements Iterable<Capability> {
    /// The empty set.
    public static final CapabilitySet EMPTY = new CapabilitySet(0);

    /// The set of these capabilities.
    public static CapabilitySet of(Collection<Capability> capabilities) {
        long bits = 0;
        for (Capability capability : capabilities) {
            bits |= 1L << capability.number();
        }
        return new CapabilitySet(bits);
    }

    /// The set of the capabilities with these names.
    ///
    /// @throws IllegalArgumentException for a name that this program does not know, as
    ///   [Capability#of] does
    public static CapabilitySet of(String... names) {
        CapabilitySet set = EMPTY;
        for (String name : names) {
            set = set.with(Capability.of(name));
        }
        return set;
    }

    /// Every capability up to `last`, which is what `/proc/sys/kernel/cap_last_cap` holds.
    ///
    /// @param last 0 or more; 63 and more mean all 64 bits
    /// @throws IllegalArgumentException when it is negative
    public static CapabilitySet upTo(int last) {
        if (last < 0) {
            throw new IllegalArgumentException("last capability " + last + ", expected 0 or more");
        }
        return new CapabilitySet(last >= Capability.MAX_NUMBER ? -1L : (1L << (last + 1)) - 1);
    }

    /// The set written as hex digits, as in `/proc/PID/status`.
    ///
    /// @throws IllegalArgumentException when `hex` is not 1 to 16 hex digits
    public static CapabilitySet parseHex(String hex) {
        if (!hex.matches("[0-9a-fA-F]{1,16}")) {
            throw new IllegalArgumentException(
                    "'" + hex + "' is no capability mask, expected 1 to 16 hex digits");
        }
        return new CapabilitySet(Long.parseUnsignedLong(hex, 16));
    }

    // Written out: what the run-time makes for a record, it makes anew in every run (decision 6).
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CapabilitySet that && bits == that.bits;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(bits);
    }

    /// The 16 hex digits of `/proc/PID/status`.
    public String formatHex() {
        return HexFormat.of().toHexDigits(bits);
    }

    /// Whether the capability is in it.
    public boolean contains(Capability capability) {
        return (bits & 1L << capability.number()) != 0;
    }

    /// Whether all of `other` is in it; the empty set is in every set.
    public boolean containsAll(CapabilitySet other) {
        return (other.bits & ~bits) == 0;
    }

    /// Whether nothing is in it.
    public boolean isEmpty() {
        return bits == 0;
    }

    /// How many are in it, 0 to 64.
    public int size() {
        return Long.bitCount(bits);
    }

    /// This set and the capability.
    public CapabilitySet with(Capability capability) {
        return new CapabilitySet(bits | 1L << capability.number());
    }

    /// What is in this set, in the other, or in both.
    public CapabilitySet union(CapabilitySet other) {
        return new CapabilitySet(bits | other.bits);
    }

    /// What is in this set and not in the other.
    public CapabilitySet minus(CapabilitySet other) {
        return new CapabilitySet(bits & ~other.bits);
    }

    /// What is in both.
    public CapabilitySet intersect(CapabilitySet other) {
        return new CapabilitySet(bits & other.bits);
    }

    /// The members, by number, in a new list that is the caller's.
    public List<Capability> members() {
        List<Capability> members = new ArrayList<>(size());
        for (long rest = bits; rest != 0; rest &= rest - 1) {
            members.add(new Capability(Long.numberOfTrailingZeros(rest)));
        }
        return members;
    }

    /// The members, by number.
    public Stream<Capability> stream() {
        return members().stream();
    }

    /// The members' names, by number.
    public List<String> names() {
        return stream().map(Capability::name).toList();
    }

    /// The members, by number.
    @Override
    public Iterator<Capability> iterator() {
        return members().iterator();
    }

    /// The names with blanks between them, as lxc.container.conf(5) lists them; empty for none.
    @Override
    public String toString() {
        return String.join(" ", names());
    }
}
