package dev.capdrop.lab.boots;

import dev.capdrop.capability.CapabilitySet;
import java.util.regex.Pattern;

/// What a boot met that is not the container's: quotas of the host, which all containers of one id
/// map share, so that they hit whom chance will have it.
///
/// Source: keyrings(7), `/proc/sys/kernel/keys/maxkeys`; inotify(7),
/// `/proc/sys/fs/inotify/max_user_instances`.
final class HostLimits {
    private static final String NO_KEYRING = "237/KEYRING";

    /// Without these systemd cannot make a keyring in the name of another user and group
    /// (src/core/exec-invoke.c, `setup_keyring`).
    private static final CapabilitySet OF_KEYRING = CapabilitySet.of("setuid", "setgid");

    private static final Pattern NO_INOTIFY =
            Pattern.compile("(?i)inotify.*(too many open files|no space left on device)|EMFILE");

    private HostLimits() {}

    /// Whether it was one that this unit failed for.
    static boolean met(Boot boot, String unit) {
        Seen seen = boot.units() == null ? null : boot.units().get(unit);
        if (seen == null) {
            return false;
        }
        boolean noKey =
                seen.status().endsWith(NO_KEYRING) && boot.drop().intersect(OF_KEYRING).isEmpty();
        return noKey || NO_INOTIFY.matcher(journal(boot.journal(), unit)).find();
    }

    /// The unit's own lines of the journal.
    private static String journal(String all, String unit) {
        String head = "== " + unit + "\n";
        int from = all.indexOf(head);
        if (from < 0) {
            return "";
        }
        int end = all.indexOf("\n== ", from + head.length());
        return all.substring(from, end < 0 ? all.length() : end);
    }
}
