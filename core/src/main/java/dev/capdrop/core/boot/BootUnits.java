package dev.capdrop.core.boot;

import dev.capdrop.core.boot.UnitLoader.LoadedUnit;
import dev.capdrop.core.snapshot.UnitState.LoadState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.SystemFacts;
import dev.capdrop.core.unit.UnitFile;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitName.UnitType;
import dev.capdrop.core.unit.UnitTree;
import dev.capdrop.core.unit.Words;
import module java.base;

/// The units that a boot into a target starts, and those that may start in it, triggered or called
/// on the bus. Source: bootup(7); systemd.unit(5), "Wants=", "Requires=", "BindsTo=", "Upholds=",
/// "RequiresMountsFor=".
public final class BootUnits {
    /// The limit; systemd's own is 131,072 units.
    private static final int MOST_UNITS = 5000;

    private static final int MOST_SERVICES = 500;

    /// The folders of the services that a call on the bus starts; of one file name the first counts
    /// (D-Bus specification, "System message bus instance").
    private static final List<String> BUS_SERVICE_FOLDERS =
            List.of(
                    "/etc/dbus-1/system-services",
                    "/run/dbus-1/system-services",
                    "/usr/local/share/dbus-1/system-services",
                    "/usr/share/dbus-1/system-services",
                    "/lib/dbus-1/system-services");

    /// The parents of the directories that systemd makes for a service, by their settings.
    public static final Map<String, String> PLACES =
            Map.of(
                    "RuntimeDirectory", "/run/",
                    "StateDirectory", "/var/lib/",
                    "CacheDirectory", "/var/cache/",
                    "LogsDirectory", "/var/log/",
                    "ConfigurationDirectory", "/etc/");

    private final UnitLoader loader;
    private final SystemFacts facts;
    private final String target;
    private final Map<String, LoadedUnit> units = new TreeMap<>();
    private final Map<String, Dependencies.Builder> found = new TreeMap<>();
    private final Map<String, Dependencies> dependencies = new TreeMap<>();
    private final Map<String, Set<String>> triggeredBy = new HashMap<>();
    private final Set<String> mounted;
    private final Set<String> started = new LinkedHashSet<>();
    private final Set<String> busActivated = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();

    private BootUnits(
            UnitLoader loader, SystemFacts facts, LoadedUnit target, Set<String> mounted) {
        this.loader = loader;
        this.facts = facts;
        this.target = target.name();
        this.mounted = target.flag("Unit", "AllowIsolate", false) ? Set.of() : mounted;
    }

    /// Returns the units of the boot into `target`, or into rescue.target where that does not load;
    /// `onBus` are [#busServices]. Where it must not be isolated, nothing is started for a mount
    /// alone that is there before PID 1 (src/core/transaction.c, `transaction_collect_garbage`).
    ///
    /// @param mounted the places where something is mounted before PID 1 starts
    public static BootUnits of(
            UnitLoader loader,
            SystemFacts facts,
            String target,
            Set<String> onBus,
            Set<String> mounted) {
        boolean loads = mayLoad(loader.load(target));
        LoadedUnit first = loader.load(loads ? target : "rescue.target");
        Set<String> units = mounted.stream().map(UnitName::ofMount).collect(Collectors.toSet());
        BootUnits boot = new BootUnits(loader, facts, first, units);
        boot.walk(first.name(), true);
        boot.addTriggered();
        boot.addBusActivated(onBus);
        boot.orderTargets();
        boot.requireMounts();
        boot.mirrorOrder();
        boot.found.forEach((unit, builder) -> boot.dependencies.put(unit, builder.build()));
        return boot;
    }

    public String target() {
        return target;
    }

    /// Returns units by primary names: started, triggered, named as requisite or called on the bus.
    public Map<String, LoadedUnit> units() {
        return units;
    }

    public Set<String> started() {
        return started;
    }

    public Set<String> busActivated() {
        return busActivated;
    }

