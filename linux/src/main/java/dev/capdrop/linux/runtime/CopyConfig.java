package dev.capdrop.linux.runtime;

import dev.capdrop.core.container.LxcSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// The lines that make a throw-away copy of a container's configuration. They stand behind its own,
/// and take back what must not be twice on a host, or what would let a copy act on anything but
/// itself: its network, the hooks that its administrator wrote, the mounts that it shares with
/// others.
///
/// Source: lxc.container.conf(5): an empty value clears a list, and of other keys the last value
/// counts.
final class CopyConfig {
    /// Hooks of the distribution, such as those of lxcfs, are for every container alike.
    private static final String DISTRIBUTION = "/usr/share/lxc";

    private static final Set<String> VIRTUAL =
            Set.of(
                    "binfmt_misc",
                    "bpf",
                    "cgroup",
                    "cgroup2",
                    "configfs",
                    "debugfs",
                    "devpts",
                    "efivarfs",
                    "fusectl",
                    "hugetlbfs",
                    "mqueue",
                    "proc",
                    "pstore",
                    "ramfs",
                    "securityfs",
                    "sysfs",
                    "tmpfs",
                    "tracefs");

    private static final Pattern KERNELS_OWN = Pattern.compile("/(proc|sys)(/.*)?");

    /// Devices that hold no state which a copy could change.
    private static final Set<String> HARMLESS =
            Set.of(
                    "/dev/fuse",
                    "/dev/full",
                    "/dev/net/tun",
                    "/dev/null",
                    "/dev/random",
                    "/dev/tty",
                    "/dev/urandom",
                    "/dev/zero");

    private static final Pattern ADDRESSED =
            Pattern.compile("lxc\\.net\\.[0-9]+\\.ipv[46]\\.address");
    private static final Pattern TYPE = Pattern.compile("lxc\\.net\\.[0-9]+\\.type");
    private static final Pattern HARDWARE = Pattern.compile("lxc\\.net\\.[0-9]+\\.hwaddr");
    private static final Pattern PAIR = Pattern.compile("lxc\\.net\\.[0-9]+\\.veth\\.pair");
    private static final Set<String> SHAREABLE = Set.of("empty", "veth", "macvlan", "ipvlan");

    private final LxcSettings settings;
    private final List<String> lines = new ArrayList<>();
    private final List<String> differences = new ArrayList<>();
    private final List<Path> shared = new ArrayList<>();

    /// @param settings what the container's own configuration gives to each key
    /// @param network whether copies are to have its network
    /// @param overlay what can be mounted as an overlay
    /// @throws IOException one sentence when no copy can have this configuration
    CopyConfig(LxcSettings settings, boolean network, Overlays overlay) throws IOException {
        this.settings = settings;
        if (network) {
            keepNetwork();
        } else {
            lines.add("lxc.net =");
            lines.add("lxc.net.0.type = empty");
            differences.add("no network but a loopback device; --network gives it one");
        }
        refuseSharedNamespaces();
        clearHooks();
        clearPlaces();
        mounts(overlay);
    }

    /// What tells whether a folder of the host can be the lower one of an overlay.
    @FunctionalInterface
    interface Overlays {
        boolean canBe(Path folder) throws IOException;
    }

    /// Its lines for a copy with this name.
    ///
    /// @param folder the copy's own, in which `rootfs` is its root and `0`, `1`, … are the folders
    ///   of [#shared]
    List<String> lines(Path folder) {
        List<String> all = new ArrayList<>();
        for (String line : lines) {
            all.add(line.replace(FOLDER, folder.toString()));
        }
        all.add("lxc.rootfs.path = dir:" + folder.resolve("rootfs"));
        return all;
    }

    private static final String FOLDER = "\0";

    /// What copies have otherwise, one sentence each.
    List<String> differences() {
        return List.copyOf(differences);
    }

    /// The folders of the host that are mounted into it, and into copies as overlays.
    List<Path> shared() {
        return List.copyOf(shared);
    }

