package dev.capdrop.capability;

import org.jspecify.annotations.Nullable;

/// A program file as [execve(2)](https://man7.org/linux/man-pages/man2/execve.2.html) looks at it,
/// of a script the interpreter's; ids are those of the initial user namespace.
///
/// @param capabilities with the root id as the host's root reads it; null where it has none
/// @param setGid whether the bit is set and its group may execute the file
public record ExecutedFile(
        @Nullable FileCapabilities capabilities,
        long owner,
        long group,
        boolean setUid,
        boolean setGid,
        Mount mount) {
    /// The privileges that a mount lets its files give.
    public enum Mount {
        /// Capabilities and ids.
        TRUSTED,
        /// Nothing: `nosuid` (mount(8)), of another mount namespace, or mounted in a user namespace
        /// that the thread's does not lie in.
        NOSUID
    }

    /// A file that gives nothing.
    public static final ExecutedFile PLAIN =
            new ExecutedFile(null, 0, 0, false, false, Mount.TRUSTED);

    /// Returns a file of the host's root with these capabilities, and nothing else about it.
    public static ExecutedFile with(FileCapabilities capabilities) {
        return new ExecutedFile(capabilities, 0, 0, false, false, Mount.TRUSTED);
    }

    /// Returns a file that makes its caller `owner`, and nothing else about it.
    public static ExecutedFile setUid(long owner) {
        return new ExecutedFile(null, owner, 0, true, false, Mount.TRUSTED);
    }
}
