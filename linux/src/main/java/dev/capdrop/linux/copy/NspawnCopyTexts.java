package dev.capdrop.linux.copy;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.nspawn.NspawnCommand;
import dev.capdrop.core.nspawn.NspawnDefault;
import dev.capdrop.core.nspawn.NspawnFile;
import dev.capdrop.core.nspawn.NspawnService;
import dev.capdrop.core.nspawn.NspawnWords;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.Words;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// The command lines of systemd-nspawn that make throw-away copies of a machine. Nothing of the
/// machine's own is in them but what is listed here and acts on the copy alone; all else is left
/// out, and said.
///
/// Source: systemd-nspawn(1), systemd.nspawn(5).
final class NspawnCopyTexts implements CopyTexts {
    /// What takes something from a copy, or is told to it.
    private static final Set<String> KEPT =
            Set.of(
                    "hostname",
                    "inaccessible",
                    "kill-signal",
                    "no-new-privileges",
                    "personality",
                    "read-only",
                    "rlimit",
                    "setenv",
                    "system-call-filter",
                    "tmpfs");

    /// What every copy has in a way of its own, and nobody misses.
    private static final Set<String> REPLACED =
            Set.of(
                    "boot",
                    "capability",
                    "console",
                    "directory",
                    "drop-capability",
                    "keep-unit",
                    "link-journal",
                    "machine",
                    "network-bridge",
                    "network-interface",
                    "network-ipvlan",
                    "network-macvlan",
                    "network-namespace-path",
                    "network-veth",
                    "network-veth-extra",
                    "network-zone",
                    "notify-ready",
                    "port",
                    "private-network",
                    "private-users",
                    "private-users-chown",
                    "private-users-ownership",
                    "quiet",
                    "register",
                    "resolv-conf",
                    "settings",
                    "suppress-sync",
                    "timezone");

    /// The options that a copy has in any case.
    private static final Set<String> OWN =
            Set.of(
                    "boot",
                    "capability",
                    "directory",
                    "drop-capability",
                    "hostname",
                    "keep-unit",
                    "link-journal",
                    "machine",
                    "private-network",
                    "private-users",
                    "quiet",
                    "settings");

    /// The settings that an option of [#KEPT] stands for.
    private static final Map<String, String> SETTINGS =
            Map.of(
                    "Exec.Environment", "setenv",
                    "Exec.Hostname", "hostname",
                    "Exec.KillSignal", "kill-signal",
                    "Exec.NoNewPrivileges", "no-new-privileges",
                    "Exec.Personality", "personality",
                    "Exec.SystemCallFilter", "system-call-filter",
                    "Files.Inaccessible", "inaccessible",
                    "Files.TemporaryFileSystem", "tmpfs");

    /// The settings that an option of [#REPLACED] stands for; those of `[Network]` beside.
    private static final Set<String> REPLACED_SETTINGS =
            Set.of(
                    "Exec.Boot",
                    "Exec.Capability",
                    "Exec.DropCapability",
                    "Exec.LinkJournal",
                    "Exec.NotifyReady",
                    "Exec.PrivateUsers",
                    "Exec.ResolvConf",
                    "Exec.SuppressSync",
                    "Exec.Timezone",
                    "Files.PrivateUsersChown",
                    "Files.PrivateUsersOwnership");

    private static final List<String> FOLDERS =
            List.of("/etc/systemd/nspawn/", "/run/systemd/nspawn/");
    private static final Pattern PLAIN = Pattern.compile("[ -~]+");
    private static final String LIMIT = "Limit";
    private static final String PROGRAM = "/usr/bin/systemd-nspawn";

    private final OverlayCopies.Original original;
    private final CapabilitySet held;
    private final int shift;
    private final String users;
    private final List<String> devices = new ArrayList<>();
    private final List<String> kept = new ArrayList<>();
    private final List<String> differences = new ArrayList<>();

