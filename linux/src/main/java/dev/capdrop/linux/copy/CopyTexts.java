package dev.capdrop.linux.copy;

import dev.capdrop.capability.CapabilitySet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// What copies of one container are configured by.
interface CopyTexts {
    /// What is said of copies that have a network.
    String OTHER_ADDRESSES =
            "other hardware addresses, but the same host name, machine-id and programs: what they send reaches others as if the container itself had sent it (mail, jobs, names that are registered)";

    /// What all copies have otherwise than the container, one sentence each.
    List<String> differences();

    /// The folders of the host that copies have as overlays.
    List<Path> shared();

    /// What a mount has to add to the owners of its files, so that they are the container's; 0
    /// where they are on the disk.
    default int shift() {
        return 0;
    }

    /// The configuration of a copy, read again before it is one.
    ///
    /// @param dropped what it drops more than the container's own
    /// @param place the copy's folder, in which `rootfs` is its root and `0`, `1`, … are the
    ///   folders of [#shared]
    /// @return a string of bytes
    /// @throws IOException when it would not be read as it is meant
    String of(String name, CapabilitySet dropped, Path place) throws IOException;
}
