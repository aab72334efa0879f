package dev.capdrop.core.observe;

import static dev.capdrop.capability.ExecutedFile.Mount.TRUSTED;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.capdrop.capability.ExecutedFile;
import dev.capdrop.capability.FileCapabilities;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The findings of a scan below one path, in order of their paths.
public record Findings(List<FoundFile> files, List<Unreadable> unreadable) {
    /// A file with capabilities or a set-ID bit, by the path asked for and the rest below it.
    public record FoundFile(
            RawPath path, @Nullable FileCapabilities capabilities, @Nullable Status status) {
        private static final int TYPE = 0170000;
        private static final int REGULAR = 0100000;
        private static final int DIRECTORY = 0040000;
        private static final int SET_UID = 04000;
        private static final int SET_GID = 02000;
        private static final int GROUP_EXECUTE = 010;

        /// A file's owner, as the reader's user namespace numbers it, and mode (inode(7)).
        public record Status(int mode, long user, long group) {
            /// Whether either bit is set, as `find -perm /6000` finds.
            public boolean setId() {
                return setUid() || setGid();
            }

            public boolean setUid() {
                return (mode & SET_UID) != 0;
            }

            public boolean setGid() {
                return (mode & SET_GID) != 0;
            }

            /// Whether it can be a program; on a directory set-ID bits mean something else.
            public boolean regular() {
                return (mode & TYPE) == REGULAR;
            }

            public boolean directory() {
                return (mode & TYPE) == DIRECTORY;
            }
        }

        /// Returns the file as execve(2) looks at it on a trusted mount; without a status, no
        /// set-ID file.
        public ExecutedFile executed() {
            if (status == null || !status.regular()) {
                return new ExecutedFile(capabilities, 0, 0, false, false, TRUSTED);
            }
            boolean setGid = status.setGid() && (status.mode() & GROUP_EXECUTE) != 0;
            return new ExecutedFile(
                    capabilities, status.user(), status.group(), status.setUid(), setGid, TRUSTED);
        }
    }

    /// An unreadable place, and why without the path: `permission denied (openat2)`.
    public record Unreadable(RawPath path, String reason) {}

    /// A path as the kernel has it (path_resolution(7)): any bytes but NUL, as chars of 0 to 255.
    public record RawPath(String text) implements Comparable<RawPath> {
        /// The empty path; a path below it is that path.
        public static final RawPath EMPTY = new RawPath("");

        public static RawPath of(byte[] bytes) {
            return new RawPath(new String(bytes, ISO_8859_1));
        }

        /// Returns the path of a name, or of several with slashes between them, in this directory.
        public RawPath below(RawPath relative) {
            boolean joined = text.isEmpty() || relative.text.isEmpty() || text.endsWith("/");
            return new RawPath(text + (joined ? "" : "/") + relative.text);
        }

        public byte[] bytes() {
            return text.getBytes(ISO_8859_1);
        }

        @Override
        public int compareTo(RawPath other) {
            return text.compareTo(other.text);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