    /// Two containers of the same addresses would disturb each other.
    private void keepNetwork() throws IOException {
        for (String key : settings.keys()) {
            String value = settings.value(key);
            if (ADDRESSED.matcher(key).matches()) {
                throw new IOException(
                        "--network: its configuration says '%s = %s', an address that two containers must not have at once; leave out --network"
                                .formatted(key, value));
            }
            if (TYPE.matcher(key).matches() && !SHAREABLE.contains(String.valueOf(value))) {
                throw new IOException(
                        "--network: its configuration says '%s = %s', which no copy can have beside it; leave out --network"
                                .formatted(key, value));
            }
            if (HARDWARE.matcher(key).matches()) {
                lines.add(key + " = 00:16:3e:xx:xx:xx");
            }
            if (PAIR.matcher(key).matches()) {
                lines.add(key + " =");
            }
        }
        differences.add(
                "other hardware addresses; what it configures inside itself is the same: beware of two containers of one address");
    }

    private void refuseSharedNamespaces() throws IOException {
        for (String key : settings.keys()) {
            if (key.startsWith("lxc.namespace.")) {
                throw new IOException(
                        "its configuration says '%s = %s': a copy that shares a namespace with others could act on them, so none is made"
                                .formatted(key, settings.value(key)));
            }
        }
    }

    private void clearHooks() {
        for (String key : settings.keys()) {
            if (!key.startsWith("lxc.hook.") || key.equals("lxc.hook.version")) {
                continue;
            }
            lines.add(key + " =");
            for (String hook : settings.values(key)) {
                if (hook.startsWith(DISTRIBUTION)) {
                    lines.add(key + " = " + hook);
                } else {
                    differences.add("without its hook '" + hook + "' (" + key + ")");
                }
            }
        }
    }

    /// What names a place on the host that is the container's own.
    private void clearPlaces() {
        for (String key : settings.keys()) {
            if (key.startsWith("lxc.cgroup.dir")
                    || key.equals("lxc.console.logfile")
                    || key.equals("lxc.log.file")
                    || key.equals("lxc.group")) {
                lines.add(key + " =");
            }
        }
        lines.add("lxc.start.auto = 0");
        if (settings.value("lxc.ephemeral") != null) {
            lines.add("lxc.ephemeral = 0");
        }
        if (settings.value("lxc.mount.fstab") != null) {
            lines.add("lxc.mount.fstab = /dev/null");
            differences.add("without the mounts of '" + settings.value("lxc.mount.fstab") + "'");
        }
    }

    private void mounts(Overlays overlay) throws IOException {
        List<String> entries = settings.values("lxc.mount.entry");
        if (entries.isEmpty()) {
            return;
        }
        lines.add("lxc.mount.entry =");
        for (String entry : entries) {
            String[] fields = entry.strip().split("[ \t]+");
            String kept = fields.length < 4 ? entry : kept(entry, fields, overlay);
            if (kept.isEmpty()) {
                differences.add("without its mount '" + entry + "'");
            } else {
                lines.add("lxc.mount.entry = " + kept);
            }
        }
    }

    /// @return the entry for a copy; empty where it has none
    private String kept(String entry, String[] fields, Overlays overlay) throws IOException {
        List<String> options = List.of(fields[3].split(","));
        boolean bind = options.contains("bind") || options.contains("rbind");
        String source = fields[0].replace("\\040", " ").replace("\\011", "\t");
        if (!bind) {
            return VIRTUAL.contains(fields[2]) ? entry : "";
        }
        if (KERNELS_OWN.matcher(source).matches() || HARMLESS.contains(source)) {
            return source.contains("..") ? "" : entry;
        }
        Path path = Path.of(source);
        java.io.File file = path.toFile();
        if (!path.isAbsolute() || !file.exists()) {
            return options.contains("optional") ? entry : "";
        }
        if (file.isDirectory() && overlay.canBe(path)) {
            fields[0] = FOLDER + "/" + shared.size();
            shared.add(path);
            differences.add("'" + source + "' in a copy of its own, which it may write to");
            return String.join(" ", fields);
        }
        if (file.isFile()) {
            fields[3] += ",ro";
            differences.add("'" + source + "' read-only");
            return String.join(" ", fields);
        }
        return "";
    }
}
