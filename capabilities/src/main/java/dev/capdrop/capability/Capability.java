package dev.capdrop.capability;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A capability, as [capabilities(7)](https://man7.org/linux/man-pages/man7/capabilities.7.html)
/// numbers them: no enum, for numbers of a newer kernel must pass through unharmed.
///
/// @param number 0 to 63
public record Capability(int number) implements Comparable<Capability> {
    /// The highest number that a set of 64 bits can hold.
    public static final int MAX_NUMBER = 63;

    /// @throws IllegalArgumentException when the number is not 0 to 63
    public Capability {
        if (number < 0 || number > MAX_NUMBER) {
            throw new IllegalArgumentException(
                    "capability number " + number + ", expected 0 to " + MAX_NUMBER);
        }
    }

    /// Returns the capability called `name`, in any case, with or without `cap_`, or null when this
    /// library knows no such name.
    public static @Nullable Capability named(String name) {
        if (!isOfLetters(name)) {
            return null;
        }
        Knowledge known = KnowledgeTable.byName(bare(name));
        return known == null ? null : known.capability();
    }

    /// Whether all letters are Latin: lower case would turn the sign for Kelvin into a `k`, too.
    private static boolean isOfLetters(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_')) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /// Returns the capability called `name`.
    ///
    /// @throws IllegalArgumentException for an unknown name, with similar ones
    public static Capability of(String name) {
        Capability capability = named(name);
        if (capability == null) {
            throw new IllegalArgumentException(
                    "no capability is called '"
                            + name
                            + "', expected names as in capabilities(7), such as sys_rawio"
                            + suggestion(name));
        }
        return capability;
    }

    /// Returns `; did you mean 'sys_rawio'?` for a word similar to a name; else empty.
    public static String suggestion(String word) {
        return NearNames.question(bare(word), known());
    }

    /// Whether a word may mean a capability: it is similar to a name, or begins as one does.
    public static boolean mayBeMeantBy(String word) {
        return !bare(word).equalsIgnoreCase(word) || !NearNames.of(bare(word), known()).isEmpty();
    }

    private static String bare(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("cap_") ? lower.substring(4) : lower;
    }

    /// Returns all capabilities with a known name, by number.
    public static List<Capability> all() {
        return CapabilitySet.upTo(MAX_NUMBER).stream()
                .filter(capability -> capability.knowledge() != null)
                .toList();
    }

    private static List<String> known() {
        return all().stream().map(Capability::name).toList();
    }

    /// Returns the name of lxc.container.conf(5) (`sys_rawio`); an unknown one's number in decimal.
    public String name() {
        Knowledge known = KnowledgeTable.byNumber(number);
        return known == null ? Integer.toString(number) : known.name();
    }

    /// Returns the name as systemd.unit(5) and capabilities(7) write it (`CAP_SYS_RAWIO`, or `41`).
    public String upperName() {
        Knowledge known = KnowledgeTable.byNumber(number);
        return known == null
                ? Integer.toString(number)
                : "CAP_" + known.name().toUpperCase(Locale.ROOT);
    }

    /// Returns what is known of this capability, or null for a number newer than this library.
    public @Nullable Knowledge knowledge() {
        return KnowledgeTable.byNumber(number);
    }

    // written out: the JVM makes those of a record anew at each start
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Capability that && number == that.number;
    }

    @Override
    public int hashCode() {
        return Integer.hashCode(number);
    }

    @Override
    public int compareTo(Capability other) {
        return Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
        return name();
    }
}
