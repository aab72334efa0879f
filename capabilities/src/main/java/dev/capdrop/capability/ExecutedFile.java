package dev.capdrop.capability;

import org.jspecify.annotations.Nullable;

/// A program file as execve(2) looks at it. Of a script it is the interpreter's file that counts.
///
/// @param capabilities its attribute, with the root id as the host's root reads it; null where it
///   has none
/// @param owner its user, in the numbers of the initial user namespace
/// @param group its group
/// @param setUid whether the mode has the set-user-ID bit
/// @param setGid whether the mode has the set-group-ID bit and its group may execute it; without
///   the latter the bit means something else
/// @param mount what the mount lets it give
public record ExecutedFile(
        @Nullable FileCapabilities capabilities,
        long owner,
        long group,
        boolean setUid,
        boolean setGid,
        Mount mount) {
    /// What a mount lets its files give.
    public enum Mount {
        /// Capabilities and ids.
        TRUSTED,
        /// Nothing: it is mounted `nosuid` (mount(8)), it belongs to another mount namespace than
        /// the thread's, or its file system was mounted in a user namespace that the thread's does
        /// not lie in.
        NOSUID
    }

    /// A file that gives nothing.
    public static final ExecutedFile PLAIN =
            new ExecutedFile(null, 0, 0, false, false, Mount.TRUSTED);

    /// A file of the host's root with these capabilities, and nothing else about it.
    public static ExecutedFile with(FileCapabilities capabilities) {
        return new ExecutedFile(capabilities, 0, 0, false, false, Mount.TRUSTED);
    }

    /// A file that makes whoever executes it `owner`, and nothing else about it.
    public static ExecutedFile setUid(long owner) {
        return new ExecutedFile(null, owner, 0, true, false, Mount.TRUSTED);
    }
}