    public Dependencies dependencies(String unit) {
        return dependencies.getOrDefault(unit, Dependencies.NONE);
    }

    private Dependencies.Builder named(String unit) {
        return found.getOrDefault(unit, new Dependencies.Builder());
    }

    public List<String> triggeredBy(String unit) {
        return List.copyOf(triggeredBy.getOrDefault(unit, Set.of()));
    }

    public List<String> problems() {
        return List.copyOf(problems);
    }

    private void walk(String from, boolean starts) {
        Deque<String> open = new ArrayDeque<>(List.of(from));
        while (!open.isEmpty()) {
            String name = open.pop();
            if (units.size() >= MOST_UNITS) {
                problems.add("more than " + MOST_UNITS + " units; the rest is left out");
                return;
            }
            boolean news = starts ? started.add(name) : !units.containsKey(name);
            if (!news) {
                continue;
            }
            Dependencies.Builder builder = load(name);
            boolean pulls = starts && !mounted.contains(name);
            for (Dependency kind : pulls ? Dependency.pulling() : List.<Dependency>of()) {
                builder.of(kind).forEach(open::push);
            }
        }
    }

    private Dependencies.Builder load(String name) {
        Dependencies.Builder known = found.get(name);
        if (known != null) {
            return known;
        }
        LoadedUnit unit = loader.load(name);
        units.put(name, unit);
        Dependencies.Builder builder = new Dependencies.Builder();
        if (mayLoad(unit)) {
            Dependencies.Builder named = ImplicitDependencies.of(unit, facts);
            for (Dependency kind : Dependency.values()) {
                named.of(kind).forEach(other -> builder.add(kind, loader.load(other).name()));
            }
        }
        found.put(name, builder);
        return builder;
    }

    private static boolean mayLoad(LoadedUnit unit) {
        return unit.state() == LoadState.LOADED || unit.state() == LoadState.UNREAD;
    }

    private void addTriggered() {
        for (String name : List.copyOf(started)) {
            Dependencies.Builder builder = named(name);
            for (String other : builder.of(Dependency.TRIGGERS)) {
                walk(other, false);
                triggeredBy.computeIfAbsent(other, unit -> new TreeSet<>()).add(name);
            }
            builder.of(Dependency.REQUISITE).forEach(other -> walk(other, false));
        }
    }

    private void addBusActivated(Set<String> names) {
        for (String name : names) {
            LoadedUnit unit = loader.load(name);
            if (mayLoad(unit)) {
                busActivated.add(unit.name());
                walk(unit.name(), false);
            }
        }
    }

    /// Orders each target behind what it pulls in, unless that is ordered behind the target.
    private void orderTargets() {
        for (LoadedUnit unit : units.values()) {
            if (unit.type() != UnitType.TARGET || !hasDefaults(unit)) {
                continue;
            }
            Dependencies.Builder builder = named(unit.name());
            for (Dependency kind : Dependency.pulling()) {
                for (String other : builder.of(kind)) {
                    LoadedUnit pulled = units.get(other);
                    boolean behind = named(other).has(Dependency.AFTER, unit.name());
                    if (pulled != null && hasDefaults(pulled) && !behind) {
                        builder.add(Dependency.AFTER, other);
                    }
                }
            }
        }
    }

    private static boolean hasDefaults(LoadedUnit unit) {
        return unit.flag("Unit", "DefaultDependencies", true);
    }

    /// Makes each unit require the loaded mount units with a file that its paths lie below.
    private void requireMounts() {
        Map<String, String> mounts = new HashMap<>();
        for (LoadedUnit unit : units.values()) {
            if (unit.type() == UnitType.MOUNT && !unit.fragment().isEmpty()) {
                String where = UnitName.unescapePath(UnitName.withoutType(unit.name()));
                mounts.put(where == null ? "" : where, unit.name());
            }
        }
        for (LoadedUnit unit : units.values()) {
            for (String path : paths(unit)) {
                for (String mount : above(path, mounts)) {
                    if (!mount.equals(unit.name())) {
                        named(unit.name()).add(Dependency.REQUIRES, mount);
                        named(unit.name()).add(Dependency.AFTER, mount);
                    }
                }
            }
        }
    }

