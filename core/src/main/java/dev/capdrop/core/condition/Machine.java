package dev.capdrop.core.condition;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.unit.UnitTree.FileText;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The port to the machine that a condition asks about: the container as its next boot will find
/// it.
///
/// Each answer may be null, or [FileText.Unreadable]: nobody knows. What the files of /proc and
/// /sys tell is asked as a path too, so that what systemd makes of them is told here once.
public interface Machine {
    /// The bounding set of the container's PID 1.
    CapabilitySet bounding();

    /// What stands at an absolute path of the container, symlinks followed inside its root.
    ///
    /// @return null when it cannot be known, as what the next boot puts on /run
    @Nullable PathStatus path(String path);

    /// The same without following a last symlink.
    @Nullable PathStatus link(String path);

    /// The content of a regular file, symlinks followed.
    default FileText text(String path) {
        return new FileText.Unreadable("'" + path + "' was not asked for");
    }

    /// The names in a directory; empty when it is missing or none, null when unknown.
    default @Nullable List<String> names(String directory) {
        return null;
    }

    /// The mount that holds what stands at the path, symlinks followed; null when unknown.
    default @Nullable MountStatus mount(String path) {
        return null;
    }

    /// Whether a boot would be a first boot (machine-id(5), "First Boot Semantics"); null when
    /// unknown.
    @Nullable Boolean firstBoot();

    /// systemd's version as it names itself, `257.8-1~deb13u2`; empty when unknown.
    default String systemdVersion() {
        return "";
    }

    /// The kernel command line by words; in a container PID 1's arguments. Null when unknown.
    default @Nullable List<String> commandLine() {
        return null;
    }

    /// What systemd.unit(5) calls the manager's environment block: the value of each variable, null
    /// where only its presence is known. Null when unknown as a whole.
    default @Nullable Map<String, @Nullable String> environment() {
        return null;
    }

    /// By systemd-detect-virt(1)'s names, `lxc`, `kvm`, `none`; null when unknown.
    default @Nullable String virtualization() {
        return null;
    }

    /// Whether it lives in a user namespace other than the host's; null when unknown.
    default @Nullable Boolean userNamespace() {
        return null;
    }

    /// By systemd's names, `x86-64`; null when unknown.
    default @Nullable String architecture() {
        return null;
    }

    /// Null when unknown.
    default @Nullable String hostName() {
        return null;
    }

    /// As uname(2) says it; null when unknown.
    default @Nullable String kernelRelease() {
        return null;
    }

    /// The version of the C library, `2.41`; null when unknown.
    default @Nullable String glibcVersion() {
        return null;
    }

    /// The memory that systemd takes for all there is, in bytes; null when unknown.
    default @Nullable Long memory() {
        return null;
    }

    /// The CPUs that PID 1 may run on; null when unknown.
    default @Nullable Integer cpus() {
        return null;
    }

    /// The flags of the first CPU as /proc/cpuinfo writes them; null when unknown.
    default @Nullable Set<String> cpuFlags() {
        return null;
    }

    /// The numbers of the groups that PID 1 is in; null when unknown.
    default @Nullable Set<Long> groups() {
        return null;
    }

    /// What a path of the container is.
    ///
    /// @param kind what stands there
    /// @param size in bytes; for a directory 0 when it has no entry that counts, 1 when it has, and
    ///   [#UNKNOWN_SIZE] when nobody knows
    /// @param executable whether any execute bit is set
    /// @param mtimeNanos the modification time, nanoseconds since the epoch
    record PathStatus(Kind kind, long size, boolean executable, long mtimeNanos) {
        /// The size of a directory that the boot itself fills.
        public static final long UNKNOWN_SIZE = -1;

        /// Nothing stands there.
        public static final PathStatus MISSING = new PathStatus(Kind.MISSING, 0, false, 0);

        /// The kinds of file that conditions tell apart.
        public enum Kind {
            MISSING,
            /// Something on the way to it is no directory.
            BLOCKED,
            /// Symlinks lead to it in a circle.
            LOOP,
            REGULAR,
            DIRECTORY,
            SYMLINK,
            SOCKET,
            OTHER
        }

        /// Nothing can be reached there, for this reason.
        public static PathStatus without(Kind kind) {
            return new PathStatus(kind, 0, false, 0);
        }

        boolean exists() {
            return switch (kind) {
                case MISSING, BLOCKED, LOOP -> false;
                case REGULAR, DIRECTORY, SYMLINK, SOCKET, OTHER -> true;
            };
        }
    }

    /// The mount below a path.
    ///
    /// @param type of its file system, as mountinfo writes it: `ext4`, `cgroup2`; [#SOME_TYPE] when
    ///   unknown
    /// @param readOnly whether the mount or its file system is
    /// @param point whether the path is its root
    /// @param device the file system, `major:minor`
    record MountStatus(String type, boolean readOnly, boolean point, String device) {
        /// The type of a file system of which only the device is known.
        public static final String SOME_TYPE = "";
    }
}
