package dev.capdrop.core.snapshot;

/// What a setting of a unit names, a file, a user or a group, and whether it is there.
///
/// @param setting the setting's left side
/// @param name the path, or the name of the user or group
/// @param standing what was found
/// @param more for [Standing#NO_INTERPRETER] the interpreter, for [Standing#FOREIGN] the machine
///   that it is for, for a program that fits the bytes of its file capabilities in hex; empty
///   otherwise
public record NamedFile(String setting, String name, Standing standing, String more) {
    /// Of which nothing more is to be said.
    public NamedFile(String setting, String name, Standing standing) {
        this(setting, name, standing, "");
    }

    /// Whether a group is named where it is an account that is: by `Group=`, `SupplementaryGroups=`
    /// or `SocketGroup=`, and not by `User=` or `SocketUser=`.
    public boolean isGroup() {
        return setting.contains("Group");
    }

    /// What stands under such a name.
    public enum Standing {
        /// What the setting needs.
        FITS,
        MISSING,
        /// A symlink that leads nowhere.
        DANGLING,
        /// A program that nobody may execute.
        NOT_EXECUTABLE,
        /// Something of another kind: a directory for a program, a file for a directory.
        OTHER_KIND,
        /// It is there, but what it says should interpret it is not (execve(2), "Interpreter
        /// scripts"; ld.so(8)).
        NO_INTERPRETER,
        /// Neither a script with `#!` nor a binary.
        NO_PROGRAM,
        /// A binary for another machine.
        FOREIGN,
        /// It, or the way to it, could not be looked at.
        UNREADABLE
    }
}
