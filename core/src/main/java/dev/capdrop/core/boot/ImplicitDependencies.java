package dev.capdrop.core.boot;

import static dev.capdrop.core.unit.Dependency.AFTER;
import static dev.capdrop.core.unit.Dependency.BEFORE;
import static dev.capdrop.core.unit.Dependency.CONFLICTS;
import static dev.capdrop.core.unit.Dependency.REQUIRES;
import static dev.capdrop.core.unit.Dependency.TRIGGERS;
import static dev.capdrop.core.unit.Dependency.WANTS;

import dev.capdrop.core.boot.UnitLoader.LoadedUnit;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.SystemFacts;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitName.UnitType;
import dev.capdrop.core.unit.Words;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Collects all dependencies of a unit: those of its files, of its type, and of
/// `DefaultDependencies=`. Source: "Automatic Dependencies" of systemd.service(5),
/// systemd.socket(5), systemd.timer(5), systemd.path(5), systemd.mount(5), systemd.automount(5),
/// systemd.target(5), systemd.slice(5), systemd.exec(5).
final class ImplicitDependencies {
    private static final Set<UnitType> IN_A_SLICE = UnitType.of("service socket mount swap scope");
    private static final Set<UnitType> MOUNTED =
            EnumSet.of(UnitType.MOUNT, UnitType.AUTOMOUNT, UnitType.SWAP);

    private static final List<String> GIVEN = List.of("dev", "proc", "sys");

    /// The first version in which a private `/tmp` wants tmp.mount; before, it requires it if
    /// loaded.
    static final int WANTS_TMP_SINCE = 250;

    /// The last version in which any bus name needs the bus; later only `Type=dbus` does.
    private static final int ANY_BUS_NAME_UP_TO = 248;

    private final LoadedUnit unit;
    private final SystemFacts facts;
    private final Specifiers specifiers;
    private final Dependencies.Builder dependencies = new Dependencies.Builder();

    private ImplicitDependencies(LoadedUnit unit, SystemFacts facts) {
        this.unit = unit;
        this.facts = facts;
        this.specifiers = new Specifiers(unit.name(), unit.fragment(), facts);
    }

    static Dependencies.Builder of(LoadedUnit unit, SystemFacts facts) {
        ImplicitDependencies all = new ImplicitDependencies(unit, facts);
        all.named();
        all.slice();
        all.ofType();
        if (unit.flag("Unit", "DefaultDependencies", true)) {
            all.defaults();
        }
        return all.dependencies;
    }

    private void named() {
        for (Dependency kind : Dependency.values()) {
            List<String> values =
                    kind.isSetting() ? unit.values("Unit", kind.word()) : List.<String>of();
            values.forEach(value -> dependencies.addAll(kind, names(value)));
        }
        dependencies.addAll(WANTS, unit.linked().of(WANTS));
        dependencies.addAll(REQUIRES, unit.linked().of(REQUIRES));
        dependencies.addAll(Dependency.UPHOLDS, unit.linked().of(Dependency.UPHOLDS));
    }

    private List<String> names(String value) {
        return Words.split(value).stream()
                .map(this::name)
                .filter(Objects::nonNull)
                .map(it -> UnitName.isTemplate(it) ? UnitLoader.filled(it, unit.name()) : it)
                .toList();
    }

    private void slice() {
        UnitType type = unit.type();
        if (type == UnitType.SLICE) {
            String prefix = UnitName.withoutType(unit.name());
            int dash = prefix.lastIndexOf('-');
            if (!unit.name().equals("-.slice")) {
                require(dash > 0 ? prefix.substring(0, dash) + ".slice" : "-.slice");
            }
        } else if (outsideSlices(unit.name())) {
            require("-.slice");
        } else if (IN_A_SLICE.contains(type)) {
            String set = unit.value(type.section(), "Slice");
            String name = set == null ? null : name(set);
            require(name != null && name.endsWith(".slice") ? name : defaultSlice());
        }
    }

    private static boolean outsideSlices(String name) {
        if (name.equals("init.scope") || name.equals("-.mount") || name.equals("usr.mount")) {
            return true;
        }
        return UnitName.type(name) == UnitType.MOUNT
                && GIVEN.stream().anyMatch(top -> name.startsWith(top + "-"));
    }

    private String defaultSlice() {
        return UnitName.isInstance(unit.name())
                ? "system-" + UnitName.escape(UnitName.prefix(unit.name())) + ".slice"
                : "system.slice";
    }

    private @Nullable String name(String word) {
        return specifiers.expandName(word) instanceof Specifiers.Expansion.Done done
                        && UnitName.isValid(done.text())
                ? done.text()
                : null;
    }

    private void ofType() {
        switch (unit.type()) {
            case SERVICE -> ofService();
            case SOCKET -> {
                if (!unit.flag("Socket", "Accept", false)) {
                    trigger("Socket", "Service", UnitType.SERVICE);
                }
            }
            case TIMER -> trigger("Timer", "Unit", UnitType.SERVICE);
            case PATH -> trigger("Path", "Unit", UnitType.SERVICE);
            case AUTOMOUNT -> trigger("Automount", "Unit", UnitType.MOUNT);
            case TARGET, DEVICE, MOUNT, SWAP, SLICE, SCOPE, OTHER -> {}
        }
    }

    private void ofService() {
        for (String value : unit.values("Service", "Sockets")) {
            for (String socket : names(value)) {
                dependencies.add(WANTS, socket);
                dependencies.add(AFTER, socket);
            }
        }
        String type = unit.value("Service", "Type");
        boolean bus = unit.value("Service", "BusName") != null;
        boolean hangs =
                facts.systemdVersion() <= ANY_BUS_NAME_UP_TO || type == null || type.equals("dbus");
        if (bus && hangs) {
            require("dbus.socket");
        }
        if (facts.systemdVersion() >= WANTS_TMP_SINCE && hasOwnTmp(unit)) {
            dependencies.add(WANTS, "tmp.mount");
            dependencies.add(AFTER, "tmp.mount");
        }
    }

    static boolean hasOwnTmp(LoadedUnit unit) {
        return unit.flag("Service", "PrivateTmp", unit.flag("Service", "DynamicUser", false));
    }

    private void trigger(String section, String key, UnitType type) {
        String set = unit.value(section, key);
        String name = set == null ? null : name(set);
        String other = name == null ? UnitName.withoutType(unit.name()) + "." + type.word() : name;
        dependencies.add(TRIGGERS, other);
        dependencies.add(BEFORE, other);
    }

    private void defaults() {
        switch (unit.type()) {
            case SERVICE -> {
                require("sysinit.target");
                dependencies.add(AFTER, "basic.target");
            }
            case SOCKET -> early("sockets.target");
            case PATH -> early("paths.target");
            case TIMER -> early("timers.target");
            case TARGET, DEVICE, MOUNT, AUTOMOUNT, SWAP, SLICE, SCOPE, OTHER -> {}
        }
        boolean stops = unit.type() != UnitType.DEVICE && !unit.name().equals("shutdown.target");
        if (stops) {
            boolean mounted = MOUNTED.contains(unit.type());
            String end = mounted ? "umount.target" : "shutdown.target";
            dependencies.add(CONFLICTS, end);
            dependencies.add(BEFORE, end);
        }
    }

    private void early(String target) {
        require("sysinit.target");
        dependencies.add(BEFORE, target);
    }

    private void require(String other) {
        dependencies.add(REQUIRES, other);
        dependencies.add(AFTER, other);
    }
}
