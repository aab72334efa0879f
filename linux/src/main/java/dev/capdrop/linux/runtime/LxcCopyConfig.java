package dev.capdrop.linux.runtime;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.container.LxcSettings;
import dev.capdrop.core.snapshot.ConfigurationText;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The lines behind a container's own configuration that make it a throw-away copy's: they take
/// back what must not be twice on a host, or would let a copy act on anything but itself (network,
/// the administrator's hooks, shared mounts), whether it is there or not, because liblxc reads
/// included files anew at every start.
///
/// Source: lxc.container.conf(5): an empty value clears a list; of other keys the last one counts.
final class LxcCopyConfig {
    private static final String ROOT = "lxc.rootfs.path";
    private static final String HOOK = "lxc.hook.";
    private static final String NET = "lxc.net.";

    /// Hooks of the distribution are for every container alike.
    private static final Pattern DISTRIBUTIONS =
            Pattern.compile("/usr/share/(lxc|lxcfs)/[A-Za-z0-9_./-]+");

    /// What follows `lxc.hook.` in lxc.container.conf(5).
    private static final List<String> HOOKS =
            List.of(
                    "autodev",
                    "clone",
                    "destroy",
                    "mount",
                    "post-stop",
                    "pre-mount",
                    "pre-start",
                    "start",
                    "start-host",
                    "stop");

    /// Keys of lxc.container.conf(5) that name something on the host that is the container's own,
    /// or ask others.
    private static final List<String> KEYS_OF_PLACES =
            List.of(
                    "lxc.cgroup.dir",
                    "lxc.cgroup.dir.container",
                    "lxc.cgroup.dir.container.inner",
                    "lxc.cgroup.dir.monitor",
                    "lxc.cgroup.dir.monitor.pivot",
                    "lxc.console.logfile",
                    "lxc.console.path",
                    "lxc.group",
                    "lxc.log.file",
                    "lxc.log.level",
                    "lxc.log.syslog",
                    "lxc.seccomp.notify.proxy");

    private static final Pattern ADDRESSED =
            Pattern.compile("lxc\\.net\\.[0-9]+\\.ipv[46]\\.address");
    private static final Pattern OUTSIDE =
            Pattern.compile(
                    "lxc\\.net\\.[0-9]+\\.(script\\..*|veth\\.ipv[46]\\.route|ipv[46]\\.route|veth\\..*route)");
    private static final Pattern TYPE = Pattern.compile("lxc\\.net\\.[0-9]+\\.type");
    private static final Pattern HARDWARE = Pattern.compile("lxc\\.net\\.[0-9]+\\.hwaddr");
    private static final Pattern PAIR = Pattern.compile("lxc\\.net\\.[0-9]+\\.veth\\.pair");
    private static final Set<String> SHAREABLE = Set.of("empty", "veth", "macvlan", "ipvlan");

    private final HostRuntime.Original original;
    private final LxcSettings settings;
    private final List<Path> shared;
    private final List<String> lines = new ArrayList<>();
    private final Map<String, List<String>> made = new LinkedHashMap<>();
    private final List<String> differences = new ArrayList<>();

    LxcCopyConfig(HostRuntime.Original original, Path root, LxcCopyMounts.Overlays overlays)
            throws IOException {
        this.original = original;
        this.settings = ConfigurationText.settings(original.text(), original.id().format());
        refuseNul();
        refusePrivileged();
        refuseShared();
        if (original.network()) {
            keepNetwork();
        } else {
            lines.add("lxc.net =");
            give(NET + "0.type", "empty");
            differences.add(CopyRules.NO_NETWORK);
        }
        hooks();
        places();
        List<String> entries = settings.values("lxc.mount.entry");
        LxcCopyMounts mounts = new LxcCopyMounts(entries, root, overlays, differences);
        shared = mounts.shared();
        set("lxc.mount.entry", mounts.entries());
        set("lxc.mount.auto", settings.values("lxc.mount.auto"));
    }

