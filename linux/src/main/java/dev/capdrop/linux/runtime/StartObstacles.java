package dev.capdrop.linux.runtime;

import dev.capdrop.core.container.ProxmoxConfig;
import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.time.Deadline.Patience;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The obstacles to a start of a guest of Proxmox VE that runs, whatever we change: looked for
/// before a shutdown, so that a line that somebody has broken does not become an outage.
///
/// Source: pct.conf(5), `netN`, `rootfs`, `mpN`, `devN`, `hookscript`; pvesm(1), `status`, `path`;
/// `update_lxc_config` in pve-container's src/PVE/LXC.pm, `check_hookscript` in pve-guest-common's
/// src/PVE/GuestHelpers.pm.
record StartObstacles(
        Path interfaces,
        @Nullable Map<String, String> storages,
        ConfiguredRoots.StorageFolder files) {
    private static final Pattern NETWORK = Pattern.compile("net\\d+");
    private static final Pattern DEVICE = Pattern.compile("dev\\d+");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
    private static final Pattern VOLUME = Pattern.compile("rootfs|mp\\d+");
    private static final Patience LIMIT = Patience.atLeast(Duration.ofSeconds(20));

    static StartObstacles ofHost() throws IOException {
        return new StartObstacles(
                Path.of("/sys/class/net"),
                storagesOfHost(),
                ConfiguredRoots.StorageFolder::byPvesm);
    }

    /// Returns the first that is found, in words that stand behind "it"; empty when there is none.
    String first(String conf) throws IOException {
        Map<String, String> properties =
                new TreeMap<>(ProxmoxConfig.parse(conf).nextStart().properties());
        for (Map.Entry<String, String> property : properties.entrySet()) {
            String found = of(property.getKey(), property.getValue());
            if (!found.isEmpty()) {
                return found;
            }
        }
        return "";
    }

    private String of(String key, String value) throws IOException {
        if (NETWORK.matcher(key).matches()) {
            return network(key, option(value, "bridge"), option(value, "mtu"));
        }
        if (DEVICE.matcher(key).matches()) {
            return device(key, option(value, "path"));
        }
        if (key.equals("hookscript")) {
            return hookscript(value);
        }
        return VOLUME.matcher(key).matches() ? volume(key, option(value, "volume")) : "";
    }

    private String network(String key, String bridge, String mtu) {
        if (bridge.isEmpty()) {
            return "";
        }
        if (absent(interfaces, bridge)) {
            return "needs the bridge '%s' for %s, which this host has not".formatted(bridge, key);
        }
        String most = mtu(bridge);
        boolean known = NUMBER.matcher(mtu).matches() && NUMBER.matcher(most).matches();
        return known && Integer.parseInt(mtu) > Integer.parseInt(most)
                ? "has an MTU of %s for %s, and its bridge '%s' one of %s"
                        .formatted(mtu, key, bridge, most)
                : "";
    }

    private String mtu(String bridge) {
        return Errand.or(
                "", () -> Files.readString(interfaces.resolve(bridge).resolve("mtu")).strip());
    }

    private static String device(String key, String path) {
        if (!path.startsWith("/")) {
            return "";
        }
        if (absent(Path.of("/"), path.substring(1))) {
            return "gets '%s' as %s, which is not there".formatted(path, key);
        }
        return Files.isRegularFile(Path.of(path)) || Files.isDirectory(Path.of(path))
                ? "gets '%s' as %s, which is no device".formatted(path, key)
                : "";
    }

    private String hookscript(String volume) throws IOException {
        Path script = files.of(volume);
        if (script == null || (Files.isRegularFile(script) && Files.isExecutable(script))) {
            return "";
        }
        return "runs the hookscript '%s', which is %s"
                .formatted(volume, Files.exists(script) ? "not executable" : "not there");
    }

    private String volume(String key, String volume) {
        if (volume.startsWith("/")) {
            return absent(Path.of("/"), volume.substring(1))
                    ? "mounts '%s' as %s, which is not there".formatted(volume, key)
                    : "";
        }
        int colon = volume.indexOf(':');
        if (colon < 0 || storages == null) {
            return "";
        }
        String storage = volume.substring(0, colon);
        String state = storages.getOrDefault(storage, "not known to 'pvesm status'");
        return state.equals("active")
                ? ""
                : "has its %s on the storage '%s', which is %s".formatted(key, storage, state);
    }

    private static boolean absent(Path folder, String name) {
        try {
            return Files.notExists(folder.resolve(name));
        } catch (InvalidPathException impossible) {
            return true;
        }
    }

    /// Returns the value of an option; the word without a name is the volume, or the path.
    private static String option(String value, String name) {
        for (String part : value.split(",")) {
            int equals = part.indexOf('=');
            if (equals < 0 && (name.equals("volume") || name.equals("path"))) {
                return part;
            }
            if (equals > 0 && part.substring(0, equals).equals(name)) {
                return part.substring(equals + 1);
            }
        }
        return "";
    }

    private static @Nullable Map<String, String> storagesOfHost() throws IOException {
        HostProgram program = HostProgram.ifInstalled("pvesm");
        if (program == null) {
            return null;
        }
        HostProgram.Outcome outcome = program.run(List.of("status"), LIMIT);
        return outcome.succeeded() ? states(outcome.output()) : null;
    }

    static Map<String, String> states(String status) {
        Map<String, String> states = new HashMap<>();
        for (String line : status.lines().skip(1).toList()) {
            String[] columns = line.strip().split("\\s+");
            if (columns.length > 2) {
                states.put(columns[0], columns[2]);
            }
        }
        return states;
    }
}
