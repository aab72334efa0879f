package dev.capdrop.core.condition;

import dev.capdrop.core.condition.Machine.MountStatus;
import dev.capdrop.core.condition.Machine.PathStatus;
import dev.capdrop.core.unit.UnitTree.FileText;
import dev.capdrop.core.unit.Words;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The tests of a path and of its mount.
final class PathFacts {
    private static final Pattern DM_UUID = Pattern.compile("CRYPT-\\S.*\\s*", Pattern.DOTALL);
    private static final Pattern STAMP =
            Pattern.compile("(?m)^TIMESTAMP_NSEC=([0-8]?[0-9]{1,18})$");
    private static final long SECOND = 1_000_000_000;
    private static final String NEEDS_UPDATE = "systemd.condition-needs-update";
    private static final int NEEDS_UPDATE_SINCE = 246;
    private static final int TELLS_MISSING_SINCE = 248;
    private static final int TELLS_NO_DIRECTORY_SINCE = 248;

    /// At a first boot systemd mounts a file over it, which systemd-machine-id-commit.service puts
    /// on the disk and unmounts (`machine_id_setup`, `machine_id_commit` in systemd's
    /// src/shared/machine-id-setup.c).
    static final String MACHINE_ID = "/etc/machine-id";

    static BiFunction<Machine, String, Condition.Result> following(Predicate<PathStatus> test) {
        return (machine, path) -> Condition.Result.of(machine.path(path), test);
    }

    static Condition.Result isSymbolicLink(Machine machine, String path) {
        return Condition.Result.of(
                machine.link(path), status -> status.kind() == PathStatus.Kind.SYMLINK);
    }

    /// Tests for entries as systemd does, which takes most failures to list them for entries.
    static Condition.Result isFilledDirectory(Machine machine, String path) {
        PathStatus status = machine.path(path);
        if (status == null) {
            return Condition.Result.UNDECIDED;
        }
        boolean old = machine.systemd() < TELLS_NO_DIRECTORY_SINCE;
        return Condition.Result.of(
                switch (status.kind()) {
                    case DIRECTORY ->
                            status.size() == PathStatus.UNKNOWN_SIZE
                                    ? null
                                    : Boolean.valueOf(status.size() > 0);
                    case LOOP -> true;
                    case BLOCKED, REGULAR, SYMLINK, SOCKET, OTHER -> old;
                    case MISSING -> false;
                });
    }

    static boolean isFilledFile(PathStatus status) {
        return status.kind() == PathStatus.Kind.REGULAR && status.size() > 0;
    }

    static boolean isExecutable(PathStatus status) {
        return status.kind() == PathStatus.Kind.REGULAR && status.executable();
    }

    static Condition.Result isMountPoint(Machine machine, String path) {
        if (path.equals(MACHINE_ID) && Boolean.TRUE.equals(machine.firstBoot())) {
            return Condition.Result.SUCCEEDED;
        }
        return isMissing(machine, path)
                ? Condition.Result.FAILED
                : Condition.Result.of(machine.mount(path), MountStatus::point);
    }

    /// Tests for a writable path. systemd does not find an unreachable path to be read-only.
    static Condition.Result isReadWrite(Machine machine, String path) {
        PathStatus status = machine.path(path);
        if (status != null && !status.exists()) {
            boolean old = machine.systemd() < TELLS_MISSING_SINCE;
            return Condition.Result.of(old || status.kind() != PathStatus.Kind.MISSING);
        }
        return Condition.Result.of(machine.mount(path), mount -> !mount.readOnly());
    }

    /// Tests for encryption: only dm-crypt counts, and no device below another.
    static Condition.Result isEncrypted(Machine machine, String path) {
        if (isMissing(machine, path)) {
            return Condition.Result.FAILED;
        }
        MountStatus mount = machine.mount(path);
        if (mount == null || mount.type().equals("btrfs")) {
            return Condition.Result.UNDECIDED;
        }
        if (mount.device().startsWith("0:")) {
            boolean known = !mount.type().equals(MountStatus.SOME_TYPE);
            return Condition.Result.of(known ? Boolean.FALSE : null);
        }
        String mapped = "/sys/dev/block/" + mount.device() + "/dm/uuid";
        return switch (machine.text(mapped)) {
            case FileText.Text(String uuid) when DM_UUID.matcher(uuid).matches() ->
                    Condition.Result.SUCCEEDED;
            case FileText.Missing _ -> Condition.Result.FAILED;
            case FileText.Text _, FileText.Unreadable _ -> Condition.Result.UNDECIDED;
        };
    }

    private static boolean isMissing(Machine machine, String path) {
        PathStatus status = machine.path(path);
        return status != null && !status.exists();
    }

    static Condition.Result needsUpdate(Machine machine, String path) {
        if (machine.systemd() >= NEEDS_UPDATE_SINCE) {
            Boolean forced = flag(machine.commandLine(), NEEDS_UPDATE);
            if (forced != null) {
                return Condition.Result.of(forced);
            }
        }
        MountStatus mount = machine.mount(path);
        if (mount != null && mount.readOnly()) {
            return Condition.Result.FAILED;
        }
        String file = path.replaceAll("/+$", "") + "/.updated";
        PathStatus stamp = machine.link(file);
        PathStatus usr = machine.link("/usr");
        if (stamp == null || usr == null) {
            return Condition.Result.UNDECIDED;
        }
        return Condition.Result.of(!stamp.exists() || isNewer(usr, stamp, machine.text(file)));
    }

    /// Returns a switch of the kernel command line (kernel-command-line(7)); null without one.
    private static @Nullable Boolean flag(@Nullable List<String> arguments, String key) {
        Boolean flag = null;
        for (String argument : arguments == null ? List.<String>of() : arguments) {
            String[] parts = argument.split("=", 2);
            if (parts[0].replace('_', '-').equals(key)) {
                Boolean value = parts.length == 1 ? Boolean.TRUE : Words.flag(parts[1]);
                flag = value == null ? flag : value;
            }
        }
        return flag;
    }

    /// Whether /usr is newer; file systems without fractions have them in the stamp's text.
    private static boolean isNewer(PathStatus usr, PathStatus stamp, FileText written) {
        boolean coarse =
                usr.mtimeNanos() / SECOND == stamp.mtimeNanos() / SECOND
                        && usr.mtimeNanos() % SECOND > 0
                        && stamp.mtimeNanos() % SECOND == 0;
        Long told = coarse ? nanos(written) : null;
        return usr.mtimeNanos() > (told == null ? stamp.mtimeNanos() : told);
    }

    private static @Nullable Long nanos(FileText written) {
        if (!(written instanceof FileText.Text text)) {
            return null;
        }
        Matcher stamp = STAMP.matcher(text.text());
        return stamp.find() ? Long.valueOf(stamp.group(1)) : null;
    }
}