    /// Returns the configuration of a copy, a string of bytes, read again before it is one.
    ///
    /// @param place the copy's folder: `rootfs` is its root, `0`, `1`, … are those of [#shared]
    String of(CapabilitySet dropped, Path place) throws IOException {
        ConfigurationText old = original.text();
        ConfigFormat format = original.id().format();
        int last = original.lastCapability();
        return text(CopyRules.dropping(format, old.path(), old.asSource(), dropped, last), place);
    }

    String text(String own, Path folder) throws IOException {
        String root = "dir:" + folder.resolve("rootfs");
        StringBuilder text = new StringBuilder(own);
        if (!own.endsWith("\n")) {
            text.append('\n');
        }
        lines.forEach(line -> text.append(inFolder(line, folder)).append('\n'));
        text.append(ROOT + " = ").append(root).append('\n');
        prove(text.toString(), folder, root);
        return text.toString();
    }

    private static String inFolder(String line, Path folder) {
        return line.replace(LxcCopyMounts.FOLDER, folder.toString());
    }

    List<String> differences() {
        return List.copyOf(differences);
    }

    List<Path> shared() {
        return shared;
    }

    private void prove(String text, Path folder, String root) throws IOException {
        ConfigurationText old = original.text();
        ConfigurationText composed = CopyRules.with(old, old.path(), text);
        ConfigFormat format = original.id().format();
        LoadError error =
                format.resolve(old.path(), composed.asSource(), original.lastCapability()).error();
        if (error != null) {
            throw unlike(error.reason());
        }
        LxcSettings read = ConfigurationText.settings(composed, format);
        if (!root.equals(read.value(ROOT))) {
            throw unlike("its root directory would not be the copy's own");
        }
        Set<String> keys = new TreeSet<>(made.keySet());
        read.keys().stream()
                .filter(key -> key.startsWith(HOOK) || key.startsWith(NET))
                .filter(key -> !key.equals("lxc.hook.version"))
                .forEach(keys::add);
        for (String key : keys) {
            List<String> meant = new ArrayList<>(made.getOrDefault(key, List.of()));
            meant.replaceAll(value -> inFolder(value, folder));
            List<String> values = read.values(key);
            if (!values.equals(meant)) {
                throw unlike("'%s' would be %s, not %s".formatted(key, values, meant));
            }
        }
    }

    private static IOException unlike(String why) {
        return new IOException(
                "a copy's configuration would not be read as it is meant, so none is made: " + why);
    }

    private void set(String key, List<String> values) {
        lines.add(key + " =");
        values.forEach(value -> lines.add(key + " = " + value));
        made.put(key, List.copyOf(values));
    }

    private void give(String key, String value) {
        lines.add(key + " = " + value);
        made.computeIfAbsent(key, _ -> new ArrayList<>()).add(value);
    }

    private void refuseNul() throws IOException {
        for (Map.Entry<String, String> file : original.text().files().entrySet()) {
            if (file.getValue().indexOf('\0') >= 0) {
                throw new IOException(
                        "'%s' has a NUL byte, behind which liblxc does not read, so that no copy can be made; remove it"
                                .formatted(file.getKey()));
            }
        }
    }

    /// The root user of a privileged container can write to the host's devices and settings.
    private void refusePrivileged() throws IOException {
        List<String> maps = settings.values("lxc.idmap");
        if (maps.isEmpty()) {
            throw CopyRules.refused(
                    "it is privileged (its configuration has no lxc.idmap): "
                            + CopyRules.REACHES_HOST);
        }
        for (String map : maps) {
            if (CopyRules.mapsHostsRoot(map)) {
                throw CopyRules.refused(
                        "its configuration says 'lxc.idmap = %s', which maps the host's root: %s"
                                .formatted(map, CopyRules.REACHES_HOST));
            }
        }
        set("lxc.idmap", maps);
        String devices = settings.value("lxc.autodev");
        if (devices != null && !devices.strip().equals("1")) {
            throw new IOException(
                    "its configuration says 'lxc.autodev = %s', so that its copies would have no /dev of their own, and none is made"
                            .formatted(devices));
        }
        lines.add("lxc.autodev = 1");
    }

