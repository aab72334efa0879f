package dev.capdrop.capability;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The differences between kernels in execve(2): file capabilities above `lastCapability` are
/// ignored, and what counts as a change of ids costs the ambient set.
public record Kernel(int lastCapability, IdChange idChange) {
    private static final Pattern VERSION = Pattern.compile("([0-9]{1,3})\\.([0-9]{1,3})");
    private static final int MAJOR = 6;
    private static final int MINOR = 17;

    /// The way in which `cap_bprm_creds_from_file` of `security/commoncap.c` compares ids.
    public enum IdChange {
        /// The new effective ids differ from the old *real* ones, before Linux 6.17.
        FROM_REAL,
        /// The new effective user differs from the old effective one, or the new effective group is
        /// none of the thread's, since Linux 6.17.
        FROM_EFFECTIVE
    }

    /// Returns the kernel of this release, as uname(2) says it: `6.12.57+deb13-amd64`.
    ///
    /// @throws IllegalArgumentException when it does not begin with a version
    public static Kernel of(String release, int lastCapability) {
        Matcher version = VERSION.matcher(release);
        if (!version.lookingAt()) {
            throw new IllegalArgumentException(
                    "'" + release + "' is no kernel's release, expected for example 6.12.0");
        }
        int major = Integer.parseInt(version.group(1));
        int minor = Integer.parseInt(version.group(2));
        boolean old = major < MAJOR || (major == MAJOR && minor < MINOR);
        return new Kernel(lastCapability, old ? IdChange.FROM_REAL : IdChange.FROM_EFFECTIVE);
    }
}