    private static List<String> above(String path, Map<String, String> mounts) {
        return IntStream.iterate(
                        path.length(), end -> end > 0, end -> path.lastIndexOf('/', end - 1))
                .filter(end -> end <= UnitName.MAX_LENGTH)
                .mapToObj(end -> mounts.get(path.substring(0, end)))
                .filter(Objects::nonNull)
                .toList();
    }

    private Set<String> paths(LoadedUnit unit) {
        Set<String> paths = new TreeSet<>();
        unit.values("Unit", "RequiresMountsFor").forEach(v -> paths.addAll(Words.split(v)));
        if (unit.type() == UnitType.MOUNT || unit.type() == UnitType.AUTOMOUNT) {
            String where = UnitName.unescapePath(UnitName.withoutType(unit.name()));
            if (where != null && where.lastIndexOf('/') > 0) {
                paths.add(where.substring(0, where.lastIndexOf('/')));
            }
        }
        if (unit.type() == UnitType.SERVICE) {
            addServicePaths(unit, paths);
        }
        return paths;
    }

    private void addServicePaths(LoadedUnit unit, Set<String> paths) {
        if (ImplicitDependencies.hasOwnTmp(unit)) {
            boolean wantsTmp = facts.systemdVersion() >= ImplicitDependencies.WANTS_TMP_SINCE;
            paths.addAll(wantsTmp ? List.of("/var/tmp") : List.of("/tmp", "/var/tmp"));
        }
        for (String key : List.of("WorkingDirectory", "RootDirectory")) {
            String path = unit.value("Service", key);
            if (path != null && path.startsWith("/")) {
                paths.add(path);
            }
        }
        PLACES.forEach((key, place) ->
                unit.values("Service", key).stream()
                        .flatMap(value -> Words.split(value).stream())
                        .forEach(word -> paths.add(place + word)));
    }

    private void mirrorOrder() {
        for (String name : units.keySet()) {
            named(name).of(Dependency.BEFORE).stream()
                    .filter(found::containsKey)
                    .forEach(other -> named(other).add(Dependency.AFTER, name));
        }
    }

    /// Returns the names of the units that a call on the system bus starts, loaded or not; they may
    /// be aliases, or of missing units (D-Bus specification, "Message Bus Starting Services").
    ///
    /// @param problems takes one sentence for each thing left out
    public static Set<String> busServices(UnitTree tree, Consumer<String> problems) {
        Set<String> units = new TreeSet<>();
        Set<String> seen = new HashSet<>();
        for (String directory : BUS_SERVICE_FOLDERS) {
            for (String name : tree.list(directory)) {
                if (!name.endsWith(".service") || !seen.add(name)) {
                    continue;
                }
                if (seen.size() > MOST_SERVICES) {
                    problems.accept(
                            "more than %d services of D-Bus; the rest is left out"
                                    .formatted(MOST_SERVICES));
                    return units;
                }
                addBusService(tree, directory + "/" + name, units, problems);
            }
        }
        return units;
    }

    private static void addBusService(
            UnitTree tree, String file, Set<String> units, Consumer<String> problems) {
        switch (tree.read(file)) {
            case UnitTree.FileText.Text text -> {
                UnitFile.parse(file, text.text()).stream()
                        .filter(setting -> setting.isOf("D-BUS Service", "SystemdService"))
                        .map(UnitFile.Setting::value)
                        .filter(UnitName::isValid)
                        .forEach(units::add);
            }
            case UnitTree.FileText.Unreadable unreadable -> problems.accept(unreadable.why());
            case UnitTree.FileText.Missing _ -> {}
        }
    }
}
