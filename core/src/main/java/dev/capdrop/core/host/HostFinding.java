package dev.capdrop.core.host;

import static java.util.Objects.requireNonNull;

import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.host.Prospect.Ability;
import dev.capdrop.core.snapshot.RuntimeKind;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    private static final Map<String, String[]> ROWS =
            ResourceTable.rows("host/findings.tsv").stream()
                    .collect(Collectors.toMap(cells -> cells[0], Function.identity()));

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

        /// Returns the finding of a row of `findings.tsv`, with what was seen in its sentences.
        HostFinding finding(String row, Object... seen) {
            String[] cells = requireNonNull(ROWS.get(row), row);
            return new HostFinding(
                    this,
                    ResourceTable.constant(Level.class, cells[1]),
                    cells[2].formatted(seen),
                    cells[3].formatted(seen),
                    cells[4].formatted(seen),
                    Stream.of(cells[5].split(" "))
                            .filter(word -> !word.isEmpty())
                            .map(word -> ResourceTable.constant(Ability.class, word))
                            .collect(Collectors.toSet()),
                    cells[6].formatted(seen));
        }
    }

    /// The levels of findings, explained in the resource.
    public enum Level {
        GOOD,
        NOTE,
        LACKING,
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
    public static HostFinding unknown(Topic topic, String what, String why, String means) {
        String found = what + " could not be seen: " + why;
        return new HostFinding(topic, Level.UNKNOWN, found, means, "", Set.of(), "");
    }

    /// Returns this finding as one that stops `abilities`, which need `needs`.
    public HostFinding stopping(String needs, Ability... abilities) {
        return new HostFinding(topic, level, found, means, remedy, Set.of(abilities), needs);
    }
}
