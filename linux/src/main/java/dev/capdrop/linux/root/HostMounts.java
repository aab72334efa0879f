package dev.capdrop.linux.root;

import dev.capdrop.linux.time.Errand;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Decides which mounts of a container answer without asking one of the container's own programs.
///
/// A request to a program of the container (FUSE) need never be answered, and the wait for it goes
/// beyond SIGKILL. What lies below an overlay cannot be told from outside: its options are paths
/// that the container has chosen, and are asked with the rights of the container. So a mount is
/// only looked at when the container cannot have made it, when no program can stand behind its
/// type, or when the host's own mountinfo has the same file system.
///
/// Source: fuse(4), mount_namespaces(7), Documentation/filesystems/overlayfs.rst ("Permission
/// model"), and [Backing].
public final class HostMounts {
    private static final Path OWN = Path.of("/proc/self/mountinfo");
    private static final Path CONNECTIONS = Path.of("/sys/fs/fuse/connections");
    private static final int MINOR_BITS = 20;

    /// The option of a FUSE file system that root of the host has mounted.
    private static final String BY_ROOT = "user_id=0";

    /// The block devices that a program or a file of the container's can stand behind: loop and nbd
    /// (Documentation/admin-guide/devices.txt).
    private static final List<String> UNCERTAIN_DISKS = List.of("7:", "43:");

    private final boolean unprivileged;
    private final Path connections;
    private final Errand<List<MountTable>> host;

    /// Reads the host's own mounts when they are needed, which is seldom.
    ///
    /// @param unprivileged whether the container's root is not the host's
    /// @param others the mountinfo of other processes of the host's root; that of the container's
    ///   monitor has a root that it alone has mounted
    public HostMounts(boolean unprivileged, List<String> others) {
        this(unprivileged, () -> tables(others), CONNECTIONS);
    }

    HostMounts(boolean unprivileged, Errand<List<MountTable>> host, Path connections) {
        this.unprivileged = unprivileged;
        this.host = host;
        this.connections = connections;
    }

    private static List<MountTable> tables(List<String> others) throws IOException {
        List<MountTable> tables = new ArrayList<>();
        tables.add(MountTable.parse(Files.readString(OWN)));
        others.forEach(other -> tables.add(MountTable.parse(other)));
        return tables;
    }

    boolean answers(MountTable.Mount mount) throws IOException {
        return switch (mount.backing()) {
            case KERNEL -> true;
            case DISK -> unprivileged || certainDisk(mount) || known(mount.device());
            case NETWORK -> unprivileged || known(mount.device());
            case LAYERS -> known(mount.device()) || (unprivileged && noForeignFuse());
            case PROGRAM -> known(mount.device());
        };
    }

    private static boolean certainDisk(MountTable.Mount mount) {
        return UNCERTAIN_DISKS.stream().noneMatch(mount.device()::startsWith);
    }

    private boolean known(String device) throws IOException {
        for (MountTable table : host.take()) {
            MountTable.Mount mount = table.ofDevice(device);
            if (mount != null) {
                return !isFuse(mount) || mount.hasOption(BY_ROOT);
            }
        }
        return false;
    }

    private static boolean isFuse(MountTable.Mount mount) {
        return mount.type().matches("fuse(blk)?(\\..*)?");
    }

    /// Whether all FUSE file systems of this machine are the host's: then none is below an overlay,
    /// since one below it keeps its connection as long as the overlay exists. The overlay must have
    /// been there before this was asked.
    private boolean noForeignFuse() throws IOException {
        MountTable own = host.take().getFirst();
        if (!own.holds(connections.toString(), "fusectl")) {
            return false;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(connections)) {
            for (Path connection : all) {
                long number = Long.parseLong(connection.getFileName().toString());
                String device = (number >>> MINOR_BITS) + ":" + (number & (1L << MINOR_BITS) - 1);
                if (!known(device)) {
                    return false;
                }
            }
            return true;
        } catch (DirectoryIteratorException | NumberFormatException unreadable) {
            return false;
        }
    }
}
