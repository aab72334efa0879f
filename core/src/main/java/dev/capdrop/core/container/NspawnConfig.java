package dev.capdrop.core.container;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.EffectiveCapabilities.CapabilityLine;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.container.EffectiveCapabilities.Mode;
import dev.capdrop.core.container.NspawnCommand.Network;
import dev.capdrop.core.container.NspawnCommand.NspawnService;
import dev.capdrop.core.unit.UnitFile.Setting;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The settings that a machine of systemd-nspawn is started with: defaults, command line, and one
/// file. Source: systemd.nspawn(5), ".nspawn File Discovery"; `merge_settings` in systemd's
/// `nspawn.c`.
final class NspawnConfig {
    private static final List<String> FOLDERS =
            List.of("/etc/systemd/nspawn", "/run/systemd/nspawn");

    /// The command line of a running process or a throw-away copy, which no file configures.
    private static final Pattern COMMAND_LINE =
            Pattern.compile("/proc/[0-9]+/cmdline|/run/capdrop-trial/[a-z0-9-]+/cmdline");

    /// The ids that systemd-nspawn gives to the first machine that is to have its own.
    private static final String PICKED = "524288 65536";

    private final NspawnCommand command;
    private final CommandPlace place;
    private final Found file;
    private final int last;
    private final List<CapabilityLine> lines = new ArrayList<>();
    private final List<EffectiveCapabilities.Remark> remarks = new ArrayList<>();
    private CapabilitySet kept;
    private CapabilitySet lent = CapabilitySet.EMPTY;

    private record CommandPlace(String path, int line) {}

    private record Found(String path, NspawnFile settings, boolean trusted) {}

    private NspawnConfig(NspawnCommand command, CommandPlace place, Found file, int last) {
        this.command = command;
        this.place = place;
        this.file = file;
        this.last = last;
        kept = NspawnCommand.DEFAULT;
    }

    static boolean isCommandLine(String path) {
        return COMMAND_LINE.matcher(path).matches();
    }

    static ConfigFormat.Reading read(String path, ConfigSource source, int last) {
        if (isCommandLine(path)) {
            String words = source.read(path);
            if (words == null) {
                LoadError gone = new LoadError(path, 0, "", "it has ended meanwhile");
                return new ConfigFormat.Reading(refused(gone), LxcSettings.NONE, List.of());
            }
            NspawnCommand command = NspawnCommand.parse(words.lines().toList());
            List<String> files = files(command.place().name());
            Found file = found(command, files, command.place().beside(), source);
            return read(command, new CommandPlace(path, 1), file, last);
        }
        String name = path.substring(path.lastIndexOf('/') + 1).replaceAll("\\.nspawn$", "");
        NspawnService service = NspawnService.of(name, source::read, source::list);
        List<String> files = new ArrayList<>(files(name));
        String folder = path.substring(0, Math.max(0, path.lastIndexOf('/')));
        boolean elsewhere = !FOLDERS.contains(folder) && !folder.equals("/var/lib/machines");
        if (elsewhere) {
            files.addFirst(path);
        }
        String beside = FOLDERS.contains(folder) || elsewhere ? "" : path;
        Found file = found(service.command(), files, beside, source);
        return read(
                service.command(), new CommandPlace(service.path(), service.line()), file, last);
    }

    private static List<String> files(String name) {
        return FOLDERS.stream().map(folder -> folder + "/" + name + ".nspawn").toList();
    }

    private static Found found(
            NspawnCommand command, List<String> files, String beside, ConfigSource source) {
        if (command.settings() == NspawnCommand.Settings.IGNORED) {
            return new Found("", NspawnFile.EMPTY, true);
        }
        for (String file : files) {
            String text = source.read(file);
            if (text != null) {
                return new Found(file, NspawnFile.parse(file, text), true);
            }
        }
        String text = beside.isEmpty() ? null : source.read(beside);
        boolean trusted = command.settings() == NspawnCommand.Settings.TRUSTED;
        return text == null
                ? new Found("", NspawnFile.EMPTY, true)
                : new Found(beside, NspawnFile.parse(beside, text), trusted);
    }

