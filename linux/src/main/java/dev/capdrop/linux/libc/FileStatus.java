package dev.capdrop.linux.libc;

/// The status of a file by statx(2).
///
/// @param mode type and permissions, inode(7)
/// @param uid the owner on the host
/// @param gid the group on the host
/// @param size in bytes
/// @param mtimeNanos the modification time, nanoseconds since the epoch
/// @param device the file system, `major:minor`
/// @param mountId the mount, as in `/proc/PID/mountinfo`
public record FileStatus(
        int mode,
        int uid,
        int gid,
        long size,
        long mtimeNanos,
        String device,
        long inode,
        long mountId) {
    private static final int TYPE = 0170000;

    public boolean regular() {
        return (mode & TYPE) == 0100000;
    }

    public boolean directory() {
        return (mode & TYPE) == 0040000;
    }

    public boolean symlink() {
        return (mode & TYPE) == 0120000;
    }

    public boolean socket() {
        return (mode & TYPE) == 0140000;
    }

    public int permissions() {
        return mode & 07777;
    }
}
