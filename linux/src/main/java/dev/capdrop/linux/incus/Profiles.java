package dev.capdrop.linux.incus;

import dev.capdrop.core.change.ConfigStore.SharedConfigStore;
import dev.capdrop.core.runtime.IncusProfile;
import java.io.IOException;
import java.util.List;

/// The port to the profiles of a host's Incus.
public interface Profiles {
    /// Returns where Incus has its files.
    String directory();

    /// Returns a profile and who uses it now.
    ///
    /// @throws java.nio.file.NoSuchFileException when there is no such profile
    IncusProfiles.Users users(IncusProfile profile) throws IOException;

    /// Returns the other profiles of the same project that say exactly this.
    List<String> saying(IncusProfile profile, String text) throws IOException;

    /// Returns where their lines are kept.
    SharedConfigStore store();
}
