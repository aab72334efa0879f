package dev.capdrop.core.snapshot;

import dev.capdrop.capability.CapabilitySyntaxException;
import dev.capdrop.capability.FileCapabilities;
import module java.base;
import org.jspecify.annotations.Nullable;

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
