package dev.capdrop.linux.offline;

import dev.capdrop.core.snapshot.ContainerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where a container's root directory is, as long as it does not run.
///
/// Source: lxc.container.conf(5), `lxc.rootfs.path`; pct(1), `mount`.
sealed interface ConfiguredRoot {
    /// It is a directory of this host.
    ///
    /// @param path absolute
    record Directory(Path path) implements ConfiguredRoot {}

    /// It is none, before the start.
    ///
    /// @param why one sentence
    record Elsewhere(String why) implements ConfiguredRoot {}

    /// The types of `lxc.rootfs.path` whose path is a directory.
    Set<String> DIRECTORIES = Set.of("dir", "btrfs");

    /// The configuration of a guest that is not on this node: those of this one are found by `lxc`.
    Pattern OTHER_NODE = Pattern.compile("/nodes/([^/]+)/lxc/[0-9]+\\.conf$");

    /// The root directory of this container.
    ///
    /// @param configured what `lxc.rootfs.path` says, or Proxmox VE's `rootfs` without its options;
    ///   null when it is not set
    /// @param folders where volumes of Proxmox VE lie
    static ConfiguredRoot of(
            ContainerId container, @Nullable String configured, StorageFolder folders)
            throws IOException {
        if (container.proxmox()) {
            return ofProxmox(container, configured == null ? "" : configured, folders);
        }
        if (configured == null) {
            return new Elsewhere("its configuration names no root directory");
        }
        int colon = configured.startsWith("/") ? -1 : configured.indexOf(':');
        String type = colon < 0 ? "dir" : configured.substring(0, colon);
        Path path = path(configured.substring(colon + 1));
        if (!DIRECTORIES.contains(type)) {
            return new Elsewhere(
                    "its root directory '"
                            + configured
                            + "' is mounted only while it runs; mount it yourself and plan for"
                            + " root:DIR");
        }
        return path != null && Files.isDirectory(path)
                ? new Directory(path)
                : new Elsewhere("its root directory '" + configured + "' is no directory here");
    }

    /// Proxmox VE mounts a container's volume while it runs, and when it is told to. Some volumes
    /// are folders of the host all the time.
    private static ConfiguredRoot ofProxmox(
            ContainerId container, String volume, StorageFolder folders) throws IOException {
        Matcher elsewhere = OTHER_NODE.matcher(container.configPath());
        if (elsewhere.find()) {
            return new Elsewhere(
                    "it is on the node '%s', and so is its root directory; run capdrop there"
                            .formatted(elsewhere.group(1)));
        }
        Path mounted = Path.of(container.lxcPath(), container.name(), "rootfs");
        if (isRoot(mounted)) {
            return new Directory(mounted);
        }
        Path folder = volume.startsWith("/") ? path(volume) : folders.of(volume);
        return folder != null && isRoot(folder)
                ? new Directory(folder)
                : new Elsewhere(
                        "its root directory is a volume that is mounted only while it runs; 'pct"
                                + " mount "
                                + container.name()
                                + "' mounts it, 'pct unmount "
                                + container.name()
                                + "' ends that");
    }

    private static boolean isRoot(Path folder) {
        return Files.isDirectory(folder.resolve("etc"));
    }

    private static @Nullable Path path(String text) {
        try {
            Path path = Path.of(text);
            return path.isAbsolute() ? path : null;
        } catch (InvalidPathException notAPath) {
            return null;
        }
    }
}
