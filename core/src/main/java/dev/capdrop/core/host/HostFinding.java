package dev.capdrop.core.host;

import dev.capdrop.core.host.Prospect.Ability;
import dev.capdrop.core.snapshot.RuntimeKind;
import java.util.Set;

/// The result of one look at a host.
///
/// @param found a sentence without its stop
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
    public HostFinding {
        stops = Set.copyOf(stops);
    }

    /// A subject of the look.
    ///
    /// @param word its name for programs
    /// @param title its name for people
    public record Topic(String word, String title) {
        /// Whether this process is root, and has what root has.
        public static final Topic PERMISSIONS = new Topic("permissions", "permissions");

        public static final Topic KERNEL = new Topic("kernel", "kernel");

        /// Whether checks of capabilities can be watched.
        public static final Topic TRACING = new Topic("tracing", "tracing");

        /// Whether a running PID 1 can be traced.
        public static final Topic PTRACE = new Topic("ptrace", "ptrace");

        public static final Topic LXC = new Topic("lxc", "LXC");

        public static final Topic PROXMOX = new Topic("proxmox", "Proxmox VE");

        public static final Topic CGROUPS = new Topic("cgroups", "cgroups");

        public static final Topic APPARMOR = new Topic("apparmor", "AppArmor");

        /// The limits that containers share.
        public static final Topic QUOTAS = new Topic("quotas", "quotas");

        /// The place of the journal.
        public static final Topic STATE = new Topic("state", "state");

        /// The beginning of containers that are made from now on.
        public static final Topic NEW = new Topic("new", "new ones");

        public static final Topic OPEN_FILES = new Topic("open-files", "open files");

        /// Whether capdrop starts from its cache.
        public static final Topic START = new Topic("start", "start");

        /// The file of defaults.
        public static final Topic DEFAULTS = new Topic("defaults", "defaults");

        static Topic of(RuntimeKind kind) {
            return new Topic(kind.prefix(), kind.heading());
        }
    }

    /// The severity of a finding.
    public enum Level {
        /// The host is as capdrop needs it.
        GOOD,
        /// Worth knowing; nothing is missing.
        NOTE,
        /// Something cannot be done, or is about to fail.
        LACKING,
        /// The subject could not be seen.
        UNKNOWN
    }

    public static HostFinding good(Topic topic, String found, String means) {
        return new HostFinding(topic, Level.GOOD, found, means, "", Set.of(), "");
    }

    public static HostFinding note(Topic topic, String found, String means, String remedy) {
        return new HostFinding(topic, Level.NOTE, found, means, remedy, Set.of(), "");
    }

    /// Returns a finding of something that is about to fail, while nothing is impossible yet.
    public static HostFinding lacking(Topic topic, String found, String means, String remedy) {
        return new HostFinding(topic, Level.LACKING, found, means, remedy, Set.of(), "");
    }

    /// Returns a finding of something that could not be seen.
    ///
    /// @param what its noun phrase
    /// @param means what that leaves unknown
    public static HostFinding unknown(Topic topic, String what, String why, String means) {
        String found = what + " could not be seen: " + why;
        return new HostFinding(topic, Level.UNKNOWN, found, means, "", Set.of(), "");
    }

    /// Returns this finding as one that stops `abilities`, which need `needs`.
    public HostFinding stopping(String needs, Ability... abilities) {
        return new HostFinding(topic, level, found, means, remedy, Set.of(abilities), needs);
    }
}
