package dev.capdrop.core.condition;

/// What a path of the container is.
///
/// @param kind what stands there
/// @param size in bytes; for a directory 0 when it has no entry that counts, 1 when it has, and
///   [#UNKNOWN_SIZE] when nobody knows
/// @param executable whether any execute bit is set
/// @param mtimeNanos the modification time, nanoseconds since the epoch
public record PathStatus(Kind kind, long size, boolean executable, long mtimeNanos) {
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
