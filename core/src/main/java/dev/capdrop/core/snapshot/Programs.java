package dev.capdrop.core.snapshot;

import dev.capdrop.capability.CapabilitySyntaxException;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.core.document.Names;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The programs in the container's root directory, as far as a drop can touch them.
///
/// @param files all that its units execute or that have file capabilities or set-ID bits; by path
/// @param searched whether all files were searched, not just systemd's path and what units execute
/// @param engines the installed container engines: docker, containerd, runc, crun, podman
public record Programs(List<ProgramFile> files, boolean searched, List<String> engines) {
    /// systemd's own search path (systemd.service(5), "Command lines").
    public static final List<String> PATH =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

    public Programs {
        files = files.stream().sorted(Comparator.comparing(ProgramFile::path)).toList();
        engines = engines.stream().sorted().toList();
    }

    /// Returns the file that a unit names so; null when it was not looked at.
    public @Nullable ProgramFile file(String path) {
        return Names.find(files, ProgramFile::path, path);
    }

    /// Returns the folder of a program outside of [#PATH], which belongs to it; else empty.
    public static String ownFolder(String program) {
        String folder =
                program.startsWith("/") ? program.substring(0, program.lastIndexOf('/')) : "";
        return PATH.contains(folder) ? "" : folder;
    }

    public List<ProgramFile> beside(String program) {
        String folder = ownFolder(program);
        return folder.isEmpty()
                ? List.of()
                : files.stream().filter(file -> ownFolder(file.path()).equals(folder)).toList();
    }

    /// A file of the container that execve(2) may be asked for, as it stands in its root directory.
    ///
    /// @param path absolute, symlinks not yet followed; or a bare name, which systemd looks up
    ///   (systemd.service(5), "Command lines")
    /// @param reading unless it was read, the rest is empty
    /// @param capabilities its attribute `security.capability` as the host's root reads it, in hex
    public record ProgramFile(
            String path,
            Reading reading,
            String capabilities,
            boolean setUid,
            boolean setGid,
            long owner) {
        private static final Pattern BYTES = Pattern.compile("([0-9a-f]{2})*");

        public enum Reading {
            READ,
            MISSING,
            /// The file is there, but it, or the way to it, could not be read.
            UNREADABLE
        }

        public ProgramFile {
            if (!BYTES.matcher(capabilities).matches()) {
                throw new IllegalArgumentException(
                        "'" + capabilities + "' are no bytes in lower case hex");
            }
        }

        /// Returns its file capabilities; null where the kernel takes it to have none.
        public @Nullable FileCapabilities fileCapabilities() {
            try {
                return capabilities.isEmpty()
                        ? null
                        : FileCapabilities.decode(HexFormat.of().parseHex(capabilities));
            } catch (CapabilitySyntaxException noneOfKind) {
                return null;
            }
        }

        public ProgramFile named(String name) {
            return new ProgramFile(name, reading, capabilities, setUid, setGid, owner);
        }

        public boolean raises() {
            return setUid || setGid || !capabilities.isEmpty();
        }
    }
}