    /// @param owner the user of the host who owns its root directory
    /// @param user the one that is root in it; -1 where that is not known
    /// @param network whether copies are to have its network
    /// @throws IOException one sentence when no copy can have this configuration
    NspawnCopyTexts(OverlayCopies.Original original, int owner, int user, boolean network)
            throws IOException {
        this.original = original;
        this.shift = user - owner;
        ConfigurationText text = original.text();
        ConfigSource source = text.asSource();
        int last = original.lastCapability();
        EffectiveCapabilities own = ConfigFormat.NSPAWN.resolve(text.path(), source, last);
        LoadError error = own.error();
        if (error != null) {
            throw new IOException(
                    "systemd-nspawn refuses its settings, so that no copy can be made: "
                            + error.reason());
        }
        this.held = own.bounding(last);
        this.users = users(user);
        NspawnService service = NspawnService.of(original.id().name(), source::read, source::list);
        refuseElsewhere(service);
        NspawnFile file = file(service);
        if (network) {
            NspawnCopyNetwork same = new NspawnCopyNetwork(service, file);
            devices.addAll(same.words());
            differences.addAll(same.differences());
        } else {
            differences.add("no network but a loopback device; --network gives it one");
        }
        differences.add("without what its unit says beside the command line, limits above all");
        if (service.command().settings() == NspawnCommand.Settings.OVER_OPTIONS) {
            takeOptions(service);
            file.file().settings().forEach(this::take);
        } else {
            file.file().settings().forEach(this::take);
            takeOptions(service);
        }
    }

    /// The ids that its files are owned by, or that it runs with, so that none of them has to be
    /// changed.
    private String users(int user) throws IOException {
        List<String> maps =
                ConfigurationText.settings(original.text(), ConfigFormat.NSPAWN)
                        .values("lxc.idmap");
        if (maps.isEmpty()) {
            throw new IOException(
                    "it is privileged (it has no user ids of its own, PrivateUsers=): its copies could change devices and settings of the host, so none is made");
        }
        String[] map = maps.getFirst().split(" ", -1);
        if (map[2].equals("0")) {
            throw new IOException(
                    "its user ids are those of the host (PrivateUsers=identity): its copies could change devices and settings of the host, so none is made");
        }
        if (user < 0) {
            throw new IOException(
                    "its files are root's and get its user ids by a mount (PrivateUsersOwnership=map), which is known while it runs only; start it first");
        }
        if (user == 0) {
            throw new IOException(
                    "it runs with the user ids of the host: its copies could change devices and settings of the host, so none is made");
        }
        return user + ":" + map[3];
    }

    private void refuseElsewhere(NspawnService service) throws IOException {
        NspawnCommand.Place place = service.command().place();
        String directory = place.directory();
        if (place.image() != null) {
            throw new IOException(
                    "'%s' starts it from an image (--image=%s), which cannot be below an overlay, so no copy is made"
                            .formatted(service.path(), place.image()));
        }
        if (directory != null && !Path.of(directory).equals(original.root())) {
            throw new IOException(
                    "'%s' starts it from '%s', not from '%s', so no copy is made"
                            .formatted(service.path(), directory, original.root()));
        }
    }

    private void takeOptions(NspawnService service) {
        for (NspawnCommand.Option option : NspawnCommand.options(service.words())) {
            if (REPLACED.contains(option.name())) {
                continue;
            }
            if (!KEPT.contains(option.name()) || !keeps(option.name(), option.value())) {
                differences.add(
                        "without its option '%s' (%s:%d)"
                                .formatted(option.format(), service.path(), service.line()));
            }
        }
    }

    /// The settings file that systemd-nspawn would take.
    private NspawnFile file(NspawnService service) {
        if (service.command().settings() == NspawnCommand.Settings.IGNORED) {
            return NspawnFile.EMPTY;
        }
        List<String> paths = new ArrayList<>();
        FOLDERS.forEach(folder -> paths.add(folder + original.id().name() + ".nspawn"));
        paths.add(original.text().path());
        for (String path : paths) {
            String text = original.text().files().get(path);
            if (text != null) {
                return NspawnFile.parse(path, text);
            }
        }
        return NspawnFile.EMPTY;
    }

    private void take(Setting setting) {
        String name = setting.section() + "." + setting.key();
        boolean replaced =
                REPLACED_SETTINGS.contains(name)
                        || setting.section().equals("Network")
                        || setting.section().startsWith("X-")
                        || setting.value().isEmpty();
        if (!replaced && !keeps(setting, name)) {
            differences.add(
                    "without its setting '%s' (%s:%d)"
                            .formatted(setting.format(), setting.file(), setting.line()));
        }
    }

