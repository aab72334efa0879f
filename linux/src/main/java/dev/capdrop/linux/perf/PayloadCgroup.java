package dev.capdrop.linux.perf;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.ProcessTable.UnitCgroup.Payload;
import module java.base;

/// The control group of a container in the hierarchy of cgroup version 2, by which the kernel
/// attributes perf events.
///
/// @param path the part that the host made, from the top of the hierarchy
/// @param systemd the top of the container's systemd, at `path` or below it
record PayloadCgroup(String path, String systemd) {
    /// The mount points of the hierarchy: alone, or beside those of version 1.
    private static final List<Path> MOUNTS =
            List.of(Path.of("/sys/fs/cgroup"), Path.of("/sys/fs/cgroup/unified"));

    private static final Pattern VERSION_1 =
            Pattern.compile("[1-9][0-9]*:([^:]*,)?perf_event(,[^:]*)?:.*");
    private static final String VERSION_2 = "0::";
    private static final String INIT = "/init.scope";

    static PayloadCgroup of(String cgroup) throws IOException {
        if (Arrays.stream(cgroup.split("\n")).anyMatch(VERSION_1.asMatchPredicate())) {
            throw new IOException(
                    "this host has perf_event in a hierarchy of cgroup version 1, where the units of a container have no control groups; boot it with systemd.unified_cgroup_hierarchy=1 to learn");
        }
        for (String line : cgroup.split("\n")) {
            if (line.startsWith(VERSION_2)) {
                return ofInit(line.substring(VERSION_2.length()));
            }
        }
        throw new IOException(
                "this host has no hierarchy of cgroup version 2, by which the kernel tells whose a capability check is");
    }

    private static PayloadCgroup ofInit(String path) {
        String systemd =
                path.endsWith(INIT) ? path.substring(0, path.length() - INIT.length()) : path;
        return new PayloadCgroup(Payload.directory(systemd), systemd);
    }

    Descriptor open() throws IOException {
        for (Path mount : MOUNTS) {
            if (Files.exists(mount.resolve("cgroup.controllers"))) {
                int flags = Libc.O_RDONLY | Libc.O_DIRECTORY;
                return Libc.open(mount + path, flags);
            }
        }
        throw new IOException(
                "no hierarchy of cgroup version 2 is mounted at %s or %s"
                        .formatted(MOUNTS.getFirst(), MOUNTS.getLast()));
    }
}
