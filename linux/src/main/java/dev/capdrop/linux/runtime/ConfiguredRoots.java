package dev.capdrop.linux.runtime;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.runtime.HostRuntime.ConfiguredRoot;
import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.time.Deadline.Patience;
import module java.base;
import org.jspecify.annotations.Nullable;

final class ConfiguredRoots {
    private static final Set<String> DIRECTORIES = Set.of("dir", "btrfs");

    /// The configuration of a guest that is not on this node: those of this one are found by `lxc`.
    private static final Pattern OTHER_NODE = Pattern.compile("/nodes/([^/]+)/lxc/[0-9]+\\.conf$");

    /// @param configured the value of `lxc.rootfs.path`; null when it is not set
    static ConfiguredRoot ofLxc(@Nullable String configured) {
        if (configured == null) {
            return new ConfiguredRoot.Elsewhere("its configuration names no root directory");
        }
        int colon = configured.startsWith("/") ? -1 : configured.indexOf(':');
        String type = colon < 0 ? "dir" : configured.substring(0, colon);
        Path path = path(configured.substring(colon + 1));
        if (!DIRECTORIES.contains(type)) {
            return new ConfiguredRoot.Elsewhere(
                    "its root directory '%s' is mounted only while it runs; mount it yourself and plan for root:DIR"
                            .formatted(configured));
        }
        return path != null && Files.isDirectory(path)
                ? new ConfiguredRoot.Directory(path)
                : new ConfiguredRoot.Elsewhere(
                        "its root directory '" + configured + "' is no directory here");
    }

    /// Proxmox VE mounts a container's volume while it runs, and when it is told to. Some volumes
    /// are folders of the host all the time.
    static ConfiguredRoot ofProxmox(ContainerId container, String volume, StorageFolder folders)
            throws IOException {
        Matcher elsewhere = OTHER_NODE.matcher(container.configPath());
        if (elsewhere.find()) {
            return new ConfiguredRoot.Elsewhere(
                    "it is on the node '%s', and so is its root directory; run capdrop there"
                            .formatted(elsewhere.group(1)));
        }
        Path mounted = Path.of(container.lxcPath(), container.name(), "rootfs");
        if (isRoot(mounted)) {
            return new ConfiguredRoot.Directory(mounted);
        }
        Path folder = volume.startsWith("/") ? path(volume) : folders.of(volume);
        return folder != null && isRoot(folder)
                ? new ConfiguredRoot.Directory(folder)
                : new ConfiguredRoot.Elsewhere(
                        "its root directory is a volume that is mounted only while it runs; 'pct mount %s' lets it be read, and 'capdrop apply %s' unmounts it again"
                                .formatted(container.name(), container.name()));
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

    /// Finds the folder of a volume of Proxmox VE: storages of the types `dir` and `btrfs` and ZFS'
    /// subvolumes have one, anything else is a disk that only a mount opens.
    ///
    /// Source: pvesm(1), `path`.
    @FunctionalInterface
    interface StorageFolder {
        Patience LIMIT = Patience.atLeast(Duration.ofSeconds(20));
        Pattern VOLUME = Pattern.compile("[A-Za-z][A-Za-z0-9._-]*:[A-Za-z0-9][A-Za-z0-9._/+-]*");

        /// Returns the path of a volume, as pct.conf(5) has it (`local-zfs:subvol-101-disk-0`);
        /// null where nobody can say.
        @Nullable Path of(String volume) throws IOException;

        static @Nullable Path byPvesm(String volume) throws IOException {
            HostProgram program = HostProgram.ifInstalled("pvesm");
            if (program == null || !VOLUME.matcher(volume).matches()) {
                return null;
            }
            HostProgram.Outcome outcome = program.run(List.of("path", volume), LIMIT);
            String path = outcome.output().strip();
            boolean one = outcome.succeeded() && path.startsWith("/") && !path.contains("\n");
            return one ? Path.of(path) : null;
        }
    }
}
