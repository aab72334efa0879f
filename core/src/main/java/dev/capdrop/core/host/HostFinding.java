package dev.capdrop.core.host;

import dev.capdrop.core.host.Prospect.Ability;
import dev.capdrop.core.snapshot.RuntimeKind;
import java.util.Set;

/// What one look at a host comes to.
///
/// @param topic what was looked at
/// @param level how good that is
/// @param found what was found, as a sentence without its stop
/// @param means what follows for which command, in the same form; empty where nothing does
/// @param remedy what to do, in the same form; empty where nothing is to be done
/// @param stops what cannot be done because of it
/// @param needs what these would need, to stand behind "which needs"; empty where it stops nothing
public record HostFinding(
        Topic topic,
        Level level,
        String found,
        String means,
        String remedy,
        Set<Ability> stops,
        String needs) {
    /// Copies the set.
    public HostFinding {
        stops = Set.copyOf(stops);
    }

    /// What is looked at.
    ///
    /// @param word what programs call it
    /// @param title what people do
    public record Topic(String word, String title) {
        /// Whether this process is root, and has what root has.
        public static final Topic PERMISSIONS = new Topic("permissions", "permissions");

        /// Which kernel runs.
        public static final Topic KERNEL = new Topic("kernel", "kernel");

        /// Whether checks of capabilities can be watched.
        public static final Topic TRACING = new Topic("tracing", "tracing");

        /// Whether a PID 1 that runs can be traced.
        public static final Topic PTRACE = new Topic("ptrace", "ptrace");

        /// Plain LXC.
        public static final Topic LXC = new Topic("lxc", "LXC");

        /// Proxmox VE.
        public static final Topic PROXMOX = new Topic("proxmox", "Proxmox VE");

        /// How control groups are laid out.
        public static final Topic CGROUPS = new Topic("cgroups", "cgroups");

        /// AppArmor of the host.
        public static final Topic APPARMOR = new Topic("apparmor", "AppArmor");

        /// Limits that containers share.
        public static final Topic QUOTAS = new Topic("quotas", "quotas");

        /// Where capdrop keeps its journal.
        public static final Topic STATE = new Topic("state", "state");

        /// How many files may be open.
        public static final Topic OPEN_FILES = new Topic("open-files", "open files");

        /// Whether capdrop starts from its cache.
        public static final Topic START = new Topic("start", "start");

        /// The file of defaults.
        public static final Topic DEFAULTS = new Topic("defaults", "defaults");

        /// A runtime.
        static Topic of(RuntimeKind kind) {
            return new Topic(kind.prefix(), kind.heading());
        }
    }

    /// How good it is.
    public enum Level {
        /// As capdrop needs it.
        GOOD,
        /// Worth knowing; nothing is missing.
        NOTE,
        /// Something cannot be done, or is about to fail.
        LACKING,
        /// It could not be seen.
        UNKNOWN
    }

    /// As capdrop needs it.
    public static HostFinding good(Topic topic, String found, String means) {
        return new HostFinding(topic, Level.GOOD, found, means, "", Set.of(), "");
    }

    /// Worth knowing.
    public static HostFinding note(Topic topic, String found, String means, String remedy) {
        return new HostFinding(topic, Level.NOTE, found, means, remedy, Set.of(), "");
    }

    /// Something is about to fail, and nothing is impossible yet.
    public static HostFinding lacking(Topic topic, String found, String means, String remedy) {
        return new HostFinding(topic, Level.LACKING, found, means, remedy, Set.of(), "");
    }

    /// It could not be seen.
    ///
    /// @param what what could not be
    /// @param why what kept us from it
    /// @param means what that leaves unknown
    public static HostFinding unknown(Topic topic, String what, String why, String means) {
        String found = what + " could not be seen: " + why;
        return new HostFinding(topic, Level.UNKNOWN, found, means, "", Set.of(), "");
    }

    /// The same finding, which makes this impossible.
    ///
    /// @param needs what that would need
    public HostFinding stopping(String needs, Ability... abilities) {
        return new HostFinding(topic, level, found, means, remedy, Set.of(abilities), needs);
    }
}