    private static ConfigFormat.Reading read(
            NspawnCommand command, CommandPlace place, Found file, int last) {
        LoadError error = ofBundle(command, place);
        error = error == null ? error(file) : error;
        if (error != null) {
            return new ConfigFormat.Reading(refused(error), LxcSettings.NONE, List.of());
        }
        NspawnConfig config = new NspawnConfig(command, place, file, last);
        config.takeOptions();
        config.takeFile();
        return new ConfigFormat.Reading(config.effective(), config.settings(), List.of());
    }

    private static EffectiveCapabilities refused(LoadError error) {
        return new EffectiveCapabilities(
                Mode.NONE, CapabilitySet.EMPTY, List.of(), error, List.of(), List.of());
    }

    /// A bundle's `config.json` says which capabilities its machine gets, and nothing else does.
    private static @Nullable LoadError ofBundle(NspawnCommand command, CommandPlace place) {
        String bundle = command.place().bundle();
        return bundle == null
                ? null
                : new LoadError(
                        place.path,
                        place.line,
                        "--oci-bundle=" + bundle,
                        "its capabilities are those of the bundle's config.json, which capdrop"
                                + " does not read");
    }

    private static @Nullable LoadError error(Found file) {
        int broken = file.settings.file().brokenLine();
        if (broken > 0) {
            return new LoadError(
                    file.path,
                    broken,
                    "",
                    "it gives up on the file at a line " + file.settings.file().brokenBy());
        }
        Setting ambient = file.settings.ambient();
        return ambient == null || !file.trusted
                ? null
                : new LoadError(
                        file.path,
                        ambient.line(),
                        ambient.format(),
                        "it boots no container that is given ambient capabilities");
    }

    private void takeOptions() {
        CapabilitySet plus = command.plus();
        if (command.network() == Network.PRIVATE) {
            plus = plus.union(NspawnCommand.OWN_NETWORK);
        }
        kept = kept.union(plus).minus(command.minus());
        lent = command.plus();
        if (!command.plus().isEmpty()) {
            String option = "--capability=" + NspawnWords.formatOption(command.plus());
            lends(new Setting(place.path, place.line, "", "", option), command.plus());
            lines.add(line(place.path, place.line, option, CapabilitySet.EMPTY));
        }
        if (!command.minus().isEmpty()) {
            String option = "--drop-capability=" + NspawnWords.formatOption(command.minus());
            lines.add(line(place.path, place.line, option, command.minus()));
        }
    }

    private boolean optionsWin() {
        return command.settings() != NspawnCommand.Settings.OVER_OPTIONS;
    }

    private void takeFile() {
        if (command.limits() && optionsWin()) {
            if (!file.settings.capabilities().isEmpty()) {
                remark(
                        file.settings.capabilities().getFirst(),
                        "options of the command line about capabilities take the lines of the file"
                                + " out of force");
            }
            return;
        }
        CapabilitySet plus = CapabilitySet.EMPTY;
        CapabilitySet minus = CapabilitySet.EMPTY;
        for (Setting setting : file.settings.capabilities()) {
            NspawnWords words = NspawnWords.ofSetting(setting.value());
            for (String word : words.unknown()) {
                remark(setting, "systemd-nspawn knows no capability '" + word + "' and ignores it");
            }
            boolean drops = NspawnFile.drops(setting);
            minus = drops ? minus.union(words.set()) : minus;
            plus = drops ? plus : plus.union(words.set());
            CapabilitySet adds = drops ? words.set() : CapabilitySet.EMPTY;
            lines.add(line(setting.file(), setting.line(), setting.format(), adds));
            if (!drops && file.trusted) {
                lends(setting, words.set());
            } else if (!drops) {
                remark(setting, "nothing is lent by a file that lies beside the image");
            }
        }
        merge(plus, minus);
    }

