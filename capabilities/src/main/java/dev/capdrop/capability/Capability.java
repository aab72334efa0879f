package dev.capdrop.capability;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One capability, as capabilities(7) numbers them.
///
/// A record over the number, not an enum: a newer kernel may know numbers that this program does
/// not, and they must pass through unharmed.
///
/// @param number the bit number, 0 to 63
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

    /// The capability called `name`, or null when this program knows no such name.
    ///
    /// @param name lower or upper case, with or without `cap_`
    public static @Nullable Capability named(String name) {
        if (!isOfLetters(name)) {
            return null;
        }
        Knowledge known = KnowledgeTable.byName(bare(name));
        return known == null ? null : known.capability();
    }

    /// Of no other script: lower case makes a `k` of the sign for Kelvin, too.
    private static boolean isOfLetters(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_')) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /// The capability called `name`, which this program must know.
    ///
    /// @throws IllegalArgumentException when it does not, with a sentence that suggests the near
    ///   ones
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

    /// `; did you mean 'sys_rawio'?` for a word that is near to the name of one; else empty.
    public static String suggestion(String word) {
        return NearNames.question(bare(word), known());
    }

    /// Whether a word may be meant for a capability: it is near to the name of one, or begins as
    /// one does.
    public static boolean mayBeMeantBy(String word) {
        return !bare(word).equalsIgnoreCase(word) || !NearNames.of(bare(word), known()).isEmpty();
    }

    private static String bare(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("cap_") ? lower.substring(4) : lower;
    }

    /// All that this program knows by name, by their numbers.
    public static List<Capability> all() {
        return CapabilitySet.upTo(MAX_NUMBER).stream()
                .filter(capability -> capability.knowledge() != null)
                .toList();
    }

    private static List<String> known() {
        return all().stream().map(Capability::name).toList();
    }

    /// The name as lxc.container.conf(5) writes it (`sys_rawio`); the number in decimal where no
    /// name is known.
    public String name() {
        Knowledge known = KnowledgeTable.byNumber(number);
        return known == null ? Integer.toString(number) : known.name();
    }

    /// The name as systemd.unit(5) and capabilities(7) write it (`CAP_SYS_RAWIO`, or `41`).
    public String upperName() {
        Knowledge known = KnowledgeTable.byNumber(number);
        return known == null
                ? Integer.toString(number)
                : "CAP_" + known.name().toUpperCase(Locale.ROOT);
    }

    /// What is known of this capability, or null for a number newer than this program.
    public @Nullable Knowledge knowledge() {
        return KnowledgeTable.byNumber(number);
    }

    // Written out: what the run-time makes for a record, it makes anew in every run (decision 6).
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