    private boolean keeps(Setting setting, String name) {
        String option = SETTINGS.get(name);
        if (name.equals("Files.ReadOnly")) {
            return !Words.flag(setting.value(), true) || keeps("read-only", "");
        }
        if (setting.section().equals("Exec") && setting.key().startsWith(LIMIT)) {
            String limit = setting.key().substring(LIMIT.length());
            return keeps("rlimit", limit + "=" + setting.value());
        }
        if (option == null) {
            return false;
        }
        boolean all = true;
        boolean several = option.equals("setenv");
        for (String value : several ? Words.split(setting.value()) : List.of(setting.value())) {
            all &= keeps(option, value);
        }
        return all;
    }

    /// @return false where it is not understood
    private boolean keeps(String option, String value) {
        boolean understood = value.isEmpty() || PLAIN.matcher(value).matches();
        boolean specifier = value.contains("%");
        boolean ofHost = option.equals("setenv") && !value.contains("=");
        if (!understood || specifier || ofHost) {
            return false;
        }
        kept.add(value.isEmpty() ? "--" + option : "--" + option + "=" + value);
        return true;
    }

    @Override
    public List<String> differences() {
        return List.copyOf(differences);
    }

    @Override
    public int shift() {
        return shift;
    }

    @Override
    public List<Path> shared() {
        return List.of();
    }

    @Override
    public String of(String name, CapabilitySet dropped, Path place) throws IOException {
        CapabilitySet wanted = held.minus(dropped);
        CapabilitySet standard = NspawnDefault.SET.union(NspawnDefault.OWN_NETWORK);
        List<String> words = new ArrayList<>(List.of(PROGRAM, "--quiet", "--keep-unit", "--boot"));
        words.add("--settings=no");
        words.add("--link-journal=no");
        words.add("--private-network");
        words.addAll(devices);
        words.add("--machine=" + name);
        words.add("--directory=" + place.resolve("rootfs"));
        words.add("--private-users=" + users);
        words.add("--hostname=" + original.id().name());
        words.addAll(kept);
        CapabilitySet more = wanted.minus(standard);
        if (!more.isEmpty()) {
            words.add("--capability=" + NspawnWords.formatOption(more));
        }
        CapabilitySet less = standard.minus(wanted);
        if (!less.isEmpty()) {
            words.add("--drop-capability=" + NspawnWords.formatOption(less));
        }
        String text = String.join("\n", words) + "\n";
        prove(text, name, wanted, place);
        return text;
    }

    private void prove(String text, String name, CapabilitySet wanted, Path place)
            throws IOException {
        List<String> words = text.lines().toList();
        NspawnCommand command = NspawnCommand.parse(words);
        String root = place.resolve("rootfs").toString();
        if (command.settings() != NspawnCommand.Settings.IGNORED) {
            throw unlike("settings files would be read for it");
        }
        if (command.network() != NspawnCommand.Network.PRIVATE) {
            throw unlike("it would have the host's network");
        }
        if (!command.place().equals(new NspawnCommand.Place(name, root, null))) {
            throw unlike("its root directory would not be the copy's own");
        }
        if (!users.equals(command.users())) {
            throw unlike("its user ids would be " + command.users());
        }
        Set<String> strange = new HashSet<>();
        NspawnCommand.options(words).forEach(option -> strange.add(option.name()));
        strange.removeAll(OWN);
        strange.removeAll(KEPT);
        strange.removeAll(devices.isEmpty() ? Set.of() : NspawnCopyNetwork.NAMES);
        if (!strange.isEmpty() || words.stream().skip(1).anyMatch(one -> !one.startsWith("--"))) {
            throw unlike("it would have options that no copy has: " + strange);
        }
        String path = OverlayCopies.FOLDER.resolve(name).resolve("cmdline").toString();
        ConfigurationText composed = new ConfigurationText(path, Map.of(path, text), Map.of(), 0);
        CapabilitySet read =
                ConfigFormat.NSPAWN
                        .resolve(path, composed.asSource(), original.lastCapability())
                        .bounding(original.lastCapability());
        if (!read.equals(wanted)) {
            throw unlike("it would hold %s, not %s".formatted(read, wanted));
        }
    }

    private static IOException unlike(String why) {
        return new IOException(
                "a copy's command line would not be read as it is meant, so none is made: " + why);
    }
}
