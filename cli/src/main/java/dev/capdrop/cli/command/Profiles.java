package dev.capdrop.cli.command;

import dev.capdrop.core.change.SharedConfigStore;
import dev.capdrop.core.incus.IncusProfile;
import dev.capdrop.linux.incus.IncusProfiles;
import java.io.IOException;
import java.util.List;

/// The port to the profiles of a host's Incus.
interface Profiles {
    /// Where Incus has its files.
    String directory();

    /// A profile and who uses it now.
    ///
    /// @throws java.nio.file.NoSuchFileException when there is no such profile
    IncusProfiles.Users users(IncusProfile profile) throws IOException;

    /// The other profiles of the same project that say exactly this.
    List<String> saying(IncusProfile profile, String text) throws IOException;

    /// Where their lines are kept.
    SharedConfigStore store();
}
