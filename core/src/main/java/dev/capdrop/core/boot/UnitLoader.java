package dev.capdrop.core.boot;

import dev.capdrop.core.snapshot.RecordedSettings;
import dev.capdrop.core.snapshot.UnitState.LoadState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitFile;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitName.UnitType;
import dev.capdrop.core.unit.UnitTree;
import dev.capdrop.core.unit.Words;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Loads units from their files as systemd does, with aliases, templates and drop-ins
/// (systemd.unit(5), "Unit File Load Path", "Unit Aliases" and "Description").
public final class UnitLoader {
    /// The units that systemd makes without a file: systemd.special(7), and slices.
    private static final Set<String> PERPETUAL =
            Set.of("-.slice", "system.slice", "init.scope", "-.mount");

    private static final int MOST_DROP_INS = 1000;

    private final UnitTree tree;
    private final UnitIndex index;
    private final UnitIndex.DropIns dropIns;
    private final Map<String, LoadedUnit> loaded = new HashMap<>();
    private final UnitTexts texts;

    public UnitLoader(UnitTree tree, LoadPath path) {
        Chase chase = new Chase(tree);
        this.tree = tree;
        this.texts = new UnitTexts(tree);
        this.index = UnitIndex.read(tree, chase, path, texts::note);
        this.dropIns = new UnitIndex.DropIns(tree, chase, path, index, texts::note);
    }

    /// Returns the unit of this valid name or alias, no template; the same one each time.
    public LoadedUnit load(String name) {
        LoadedUnit known = loaded.get(name);
        if (known != null) {
            return known;
        }
        LoadedUnit unit = read(name);
        for (String other : unit.names()) {
            loaded.putIfAbsent(other, unit);
        }
        return loaded.getOrDefault(name, unit);
    }

    public List<String> problems() {
        return texts.problems();
    }

    private LoadedUnit read(String name) {
        String fragment = index.fragment(name);
        if (fragment == null) {
            boolean unneeded = PERPETUAL.contains(name) || UnitName.type(name) == UnitType.SLICE;
            return unneeded
                    ? assemble(name, Set.of(name), "", List.of())
                    : LoadedUnit.bare(name, LoadState.NOT_FOUND, "");
        }
        if (index.leadsToNull(fragment)) {
            return LoadedUnit.bare(name, LoadState.MASKED, fragment);
        }
        UnitTexts.Content content = texts.read(fragment, name);
        return switch (content.state()) {
            case UNREAD -> LoadedUnit.bare(name, LoadState.UNREAD, fragment);
            case MASKED -> LoadedUnit.bare(name, LoadState.MASKED, fragment);
            case BAD_SETTING -> LoadedUnit.bare(name, LoadState.BAD_SETTING, fragment);
            case ERROR, NOT_FOUND, OTHER -> LoadedUnit.bare(name, LoadState.ERROR, fragment);
            case LOADED -> {
                Set<String> names = index.names(name, fragment);
                yield assemble(primary(name, fragment), names, fragment, content.settings());
            }
        };
    }

    private LoadedUnit assemble(
            String name, Set<String> names, String fragment, List<UnitFile.Setting> ofFragment) {
        List<UnitFile.Setting> settings = new ArrayList<>(ofFragment);
        List<String> paths = dropIns.files(name, names, ".d", ".conf");
        boolean whole = paths.size() <= MOST_DROP_INS;
        if (!whole) {
            texts.note(
                    "'%s' was not read: it has more than %d drop-ins"
                            .formatted(name, MOST_DROP_INS));
        }
        for (String path : whole ? paths : List.<String>of()) {
            if (!index.leadsToNull(path)) {
                UnitTexts.Content content = texts.read(path, name);
                settings.addAll(content.settings());
                whole &= content.state() != LoadState.UNREAD;
            }
        }
        Dependencies linked =
                Dependencies.NONE
                        .with(Dependency.WANTS, linked(name, names, ".wants"))
                        .with(Dependency.REQUIRES, linked(name, names, ".requires"))
                        .with(Dependency.UPHOLDS, linked(name, names, ".upholds"));
        List<UnitFile.Setting> merged = UnitFile.merge(settings);
        LoadState state = whole ? LoadState.LOADED : LoadState.UNREAD;
        LoadedUnit unit = new LoadedUnit(name, names, state, fragment, paths, merged, linked);
        return whole && ServiceRules.refuse(unit) ? unit.with(LoadState.BAD_SETTING) : unit;
    }

