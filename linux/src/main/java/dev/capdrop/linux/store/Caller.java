package dev.capdrop.linux.store;

import dev.capdrop.linux.libc.Libc.FileStatus;
import module java.base;

/// The user of this process: nobody else has placed root's or this user's files where they are.
record Caller(int uid, int gid) {
    private static final Path SELF = Path.of("/proc/self");
    private static final int EVERYBODY_WRITES = 0002;
    private static final int GROUP_WRITES = 0020;
    private static final int STICKY = 01000;

    static Caller now() throws IOException {
        return new Caller(
                (Integer) Files.getAttribute(SELF, "unix:uid"),
                (Integer) Files.getAttribute(SELF, "unix:gid"));
    }

    boolean owns(FileStatus status) {
        return owns(status.uid());
    }

    boolean owns(int owner) {
        return owner == 0 || owner == uid;
    }

    /// Whether nobody else can rename, replace or remove files of root or this user in a folder:
    /// others may not write there, or only under the sticky bit (inode(7)).
    boolean keeps(FileStatus folder) {
        boolean theirs = folder.gid() != 0 && folder.gid() != gid;
        return owns(folder)
                && !everybodyRenamesIn(folder)
                && !(theirs && renamesIn(folder, GROUP_WRITES));
    }

    static boolean everybodyRenamesIn(FileStatus folder) {
        return renamesIn(folder, EVERYBODY_WRITES);
    }

    private static boolean renamesIn(FileStatus folder, int writes) {
        return (folder.permissions() & writes) != 0 && (folder.permissions() & STICKY) == 0;
    }
}