    /// Applies the file's settings; one that is not trusted gives no capability.
    private void merge(CapabilitySet lending, CapabilitySet minus) {
        CapabilitySet plus = lending;
        CapabilitySet less = CapabilitySet.EMPTY;
        Network network = file.settings.network();
        boolean counts = command.network() == Network.NOT_SAID || !optionsWin();
        if (counts && network == Network.PRIVATE) {
            plus = plus.union(NspawnCommand.OWN_NETWORK);
        } else if (counts && network == Network.NAMED) {
            less = NspawnCommand.OWN_NETWORK;
        }
        if (file.trusted || plus.isEmpty()) {
            kept = kept.minus(less).union(plus);
            lent = lent.union(lending);
        }
        kept = kept.minus(minus);
    }

    private void lends(Setting setting, CapabilitySet words) {
        CapabilitySet more =
                words.intersect(CapabilitySet.upTo(last))
                        .minus(NspawnCommand.DEFAULT)
                        .minus(ownNetwork() ? NspawnCommand.OWN_NETWORK : CapabilitySet.EMPTY);
        remark(
                setting,
                more.isEmpty()
                        ? "lends nothing that systemd-nspawn does not leave to it anyway"
                        : "lends what systemd-nspawn would not leave to it: " + more);
    }

    private EffectiveCapabilities effective() {
        CapabilitySet all = CapabilitySet.upTo(last);
        CapabilitySet dropped = all.minus(kept);
        CapabilitySet standard =
                all.minus(NspawnCommand.DEFAULT)
                        .minus(ownNetwork() ? NspawnCommand.OWN_NETWORK : CapabilitySet.EMPTY)
                        .minus(lent);
        List<CapabilityLine> every = new ArrayList<>();
        if (!standard.isEmpty()) {
            every.add(line("systemd-nspawn", 0, "what it leaves to no container", standard));
        }
        every.addAll(lines);
        Mode mode = dropped.isEmpty() ? Mode.NONE : Mode.DROP;
        return new EffectiveCapabilities(mode, dropped, every, null, remarks, List.of());
    }

    private LxcSettings settings() {
        Map<String, List<String>> values = new HashMap<>();
        values.put("lxc.apparmor.profile", List.of("unconfined"));
        values.put("lxc.net.0.type", List.of(ownNetwork() ? "veth" : "none"));
        values.put("lxc.net.0.flags", List.of("up"));
        String ids = ids();
        if (ids != null) {
            values.put(LxcKeys.ID_MAP, List.of("u 0 " + ids, "g 0 " + ids));
        }
        List<String> mounts = new ArrayList<>();
        for (String bind : file.trusted ? file.settings.binds() : List.<String>of()) {
            String[] parts = bind.replaceFirst("^[+-]", "").split(":", -1);
            String target = parts.length > 1 && !parts[1].isEmpty() ? parts[1] : parts[0];
            if (target.startsWith("/")) {
                mounts.add(parts[0] + " " + target.substring(1) + " none bind");
            }
        }
        values.put("lxc.mount.entry", mounts);
        return new LxcSettings(values);
    }

    private boolean ownNetwork() {
        Network own = file.settings.network();
        boolean counts = command.network() == Network.NOT_SAID || !optionsWin();
        Network network = counts && own != Network.NOT_SAID ? own : command.network();
        return network == Network.PRIVATE;
    }

    private @Nullable String ids() {
        String own = file.trusted ? file.settings.users() : null;
        boolean counts = own != null && (command.users() == null || !optionsWin());
        String users = counts ? own : command.users();
        if (users == null) {
            return null;
        }
        return switch (users.toLowerCase(Locale.ROOT)) {
            case "0", "no", "n", "false", "f", "off" -> null;
            case "identity" -> "0 65536";
            default ->
                    users.matches("[0-9]{2,10}(:[0-9]{1,10})?")
                            ? users.contains(":") ? users.replace(':', ' ') : users + " 65536"
                            : PICKED;
        };
    }

    private void remark(Setting setting, String text) {
        remarks.add(new EffectiveCapabilities.Remark(setting.file(), setting.line(), text));
    }

    private CapabilityLine line(String path, int number, String text, CapabilitySet adds) {
        return new CapabilityLine(
                path, number, text, adds.intersect(CapabilitySet.upTo(last)).names(), false);
    }
}