    private static String primary(String name, String fragment) {
        String own = UnitIndex.baseName(fragment);
        if (!UnitName.isValid(own) || UnitName.type(own) != UnitName.type(name)) {
            return name;
        }
        if (UnitName.isTemplate(own)) {
            String instance = UnitName.instance(name);
            return instance == null ? name : UnitName.withInstance(own, instance);
        }
        return own;
    }

    private List<String> linked(String name, Set<String> names, String suffix) {
        return dropIns.files(name, names, suffix, "").stream()
                .filter(path -> UnitName.isValid(UnitIndex.baseName(path)))
                .filter(path -> tree.link(path) != null && !index.isMask(path))
                .map(UnitIndex::baseName)
                .map(entry -> UnitName.isTemplate(entry) ? filled(entry, name) : entry)
                .toList();
    }

    static String filled(String template, String by) {
        String instance = UnitName.instance(by);
        return UnitName.withInstance(template, instance == null ? UnitName.prefix(by) : instance);
    }

    /// The absolute directories that the system's units are loaded from, first come, first served.
    /// Source: systemd.unit(5), "System Unit Search Path"; `systemctl show -p UnitPath` of 247, 252
    /// and 257.
    public record LoadPath(List<String> directories) {
        /// The generators' units that override the administrator's.
        public static final String GENERATOR_EARLY = "/run/systemd/generator.early";

        public static final String GENERATOR = "/run/systemd/generator";

        /// The generators' units that everything else overrides.
        public static final String GENERATOR_LATE = "/run/systemd/generator.late";

        /// The first version that is never built for a `/lib` beside `/usr/lib`.
        private static final int MERGED_USR_SINCE = 255;

        /// First come, first served; the folder in /lib counts only where that is no link
        /// (systemd.unit(5), "System Unit Search Path"; `systemctl show -p UnitPath` of 247, 252
        /// and 257).
        private static final List<String> SYSTEM_UNIT_PATH =
                List.of(
                        "/etc/systemd/system.control",
                        "/run/systemd/system.control",
                        "/run/systemd/transient",
                        "/run/systemd/generator.early",
                        "/etc/systemd/system",
                        "/etc/systemd/system.attached",
                        "/run/systemd/system",
                        "/run/systemd/system.attached",
                        "/run/systemd/generator",
                        "/usr/local/lib/systemd/system",
                        "/lib/systemd/system",
                        "/usr/lib/systemd/system",
                        "/run/systemd/generator.late");

        /// Returns the path of a systemd, built for a split `/lib`, as Debian's to 254, or not.
        public static LoadPath of(int version, boolean splitUsr) {
            boolean split = splitUsr && version < MERGED_USR_SINCE;
            return new LoadPath(
                    SYSTEM_UNIT_PATH.stream()
                            .filter(folder -> split || !folder.startsWith("/lib/"))
                            .toList());
        }
    }

    /// The settings that a service must have to be loaded. Source: systemd.service(5), "Type=",
    /// "ExecStart=", "Restart="; systemd's `service_verify`.
    private record ServiceRules(LoadedUnit unit) {
        private static final String SECTION = "Service";
        private static final Set<String> TYPES =
                Set.of("simple exec forking oneshot dbus notify notify-reload idle".split(" "));
        private static final String SOME_ACTION =
                "(reboot|poweroff|exit|kexec|halt|soft-reboot)(-force|-immediate)?";

