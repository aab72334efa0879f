package dev.capdrop.core.container;

import dev.capdrop.capability.IdMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a configuration gives to each of its keys, includes and resets applied. Where it does not
/// load, what it gives before the error.
public final class LxcSettings {
    /// Of a container without a configuration.
    public static final LxcSettings NONE = new LxcSettings(Map.of());

    /// For which liblxc makes a profile of AppArmor (lxc.container.conf(5), "APPARMOR PROFILE").
    static final String GENERATED = "generated";

    private static final Pattern ID_MAP =
            Pattern.compile("\\s*([ugb])\\s+(\\d{1,10}\\s+\\d{1,10}\\s+\\d{1,10})\\s*");

    private final Map<String, List<String>> values;

    /// @param values those of each key behind the last empty one
    LxcSettings(Map<String, List<String>> values) {
        this.values = values;
    }

    /// The last value of a key of which liblxc keeps one value; null where it has none.
    ///
    /// @param key such as `lxc.apparmor.profile`
    public @Nullable String value(String key) {
        List<String> all = values(key);
        return all.isEmpty() ? null : all.getLast();
    }

    /// All values of a key of which liblxc keeps a list, in order; an empty value clears what is
    /// before it.
    ///
    /// @param key such as `lxc.idmap`
    public List<String> values(String key) {
        return List.copyOf(values.getOrDefault(key, List.of()));
    }

    /// The keys that have a value, in alphabetical order.
    public SortedSet<String> keys() {
        SortedSet<String> keys = new TreeSet<>(values.keySet());
        keys.removeIf(key -> values(key).isEmpty());
        return keys;
    }

    /// The users of the host that the container's are; those of the initial user namespace where it
    /// is given none of its own, and null where a line of `lxc.idmap` is not as
    /// lxc.container.conf(5), "USER NAMESPACE MAPPINGS", has it.
    public @Nullable IdMap users() {
        List<IdMap.Range> users = new ArrayList<>();
        for (String value : values(LxcKeys.ID_MAP)) {
            Matcher map = ID_MAP.matcher(value);
            if (!map.matches()) {
                return null;
            }
            try {
                List<IdMap.Range> ranges = IdMap.parse(map.group(2)).ranges();
                users.addAll(map.group(1).equals("g") ? List.of() : ranges);
            } catch (IllegalArgumentException outOfRange) {
                return null;
            }
        }
        return users.isEmpty() ? IdMap.INITIAL : new IdMap(users);
    }

    /// The profile of AppArmor that is named; null where none is.
    public @Nullable String profile() {
        return value(LxcKeys.APPARMOR_PROFILE);
    }

    /// Whether liblxc makes a profile for the container.
    public boolean generatesProfile() {
        return GENERATED.equals(profile());
    }

    /// Whether a profile that liblxc makes lets the container mount inside.
    public boolean allowsNesting() {
        return generatesProfile() && "1".equals(value(LxcKeys.APPARMOR_NESTING));
    }

    /// Whether AppArmor confines a container alike by both.
    boolean confinesAs(LxcSettings other) {
        return Objects.equals(profile(), other.profile())
                && allowsNesting() == other.allowsNesting();
    }
}
