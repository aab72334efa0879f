package dev.capdrop.core.snapshot;

/// A limit that holds for a container together with others, or for all of it, and how much of it is
/// used.
///
/// @param user the host's user whose quota it is; -1 where it is the container's own
/// @param used how much is used; 0 when that is not known
/// @param limit how much there may be; [Long#MAX_VALUE] for no limit
/// @param refusals how often the kernel has refused more, since the container started; 0 where it
///   does not count
public record Quota(Kind kind, long user, long used, long limit, long refusals) {
    /// What is limited.
    public enum Kind {
        /// Keys of the host's user that the container's root is (keyrings(7), `/proc/key-users`).
        KEYS("keys", "kernel.keys.maxkeys"),
        /// Bytes of these keys.
        KEY_BYTES("bytes of keys", "kernel.keys.maxbytes"),
        /// Instances of inotify(7), of all users below the one who made the container.
        INOTIFY_INSTANCES("inotify instances", "fs.inotify.max_user_instances"),
        /// Processes of the container (the control group's `pids.max`).
        PIDS("processes", ""),
        /// Bytes of memory of the container (`memory.max`).
        MEMORY("bytes of memory", "");

        private final String noun;
        private final String sysctl;

        Kind(String noun, String sysctl) {
            this.noun = noun;
            this.sysctl = sysctl;
        }

        /// What is counted, in the plural.
        public String noun() {
            return noun;
        }

        /// The host's setting, as sysctl(8) names it; empty where it is one of the container's.
        public String sysctl() {
            return sysctl;
        }
    }

    /// Whether there is no more to have, or there was none at some time.
    public boolean exhausted() {
        return refusals > 0 || (limit != Long.MAX_VALUE && used >= limit);
    }
}
