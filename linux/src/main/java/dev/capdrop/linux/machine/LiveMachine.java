package dev.capdrop.linux.machine;

import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.condition.Machine;
import dev.capdrop.core.condition.PathStatus;
import dev.capdrop.linux.libc.FileStatus;
import dev.capdrop.linux.root.SafeRoot;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A running container, as its next boot will find it.
public final class LiveMachine implements Machine {
    private static final List<String> TEMPORARY = List.of("/run", "/proc", "/sys", "/dev", "/tmp");
    private static final int NAMES = 1024;
    private static final int EXECUTABLE = 0111;
    private final CapabilitySet bounding;
    private final SafeRoot root;
    private final List<String> arguments;
    private final String version;
    private final FirstBoot firstBoot;

    /// The container whose root this is.
    ///
    /// @param arguments PID 1's own, which systemd takes for the kernel command line
    /// @param version of its systemd, `257.8-1~deb13u2`
    public LiveMachine(
            CapabilitySet bounding, SafeRoot root, List<String> arguments, String version) {
        this.bounding = bounding;
        this.root = root;
        this.arguments = List.copyOf(arguments);
        this.version = version;
        this.firstBoot = new FirstBoot(root, arguments, version);
    }

    @Override
    public CapabilitySet bounding() {
        return bounding;
    }

    @Override
    public @Nullable PathStatus path(String path) {
        return status(path, true);
    }

    @Override
    public @Nullable PathStatus link(String path) {
        return status(path, false);
    }

    @Override
    public @Nullable Boolean firstBoot() {
        return firstBoot.next();
    }

    @Override
    public String systemdVersion() {
        return version;
    }

    @Override
    public List<String> commandLine() {
        return arguments;
    }

    /// Null also for a directory with more names than are looked at.
    @Override
    public @Nullable List<String> names(String directory) {
        PathStatus status = path(directory);
        if (status == null) {
            return null;
        }
        if (status.kind() != PathStatus.Kind.DIRECTORY) {
            return List.of();
        }
        try {
            List<String> names = root.list(directory, NAMES);
            return names.size() < NAMES ? names : null;
        } catch (IOException unreadable) {
            return null;
        }
    }

    private @Nullable PathStatus status(String path, boolean follow) {
        if (!path.startsWith("/") || temporary(path)) {
            return null;
        }
        try {
            FileStatus status = follow ? root.stat(path) : root.lstat(path);
            return status == null ? PathStatus.MISSING : known(path, status);
        } catch (IOException unreadable) {
            return null;
        }
    }

    private static boolean temporary(String path) {
        String plain = path.replaceAll("/+", "/");
        return plain.contains("/../")
                || TEMPORARY.stream().anyMatch(t -> plain.equals(t) || plain.startsWith(t + "/"));
    }

    private PathStatus known(String path, FileStatus status) throws IOException {
        PathStatus.Kind kind =
                status.regular()
                        ? PathStatus.Kind.REGULAR
                        : status.directory()
                                ? PathStatus.Kind.DIRECTORY
                                : status.symlink()
                                        ? PathStatus.Kind.SYMLINK
                                        : status.socket()
                                                ? PathStatus.Kind.SOCKET
                                                : PathStatus.Kind.OTHER;
        long size = status.directory() ? entries(path) : status.size();
        boolean executable = (status.permissions() & EXECUTABLE) != 0;
        return new PathStatus(kind, size, executable, status.mtimeNanos());
    }

    /// Hidden names and those of backups do not count (systemd's `dir_is_empty`).
    private long entries(String path) throws IOException {
        for (String name : root.list(path, NAMES)) {
            if (!name.startsWith(".") && !name.endsWith("~")) {
                return 1;
            }
        }
        return 0;
    }
}
