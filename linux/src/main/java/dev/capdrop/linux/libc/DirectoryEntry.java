package dev.capdrop.linux.libc;

/// An entry of a directory.
///
/// @param name its name; what is not UTF-8 comes as U+FFFD
/// @param type its type as readdir(3) tells it, [DirectoryCursor#DT_REG] and so on
public record DirectoryEntry(String name, int type) {
    /// Whether it is a directory, on a file system that tells, as those of the kernel's own do.
    public boolean isDirectory() {
        return type == DirectoryCursor.DT_DIR;
    }

    /// Whether it may be a symbolic link: not every file system tells.
    public boolean maybeSymlink() {
        return maybe(DirectoryCursor.DT_LNK);
    }

    /// Whether it may be a regular file: not every file system tells.
    public boolean maybeRegular() {
        return maybe(DirectoryCursor.DT_REG);
    }

    private boolean maybe(int wanted) {
        return type == wanted || type == DirectoryCursor.DT_UNKNOWN;
    }
}
