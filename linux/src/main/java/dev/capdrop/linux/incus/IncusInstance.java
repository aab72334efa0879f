package dev.capdrop.linux.incus;

import dev.capdrop.core.runtime.IncusFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An instance as Incus describes it.
///
/// @param project its project
/// @param name its name there
/// @param status such as `Running`
/// @param location the member of the cluster that it is on; `none` without a cluster
/// @param config its own settings
/// @param expanded the same with those of its profiles
/// @param profiles in the order in which they count
/// @param raw all that Incus says of it
public record IncusInstance(
        String project,
        String name,
        String status,
        String location,
        Map<String, String> config,
        Map<String, String> expanded,
        List<String> profiles,
        Map<String, @Nullable Object> raw) {
    static final String RAW_LXC = "raw.lxc";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{1,63}");
    private static final Pattern PROJECT = Pattern.compile("[^/_\\s\\p{Cntrl}]{1,63}");

    /// One of the objects that Incus answers with.
    ///
    /// @return null for a virtual machine
    static @Nullable IncusInstance of(@Nullable Object object) throws IOException {
        Map<String, @Nullable Object> fields = fields(object);
        String type = text(fields, "type");
        String name = text(fields, "name");
        String project = text(fields, "project");
        if (!NAME.matcher(name).matches() || !PROJECT.matcher(project).matches()) {
            throw new IOException("it lists an instance that cannot be called so");
        }
        if (!type.equals("container")) {
            return null;
        }
        String status = text(fields, "status");
        boolean told = !status.equals("Error") || fields.get("config") != null;
        return new IncusInstance(
                project,
                name,
                status,
                text(fields, "location"),
                told ? settings(fields.get("config")) : Map.of(),
                told ? settings(fields.get("expanded_config")) : Map.of(),
                profiles(fields),
                fields);
    }

    /// Whether its settings are known: those of a member of a cluster that does not answer are not.
    boolean told() {
        return raw.get("config") != null;
    }

    static Map<String, @Nullable Object> fields(@Nullable Object object) throws IOException {
        if (!(object instanceof Map<?, ?> map)) {
            throw new IOException("its answer is not what Incus answers");
        }
        Map<String, @Nullable Object> fields = new HashMap<>();
        map.forEach((key, value) -> fields.put(String.valueOf(key), value));
        return fields;
    }

    static String text(Map<String, @Nullable Object> fields, String name) throws IOException {
        if (fields.get(name) instanceof String text) {
            return text;
        }
        throw new IOException("its answer lacks '" + name + "'");
    }

    static List<String> profiles(Map<String, @Nullable Object> fields) {
        List<String> profiles = new ArrayList<>();
        if (fields.get("profiles") instanceof List<?> all) {
            all.forEach(one -> profiles.add(String.valueOf(one)));
        }
        return List.copyOf(profiles);
    }

    /// Returns the `raw.lxc` among the settings of an object that Incus answers with; null where it
    /// has none.
    static @Nullable String lines(Map<?, ?> object) {
        return object.get("config") instanceof Map<?, ?> config
                        && config.get(RAW_LXC) instanceof String lines
                ? lines
                : null;
    }

    private static Map<String, String> settings(@Nullable Object object) throws IOException {
        Map<String, String> settings = new HashMap<>();
        for (Map.Entry<String, @Nullable Object> one : fields(object).entrySet()) {
            if (one.getValue() instanceof String value) {
                settings.put(one.getKey(), value);
            }
        }
        return Map.copyOf(settings);
    }

    /// Returns the number of network interfaces that it gets.
    int interfaces() throws IOException {
        int interfaces = 0;
        for (Object device : fields(raw.get("expanded_devices")).values()) {
            interfaces += "nic".equals(fields(device).get("type")) ? 1 : 0;
        }
        return interfaces;
    }

    /// Returns its devices with those of its profiles, by name.
    ///
    /// @throws IOException one clause when Incus does not say
    public Map<String, Map<String, String>> expandedDevices() throws IOException {
        Map<String, Map<String, String>> devices = new TreeMap<>();
        for (Map.Entry<String, @Nullable Object> one :
                fields(raw.get("expanded_devices")).entrySet()) {
            devices.put(one.getKey(), settings(one.getValue()));
        }
        return devices;
    }

    /// Whether a setting of it, or of its profiles, is on.
    public boolean on(String key) {
        return isOn(expanded.getOrDefault(key, ""));
    }

    /// Whether a value of a setting means that it is on.
    static boolean isOn(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on" -> true;
            default -> false;
        };
    }

    /// Whether Incus deletes it as soon as it stops.
    public boolean ephemeral() {
        return Boolean.TRUE.equals(raw.get("ephemeral"));
    }

    /// Whether `raw.lxc` is set for the instance itself, so that no profile's counts.
    boolean hasOwnLines() {
        return config.containsKey(RAW_LXC);
    }

    /// Returns what its configuration is read as.
    ///
    /// @param directory where Incus has its files
    public IncusFile file(String directory) {
        return new IncusFile(directory, project, name);
    }
}
