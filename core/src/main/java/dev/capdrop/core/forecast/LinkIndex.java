package dev.capdrop.core.forecast;

import dev.capdrop.core.execution.Execution;
import dev.capdrop.core.execution.Shortfalls;
import dev.capdrop.core.forecast.Ties.Tie;
import dev.capdrop.core.rule.KnownProgram.Fact;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitName;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The links between a container's units, from both ends: looked up once for all forecasts over it.
///
/// A search makes many forecasts over one container, and none of this changes with the drop: of
/// each unit what it hangs on, in the order in which that is looked at, and of each name who hangs
/// on it and by what. The facts of all units are collected before the first tie asks for them.
final class LinkIndex {
    private static final String BUS_SOCKET = "dbus/system_bus_socket";

    private final List<UnitState> units;
    private final Shortfalls shortfalls;
    private final Map<String, UnitState> byName = new HashMap<>();
    private final Map<String, List<String>> restartedStarters = new HashMap<>();
    private final Set<String> restarted = new HashSet<>();
    private final Set<String> startedAtOnce = new HashSet<>();
    private final Set<String> onBus = new HashSet<>();
    private final Set<String> needingBus = new HashSet<>();
    private final Map<String, List<String>> bySocket = new HashMap<>();
    private final List<String> busSockets = new ArrayList<>();
    private final Map<String, Set<String>> after = new HashMap<>();
    private final List<Ties> ties = new ArrayList<>();
    private final Map<String, List<Tie>> hanging = new HashMap<>();
    private final List<Integer> hangingOnBus = new ArrayList<>();
    private boolean pidFiles;

    LinkIndex(Systemd systemd, Shortfalls shortfalls) {
        this.units = systemd.units();
        this.shortfalls = shortfalls;
        for (UnitState unit : units) {
            addFacts(unit, shortfalls.execution(unit));
            if (isOnBus(unit.name())
                    || systemd.busConnected().contains(unit.name())
                    || shortfalls.execution(unit).executes(Fact.BUS)) {
                needingBus.add(unit.name());
            }
        }
        for (int i = 0; i < units.size(); i++) {
            addTies(i, units.get(i), starters(units.get(i)));
        }
    }

    private void addFacts(UnitState unit, Execution execution) {
        byName.put(unit.name(), unit);
        after.put(unit.name(), Set.copyOf(unit.detail().dependencies().of(Dependency.AFTER)));
        if (execution.isRestarted()) {
            restarted.add(unit.name());
            for (String name : unit.detail().dependencies().pulledIn()) {
                restartedStarters.computeIfAbsent(name, _ -> new ArrayList<>()).add(unit.name());
            }
        }
        if (unit.type() == UnitName.UnitType.SERVICE && execution.countsAsStartedAtOnce()) {
            startedAtOnce.add(unit.name());
        }
        pidFiles |= execution.has("PIDFile");
        if (execution.has("BusName")) {
            onBus.add(unit.name());
        }
        if (execution.values("ListenStream").stream().anyMatch(it -> it.endsWith(BUS_SOCKET))) {
            busSockets.add(unit.name());
        }
        List<String> triggers = unit.detail().dependencies().of(Dependency.TRIGGERED_BY);
        for (String trigger : Set.copyOf(triggers)) {
            if (UnitName.type(trigger) == UnitName.UnitType.SOCKET) {
                bySocket.computeIfAbsent(trigger, _ -> new ArrayList<>()).add(unit.name());
            }
        }
    }

    /// Returns what starts a oneshot that ends at once, each time that it is itself started again:
    /// when that is too often, the oneshot fails (systemd.unit(5), "StartLimitIntervalSec=").
    private List<String> starters(UnitState unit) {
        Execution execution = shortfalls.execution(unit);
        boolean ends =
                execution.isOneshot()
                        && !execution.has("RemainAfterExit")
                        && !shortfalls.mayBeStartedAnyNumberOfTimes(unit);
        return ends ? restartedStarters.getOrDefault(unit.name(), List.of()) : List.of();
    }

    private void addTies(int position, UnitState unit, List<String> starters) {
        Ties all =
                new Ties(unit.detail().dependencies().byKind(), triggered(unit.name()), starters);
        ties.add(all);
        Map<String, Integer> kinds = new LinkedHashMap<>();
        for (int i = 0; i < Ties.KINDS.size(); i++) {
            for (String name : all.of(Ties.KINDS.get(i))) {
                kinds.merge(name, 1 << i, (some, more) -> some | more);
            }
        }
        starters.forEach(name -> kinds.putIfAbsent(name, 0));
        boolean onBus = needsBus(unit.name());
        int order = 0;
        for (Map.Entry<String, Integer> tie : kinds.entrySet()) {
            String name = tie.getKey();
            onBus |= isOnBus(name) && isRestarted(name);
            hanging.computeIfAbsent(name, _ -> new ArrayList<>())
                    .add(new Tie(name, position, order++, tie.getValue(), starters.contains(name)));
        }
        if (onBus) {
            hangingOnBus.add(position);
        }
    }

    List<UnitState> units() {
        return units;
    }

    @Nullable UnitState unit(String name) {
        return byName.get(name);
    }

    Ties ties(int position) {
        return ties.get(position);
    }

    List<Tie> hangingOn(String name) {
        return hanging.getOrDefault(name, List.of());
    }

    List<Integer> hangingOnBus() {
        return hangingOnBus;
    }

    /// Returns what is started again after a failure, and starts a unit with itself.
    List<String> startersOf(String name) {
        return restartedStarters.getOrDefault(name, List.of());
    }

    /// Whether a unit has a `PIDFile=`, which a snapshot of long ago holds of none.
    boolean namesPidFiles() {
        return pidFiles;
    }

    boolean isRestarted(String name) {
        return restarted.contains(name);
    }

    /// Whether its start has succeeded before its process is set up, so that it fails only then.
    boolean countsAsStartedAtOnce(String name) {
        return startedAtOnce.contains(name);
    }

    boolean isOnBus(String name) {
        return onBus.contains(name);
    }

    /// Whether it has a name on the bus, was seen connected to it, or is known to be once it runs.
    boolean needsBus(String name) {
        return needingBus.contains(name);
    }

    boolean isAfter(String unit, String other) {
        return after.getOrDefault(unit, Set.of()).contains(other);
    }

    List<String> triggered(String socket) {
        return bySocket.getOrDefault(socket, List.of());
    }

    List<String> busSockets() {
        return busSockets;
    }
}
