package dev.capdrop.core.container;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.unit.UnitFile;
import dev.capdrop.core.unit.Words;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The command line of systemd-nspawn, as far as it decides about capabilities, ids and names
/// (systemd-nspawn(1); `parse_argv` in `nspawn.c`). Options end at the first word that is none.
///
/// @param limits whether either of the two is given, so that a file's do not count
/// @param users the value of `--private-users=`, `pick` for `-U`; null where neither is given
public record NspawnCommand(
        CapabilitySet plus,
        CapabilitySet minus,
        boolean limits,
        Network network,
        @Nullable String users,
        Settings settings,
        Place place) {
    /// The capabilities that systemd-nspawn leaves to any container (systemd-nspawn(1),
    /// `--capability=`; `arg_caps_retain` in systemd's `nspawn.c`).
    public static final CapabilitySet DEFAULT =
            CapabilitySet.of(
                    "audit_control",
                    "audit_write",
                    "chown",
                    "dac_override",
                    "dac_read_search",
                    "fowner",
                    "fsetid",
                    "ipc_owner",
                    "kill",
                    "lease",
                    "linux_immutable",
                    "mknod",
                    "net_bind_service",
                    "net_broadcast",
                    "net_raw",
                    "setfcap",
                    "setgid",
                    "setpcap",
                    "setuid",
                    "sys_admin",
                    "sys_boot",
                    "sys_chroot",
                    "sys_nice",
                    "sys_ptrace",
                    "sys_resource",
                    "sys_tty_config");

    /// The further capabilities of a container with a network of its own.
    static final CapabilitySet OWN_NETWORK = CapabilitySet.of("net_admin");

    static NspawnCommand ofTemplate(String machine) {
        String line = "systemd-nspawn --boot --network-veth -U --settings=override --machine=";
        return parse(List.of((line + machine).split(" ")));
    }

    public enum Network {
        /// The host's, for no option names a network.
        NOT_SAID,
        /// The host's, or a namespace that somebody else has made.
        NAMED,
        PRIVATE
    }

    public enum Settings {
        IGNORED,
        /// Options win over a settings file.
        BEHIND_OPTIONS,
        OVER_OPTIONS,
        /// Options win over a settings file, which is trusted wherever it lies.
        TRUSTED
    }

    /// The values of `--machine=`, `--directory=`, `--image=` or `--mstack=`, and `--oci-bundle=`;
    /// null where not given.
    public record Place(
            @Nullable String machine,
            @Nullable String directory,
            @Nullable String image,
            @Nullable String bundle) {
        /// Returns the machine's name; empty where only systemd-nspawn itself knows it.
        public String name() {
            return machine != null
                    ? machine
                    : path().replaceAll("^.*/", "").replaceAll("\\.(raw|mstack)$", "");
        }

        /// Returns the settings file beside the root directory or image; empty if that is not told.
        public String beside() {
            String path = path();
            return path.startsWith("/")
                    ? path.substring(0, path.lastIndexOf('/') + 1) + name() + ".nspawn"
                    : "";
        }

        private String path() {
            String path = directory != null ? directory : image;
            return path == null ? "" : path.replaceAll("/+$", "");
        }
    }

    /// Options of systemd-nspawn(1) that take a value.
    private static final Set<String> OPTIONS_WITH_VALUE =
            Set.of(
                    """
                    directory template image image-policy root-hash root-hash-sig verity-data
                    pivot-root machine hostname uuid slice property register suppress-sync
                    personality bind bind-ro inaccessible tmpfs overlay overlay-ro setenv chdir
                    kill-signal no-new-privileges rlimit oom-score-adjust cpu-affinity resolv-conf
                    timezone link-journal port private-users-ownership user uid capability
                    drop-capability ambient-capability network-interface network-macvlan
                    network-ipvlan network-veth-extra network-bridge network-zone
                    network-namespace-path settings notify-ready system-call-filter selinux-context
                    selinux-apifs-context console load-credential set-credential bind-user
                    bind-user-shell bind-user-group background mstack oci-bundle
                    private-users-delegate restrict-address-families forward-journal
                    forward-journal-max-use forward-journal-keep-free
                    forward-journal-max-file-size forward-journal-max-files
                    """
                            .split("\\s+"));

    private static final Map<Character, String> SHORT =
            Stream.of(
                            ("Ddirectory uuid Mmachine Sslice Lselinux-apifs-context Zselinux-context"
                                            + " iimage bboot pport qquiet xephemeral Esetenv Uprivate-users"
                                            + " nnetwork-veth")
                                    .split(" "))
                    .collect(Collectors.toMap(word -> word.charAt(0), word -> word.substring(1)));

    /// Options that give the container a network of its own.
    private static final Set<String> PRIVATE_NETWORK_OPTIONS =
            Set.of(
                    "private-network",
                    "network-interface",
                    "network-macvlan",
                    "network-ipvlan",
                    "network-veth",
                    "network-veth-extra",
                    "network-bridge",
                    "network-zone");

    public static NspawnCommand parse(List<String> line) {
        return new Reading(line).command();
    }

    /// One option, by its long name without dashes, which is empty for an unknown letter.
    public record Option(String name, String value, String word) {
        public String format() {
            return name.isEmpty()
                    ? word
                    : value.isEmpty() ? "--" + name : "--" + name + "=" + value;
        }
    }

    /// Returns all options of a command line, the program first, in order.
    public static List<Option> options(List<String> line) {
        return List.copyOf(new Reading(line).options);
    }

    private static final class Reading {
        private final List<Option> options = new ArrayList<>();
        private String word = "";
        private CapabilitySet plus = CapabilitySet.EMPTY;
        private CapabilitySet minus = CapabilitySet.EMPTY;
        private boolean limits;
        private Network network = Network.NOT_SAID;
        private @Nullable String users;
        private Settings settings = Settings.BEHIND_OPTIONS;
        private Place place = new Place(null, null, null, null);

        Reading(List<String> line) {
            Deque<String> words =
                    new ArrayDeque<>(line.subList(Math.min(1, line.size()), line.size()));
            while (!words.isEmpty()) {
                word = words.removeFirst();
                if (word.equals("--") || !word.startsWith("-")) {
                    return;
                }
                if (word.startsWith("--")) {
                    ofLong(word.substring(2), words);
                } else {
                    ofShort(word, words);
                }
            }
        }

        private void ofLong(String text, Deque<String> rest) {
            int equals = text.indexOf('=');
            String name = equals < 0 ? text : text.substring(0, equals);
            String value = equals < 0 ? "" : text.substring(equals + 1);
            boolean behind = equals < 0 && takesNext(name, rest.peekFirst());
            take(name, behind ? rest.removeFirst() : value);
        }

        /// `--user` takes a value until systemd 260; since 261 it may stand bare, for the user's
        /// own machines. What cannot be a user's name is not taken for one.
        private static boolean takesNext(String name, @Nullable String next) {
            return next != null
                    && OPTIONS_WITH_VALUE.contains(name)
                    && (!name.equals("user") || next.matches("[^-/][^/]*"));
        }

        private void ofShort(String letters, Deque<String> rest) {
            for (int i = 1; i < letters.length(); i++) {
                String name = SHORT.getOrDefault(letters.charAt(i), "");
                if (OPTIONS_WITH_VALUE.contains(name)) {
                    String value = letters.substring(i + 1);
                    take(name, value.isEmpty() && !rest.isEmpty() ? rest.removeFirst() : value);
                    return;
                }
                take(name, name.equals("private-users") ? "pick" : "");
            }
        }

        private void take(String name, String value) {
            options.add(new Option(name, value, word));
            switch (name) {
                case "capability" -> {
                    plus = plus.union(NspawnWords.ofOption(value).set());
                    limits = true;
                }
                case "drop-capability" -> {
                    minus = minus.union(NspawnWords.ofOption(value).set());
                    limits = true;
                }
                case "private-users" -> users = value.isEmpty() ? "yes" : value;
                case "settings" -> settings = settings(value);
                case "network-namespace-path" -> network = Network.NAMED;
                case "machine" ->
                        place = new Place(value, place.directory, place.image, place.bundle);
                case "directory" ->
                        place = new Place(place.machine, value, place.image, place.bundle);
                case "image", "mstack" ->
                        place = new Place(place.machine, place.directory, value, place.bundle);
                case "oci-bundle" ->
                        place = new Place(place.machine, place.directory, place.image, value);
                default ->
                        network =
                                PRIVATE_NETWORK_OPTIONS.contains(name) ? Network.PRIVATE : network;
            }
        }

        private static Settings settings(String value) {
            return switch (value) {
                case "override" -> Settings.OVER_OPTIONS;
                case "trusted" -> Settings.TRUSTED;
                case "no", "0", "false", "off", "n", "f" -> Settings.IGNORED;
                default -> Settings.BEHIND_OPTIONS;
            };
        }

        NspawnCommand command() {
            return new NspawnCommand(plus, minus, limits, network, users, settings, place);
        }
    }

    /// The service that starts a machine, `systemd-nspawn@NAME.service` (systemd.unit(5), "Unit
    /// File Load Path" and the drop-ins of templates).
    ///
    /// @param path the file that has it; where none was found, the template's name
    /// @param line from 1; 0 where none was found
    public record NspawnService(NspawnCommand command, String path, int line) {
        /// The folders of an administrator's, the run's and the packages' units, without those of
        /// generators.
        private static final List<String> UNIT_FOLDERS =
                List.of(
                        "/etc/systemd/system/",
                        "/run/systemd/system/",
                        "/usr/local/lib/systemd/system/",
                        "/usr/lib/systemd/system/",
                        "/lib/systemd/system/");

        private static final String TEMPLATE = "systemd-nspawn@.service";

        public static String unit(String machine) {
            return "systemd-nspawn@" + machine + ".service";
        }

        /// Reads the service of a machine; `read`: the content of a file, a string of bytes, or
        /// null; `list`: the files `*.conf` of a folder with a trailing slash, or null.
        public static NspawnService of(
                String machine,
                Function<String, @Nullable String> read,
                Function<String, @Nullable List<String>> list) {
            UnitFile.Setting start = null;
            for (String path : files(unit(machine), read, list)) {
                String text = read.apply(path);
                for (UnitFile.Setting setting :
                        text == null
                                ? List.<UnitFile.Setting>of()
                                : UnitFile.parse(path, UnitFile.text(text.getBytes(ISO_8859_1)))) {
                    boolean says =
                            setting.isOf("Service", "ExecStart") && !setting.value().isEmpty();
                    start = says ? setting : start;
                }
            }
            List<String> words = start == null ? List.of() : words(start.value(), machine);
            return start == null || words.isEmpty()
                    ? new NspawnService(NspawnCommand.ofTemplate(machine), TEMPLATE, 0)
                    : new NspawnService(NspawnCommand.parse(words), start.file(), start.line());
        }

        private static List<String> files(
                String unit,
                Function<String, @Nullable String> read,
                Function<String, @Nullable List<String>> list) {
            List<String> files = new ArrayList<>();
            for (String name : List.of(unit, TEMPLATE)) {
                for (String folder : UNIT_FOLDERS) {
                    if (files.isEmpty() && read.apply(folder + name) != null) {
                        files.add(folder + name);
                    }
                }
            }
            Map<String, String> dropIns = new TreeMap<>();
            for (String folder : UNIT_FOLDERS) {
                for (String name : List.of(unit, TEMPLATE)) {
                    List<String> members = list.apply(folder + name + ".d/");
                    for (String path : members == null ? List.<String>of() : members) {
                        dropIns.putIfAbsent(path.substring(path.lastIndexOf('/') + 1), path);
                    }
                }
            }
            files.addAll(dropIns.values());
            return files;
        }

        private static List<String> words(String value, String machine) {
            return Words.split(value).stream()
                    .dropWhile(word -> !word.endsWith("systemd-nspawn"))
                    .map(word ->
                            word.replace("%i", machine).replace("%I", machine).replace("%%", "%"))
                    .toList();
        }
    }
}
