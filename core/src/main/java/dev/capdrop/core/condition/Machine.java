package dev.capdrop.core.condition;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.unit.UnitTree.FileText;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The port to the machine that a condition asks about: the container as its next boot finds it.
///
/// Each answer may be null, or [FileText.Unreadable]: nobody knows. Facts in files of /proc and
/// /sys are asked for by path, so that systemd's reading of them is implemented once, here.
public interface Machine {
    Pattern MAJOR = Pattern.compile("[0-9]{1,6}");

    CapabilitySet bounding();

    /// Returns the status of an absolute path of the container, symlinks followed inside its root.
    ///
    /// @return null when it cannot be known, as for files that the next boot puts on /run
    @Nullable PathStatus path(String path);

    /// Returns the status of a path without following a last symlink.
    @Nullable PathStatus link(String path);

    /// Returns the content of a regular file, symlinks followed.
    default FileText text(String path) {
        return new FileText.Unreadable("'" + path + "' was not asked for");
    }

    /// Returns the names in a directory; empty when it is missing or none, null when unknown.
    default @Nullable List<String> names(String directory) {
        return null;
    }

    /// Returns the mount that holds the path, symlinks followed; null when unknown.
    default @Nullable MountStatus mount(String path) {
        return null;
    }

    /// Whether the next boot is a first boot (machine-id(5)); null when unknown.
    @Nullable Boolean firstBoot();

    /// Returns systemd's version as it names itself, `257.8-1~deb13u2`; empty when unknown.
    default String systemdVersion() {
        return "";
    }

    /// Returns the first number of systemd's version, by which its rules change; the largest there
    /// is when unknown.
    default int systemd() {
        Matcher major = MAJOR.matcher(systemdVersion());
        return major.lookingAt() ? Integer.parseInt(major.group()) : Integer.MAX_VALUE;
    }

    /// Returns the kernel command line, in a container PID 1's arguments; null when unknown.
    default @Nullable List<String> commandLine() {
        return null;
    }

    /// Returns the manager's environment block (systemd.unit(5)): the value of each variable, null
    /// where only its presence is known. Null when unknown as a whole.
    default @Nullable Map<String, @Nullable String> environment() {
        return null;
    }

    /// Returns systemd-detect-virt(1)'s name, `lxc`, `kvm`, `none`; null when unknown.
    default @Nullable String virtualization() {
        return null;
    }

    /// Whether PID 1 lives in a user namespace other than the host's; null when unknown.
    default @Nullable Boolean userNamespace() {
        return null;
    }

    /// Returns systemd's name of the architecture, `x86-64`; null when unknown.
    default @Nullable String architecture() {
        return null;
    }

    default @Nullable String hostName() {
        return null;
    }

    /// Returns the release as uname(2) says it; null when unknown.
    default @Nullable String kernelRelease() {
        return null;
    }

    /// Returns the version of the C library, `2.41`; null when unknown.
    default @Nullable String glibcVersion() {
        return null;
    }

    /// Returns the memory that systemd takes for all there is, in bytes; null when unknown.
    default @Nullable Long memory() {
        return null;
    }

    /// Returns the number of CPUs that PID 1 may run on; null when unknown.
    default @Nullable Integer cpus() {
        return null;
    }

    /// Returns the flags of the first CPU as /proc/cpuinfo writes them; null when unknown.
    default @Nullable Set<String> cpuFlags() {
        return null;
    }

    /// Returns the numbers of the groups that PID 1 is in; null when unknown.
    default @Nullable Set<Long> groups() {
        return null;
    }

    /// The status of a path of the container.
    ///
    /// @param size in bytes; for a directory 0 when it has no entry that counts, 1 when it has, and
    ///   [#UNKNOWN_SIZE] when nobody knows
    /// @param executable whether any execute bit is set
    /// @param mtimeNanos the modification time, nanoseconds since the epoch
    record PathStatus(Kind kind, long size, boolean executable, long mtimeNanos) {
        /// The size of a directory that the boot itself fills.
        public static final long UNKNOWN_SIZE = -1;

        public static final PathStatus MISSING = new PathStatus(Kind.MISSING, 0, false, 0);

        /// The kinds of file that conditions tell apart.
        public enum Kind {
            MISSING,
            /// Something on the way to the path is no directory.
            BLOCKED,
            /// Symlinks lead to the path in a circle.
            LOOP,
            REGULAR,
            DIRECTORY,
            SYMLINK,
            SOCKET,
            OTHER
        }

        /// Returns the status of a path that cannot be reached, for this reason.
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
    /// @param point whether the path is its root
    /// @param device the file system, `major:minor`
    record MountStatus(String type, boolean readOnly, boolean point, String device) {
        /// The type of a file system of which only the device is known.
        public static final String SOME_TYPE = "";
    }
}