        static boolean refuse(LoadedUnit unit) {
            return unit.type() == UnitType.SERVICE && new ServiceRules(unit).refuse();
        }

        private boolean refuse() {
            int starts = commands("ExecStart");
            String type = type(starts);
            boolean oneshot = type.equals("oneshot");
            boolean idle = starts == 0 && !acts();
            boolean remains = unit.flag(SECTION, "RemainAfterExit", false);
            if (idle && (!oneshot || !remains || commands("ExecStop") == 0)) {
                return true;
            }
            return (!oneshot && starts > 1)
                    || (oneshot && Set.of("always", "on-success").contains(value("Restart")))
                    || (type.equals("dbus") && value("BusName").isEmpty())
                    || (!value("PAMName").isEmpty()
                            && Set.of("none", "process").contains(value("KillMode")));
        }

        private int commands(String key) {
            List<String> values = unit.values(SECTION, key);
            return values.stream().mapToInt(CommandLines::count).filter(count -> count > 0).sum();
        }

        private String type(int starts) {
            String type = value("Type");
            if (TYPES.contains(type)) {
                return type;
            }
            String usual = starts == 0 ? "oneshot" : "simple";
            return value("BusName").isEmpty() ? usual : "dbus";
        }

        private boolean acts() {
            String action = unit.value("Unit", "SuccessAction");
            return action != null && action.matches(SOME_ACTION);
        }

        private String value(String key) {
            String value = unit.value(SECTION, key);
            return value == null ? "" : value;
        }
    }

    /// One unit as its files describe it.
    ///
    /// @param names all its names, the primary one among them
    /// @param fragment the path of its main file; empty when it has none
    /// @param linked the names in its `.wants`, `.requires` and `.upholds` folders
    public record LoadedUnit(
            String name,
            Set<String> names,
            LoadState state,
            String fragment,
            List<String> dropIns,
            List<UnitFile.Setting> settings,
            Dependencies linked) {
        public LoadedUnit {
            names = Set.copyOf(new TreeSet<>(names));
            dropIns = List.copyOf(dropIns);
            settings = List.copyOf(settings);
        }

        static LoadedUnit bare(String name, LoadState state, String fragment) {
            return new LoadedUnit(
                    name, Set.of(name), state, fragment, List.of(), List.of(), Dependencies.NONE);
        }

        LoadedUnit with(LoadState other) {
            return new LoadedUnit(name, names, other, fragment, dropIns, settings, linked);
        }

        public UnitType type() {
            return UnitName.type(name);
        }

        public List<String> values(String section, String key) {
            return settings.stream()
                    .filter(setting -> setting.isOf(section, key))
                    .map(UnitFile.Setting::value)
                    .toList();
        }

        /// Returns the last right side of a setting; null when it is not set.
        public @Nullable String value(String section, String key) {
            List<String> values = values(section, key);
            return values.isEmpty() ? null : values.getLast();
        }

        /// Whether a program, a mount or a free address decides its start, which no unit file tells
        /// of.
        boolean isDecidedByProgram() {
            return switch (type()) {
                case SERVICE ->
                        settings.stream()
                                .anyMatch(setting ->
                                        setting.section().equals("Service")
                                                && RecordedSettings.isCommand(setting.key())
                                                && !setting.value().isEmpty());
                case MOUNT, AUTOMOUNT, SWAP, SOCKET -> true;
                case TARGET, DEVICE, TIMER, PATH, SLICE, SCOPE, OTHER -> false;
            };
        }

        /// Whether the unit is inactive again after its work (systemd.service(5),
        /// "RemainAfterExit=").
        boolean endsAfterWork() {
            return "oneshot".equals(value("Service", "Type"))
                    && !flag("Service", "RemainAfterExit", false);
        }

        /// Returns a boolean setting; `otherwise` where it is not set, or is no boolean.
        public boolean flag(String section, String key, boolean otherwise) {
            String value = value(section, key);
            return value == null ? otherwise : Words.flag(value, otherwise);
        }
    }
}