    private void refuseShared() throws IOException {
        for (String key : settings.keys()) {
            String value = settings.value(key);
            if (key.startsWith("lxc.namespace.")) {
                throw refused(
                        key, value, "a copy that shares a namespace with others could act on them");
            }
            if (key.startsWith("lxc.cgroup.dir")) {
                throw refused(
                        key,
                        value,
                        "a copy elsewhere would not have the limits that are set there");
            }
            if (key.equals("lxc.seccomp.notify.proxy")) {
                throw refused(key, value, "what answers there acts for the container itself");
            }
        }
        for (String automatic : settings.values("lxc.mount.auto")) {
            if (automatic.contains("shmounts")) {
                throw refused(
                        "lxc.mount.auto",
                        automatic,
                        "what is mounted there is shared with the host");
            }
        }
    }

    private static IOException refused(String key, @Nullable String value, String why) {
        return new IOException(
                "its configuration says '%s = %s': %s, so none is made".formatted(key, value, why));
    }

    /// Two containers of the same addresses would disturb each other.
    private void keepNetwork() throws IOException {
        lines.add("lxc.net =");
        List<String> keys = settings.keys().stream().filter(key -> key.startsWith(NET)).toList();
        for (String key : keys) {
            refuseNetwork(key);
        }
        // liblxc takes what belongs to a type only behind that
        for (String key : keys) {
            if (TYPE.matcher(key).matches()) {
                give(key, String.valueOf(settings.value(key)));
            }
        }
        for (String key : keys) {
            if (HARDWARE.matcher(key).matches()) {
                give(key, "00:16:3e:xx:xx:xx");
            } else if (!TYPE.matcher(key).matches() && !PAIR.matcher(key).matches()) {
                settings.values(key).forEach(value -> give(key, value));
            }
        }
        differences.add(
                "other hardware addresses, but the same host name, machine-id and "
                        + CopyRules.SPEAKS_AS_IT);
    }

    private void refuseNetwork(String key) throws IOException {
        String value = settings.value(key);
        String why =
                ADDRESSED.matcher(key).matches()
                        ? "an address that two containers must not have at once"
                        : OUTSIDE.matcher(key).matches()
                                ? "which acts on the host for each copy, too"
                                : TYPE.matcher(key).matches()
                                                && !SHAREABLE.contains(String.valueOf(value))
                                        ? "which no copy can have beside it"
                                        : "";
        if (!why.isEmpty()) {
            throw new IOException(
                    "--network: its configuration says '%s = %s', %s; leave out --network"
                            .formatted(key, value, why));
        }
    }

    private void hooks() {
        for (String name : HOOKS) {
            String key = HOOK + name;
            List<String> stay = new ArrayList<>();
            for (String hook : settings.values(key)) {
                if (DISTRIBUTIONS.matcher(hook).matches() && !hook.contains("..")) {
                    stay.add(hook);
                } else {
                    differences.add("without its hook '" + hook + "' (" + key + ")");
                }
            }
            set(key, stay);
        }
    }

    private void places() {
        for (String key : KEYS_OF_PLACES) {
            // without a console, getty would have no place to run
            boolean none = key.equals("lxc.console.path") && "none".equals(settings.value(key));
            set(key, none ? List.of("none") : List.of());
        }
        lines.add("lxc.start.auto = 0");
        lines.add("lxc.ephemeral = 0");
        // liblxc refuses an empty one
        lines.add("lxc.mount.fstab = /dev/null");
        String table = settings.value("lxc.mount.fstab");
        if (table != null) {
            differences.add("without the mounts of '" + table + "'");
        }
    }
}
