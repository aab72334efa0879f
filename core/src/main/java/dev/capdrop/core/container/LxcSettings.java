package dev.capdrop.core.container;

import dev.capdrop.capability.IdMap;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The values of each key of a configuration since its last empty value, up to the first error.
public record LxcSettings(Map<String, List<String>> values) {
    public static final LxcSettings NONE = new LxcSettings(Map.of());
    static final String GENERATED = "generated";
    private static final Pattern ID_MAP =
            Pattern.compile("\\s*([ugb])\\s+(\\d{1,10}\\s+\\d{1,10}\\s+\\d{1,10})\\s*");

    /// Returns the last value of a key of which liblxc keeps one value; null where it has none.
    public @Nullable String value(String key) {
        List<String> all = values(key);
        return all.isEmpty() ? null : all.getLast();
    }

    public List<String> values(String key) {
        return List.copyOf(values.getOrDefault(key, List.of()));
    }

    public SortedSet<String> keys() {
        SortedSet<String> keys = new TreeSet<>(values.keySet());
        keys.removeIf(key -> values(key).isEmpty());
        return keys;
    }

    /// Returns the container's users as users of the host, those of the initial user namespace
    /// where it has none of its own; null where a line is not as lxc.container.conf(5), "USER
    /// NAMESPACE MAPPINGS", has it.
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

    public @Nullable String profile() {
        return value(LxcKeys.APPARMOR_PROFILE);
    }

    public boolean generatesProfile() {
        return GENERATED.equals(profile());
    }

    public boolean allowsNesting() {
        return generatesProfile() && "1".equals(value(LxcKeys.APPARMOR_NESTING));
    }

    boolean confinesAs(LxcSettings other) {
        return Objects.equals(profile(), other.profile())
                && allowsNesting() == other.allowsNesting();
    }
}
