package dev.capdrop.core.forecast;

import dev.capdrop.core.execution.Execution;
import dev.capdrop.core.execution.Shortfalls;
import dev.capdrop.core.forecast.Ties.Tie;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a container's units hang on, from both ends: looked up once for all forecasts over it.
///
/// A search makes many forecasts over one container, and in each of them a unit whose fate changes
/// has all looked at once more that hang on it. From the units' own lists that would be a pass over
/// all units for each change. None of this changes with the drop, so it is kept here: of each unit
/// what it hangs on, in the order in which that is looked at, and of each name who hangs on it and
/// by what. The facts of all units are collected before the first tie, which asks for those of
/// others.
final class LinkIndex {
    private static final String BUS_SOCKET = "dbus/system_bus_socket";

    private static final List<Dependency> TYING =
            List.of(
                    Dependency.REQUIRES,
                    Dependency.REQUISITE,
                    Dependency.BINDS_TO,
                    Dependency.AFTER);

    private final List<UnitState> units;
    private final Map<String, UnitState> byName = new HashMap<>();
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

    LinkIndex(Systemd systemd, Shortfalls shortfalls, OneshotStarters starters) {
        this.units = systemd.units();
        for (UnitState unit : units) {
            addFacts(unit, shortfalls.execution(unit));
            if (isOnBus(unit.name())
                    || systemd.busConnected().contains(unit.name())
                    || shortfalls.talksToBus(unit)) {
                needingBus.add(unit.name());
            }
        }
        for (int i = 0; i < units.size(); i++) {
            addTies(i, units.get(i), starters.of(units.get(i)));
        }
    }

    private void addFacts(UnitState unit, Execution execution) {
        byName.put(unit.name(), unit);
        if (execution.isRestarted()) {
            restarted.add(unit.name());
        }
        if (UnitName.type(unit.name()) == UnitType.SERVICE && execution.countsAsStartedAtOnce()) {
            startedAtOnce.add(unit.name());
        }
        if (execution.has("BusName")) {
            onBus.add(unit.name());
        }
        if (execution.values("ListenStream").stream().anyMatch(a -> a.endsWith(BUS_SOCKET))) {
            busSockets.add(unit.name());
        }
        Dependencies its = unit.detail().dependencies();
        after.put(unit.name(), Set.copyOf(its.of(Dependency.AFTER)));
        for (String trigger : Set.copyOf(its.of(Dependency.TRIGGERED_BY))) {
            if (UnitName.type(trigger) == UnitType.SOCKET) {
                bySocket.computeIfAbsent(trigger, _ -> new ArrayList<>()).add(unit.name());
            }
        }
    }

    private void addTies(int position, UnitState unit, List<String> starters) {
        // in this order their ties are looked at
        Map<Dependency, List<String>> all = new LinkedHashMap<>();
        Dependencies its = unit.detail().dependencies();
        for (Dependency kind : TYING) {
            all.put(kind, its.of(kind));
        }
        all.put(Dependency.TRIGGERS, triggered(unit.name()));
        ties.add(new Ties(all, starters));
        Map<String, Set<Dependency>> kinds = new LinkedHashMap<>();
        all.forEach((kind, names) ->
                names.forEach(name -> kinds.computeIfAbsent(name, _ -> none()).add(kind)));
        starters.forEach(name -> kinds.computeIfAbsent(name, _ -> none()));
        int order = 0;
        for (Map.Entry<String, Set<Dependency>> tie : kinds.entrySet()) {
            hanging.computeIfAbsent(tie.getKey(), _ -> new ArrayList<>())
                    .add(
                            new Tie(
                                    tie.getKey(),
                                    position,
                                    order++,
                                    tie.getValue(),
                                    starters.contains(tie.getKey())));
        }
        boolean waits = kinds.keySet().stream().anyMatch(o -> isOnBus(o) && isRestarted(o));
        if (needsBus(unit.name()) || waits) {
            hangingOnBus.add(position);
        }
    }

    private static Set<Dependency> none() {
        return EnumSet.noneOf(Dependency.class);
    }

    /// The units; each is also known by its position among them.
    List<UnitState> units() {
        return units;
    }

    @Nullable UnitState unit(String name) {
        return byName.get(name);
    }

    /// All that the unit at this position hangs on.
    Ties ties(int position) {
        return ties.get(position);
    }

    /// What hangs on this unit, so that its outcome may be another one when that of this one is.
    List<Tie> hangingOn(String name) {
        return hanging.getOrDefault(name, List.of());
    }

    /// The positions of those that hang on whoever serves the bus.
    List<Integer> hangingOnBus() {
        return hangingOnBus;
    }

    /// Whether systemd starts it again when it fails.
    boolean isRestarted(String name) {
        return restarted.contains(name);
    }

    /// Whether its start has succeeded before its process is set up, so that it fails only then.
    boolean countsAsStartedAtOnce(String name) {
        return startedAtOnce.contains(name);
    }

    /// Whether it has a name on the bus.
    boolean isOnBus(String name) {
        return onBus.contains(name);
    }

    /// Whether it has a name on the bus, was seen to be connected to it, or is known to be once it
    /// runs.
    boolean needsBus(String name) {
        return needingBus.contains(name);
    }

    /// Whether a unit is ordered behind another one.
    boolean isAfter(String unit, String other) {
        return after.getOrDefault(unit, Set.of()).contains(other);
    }

    /// The services that this socket starts; none for what is no socket.
    List<String> triggered(String socket) {
        return bySocket.getOrDefault(socket, List.of());
    }

    /// The sockets of the system bus.
    List<String> busSockets() {
        return busSockets;
    }
}
