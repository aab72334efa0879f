package dev.capdrop.core.plan;

import dev.capdrop.core.plan.Effect.TurnedBy;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitLinks;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.CredentialMount;
import dev.capdrop.core.unit.UnitName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a unit's outcome does to the units that hang on it.
///
/// A skipped unit satisfies `Requires=`, but neither `Requisite=` nor `BindsTo=` together with
/// `After=`; a unit that could not be started satisfies none of them. One that fails satisfies
/// `Requires=` for those that do not wait for it, and for a moment where it is started again.
///
/// Source: systemd.unit(5), "Requires=", "Requisite=", "BindsTo="; systemd.socket(5),
/// "TriggerLimitIntervalSec=".
final class Dependants {
    private static final String BUS_SOCKET = "dbus/system_bus_socket";
    private static final String RESTART = "the restart itself";

    private final List<UnitState> units;
    private final Map<String, UnitState> byName = new HashMap<>();
    private final Draft draft;
    private final Shortfalls shortfalls;
    private final OneshotStarters starters;
    private final Set<String> waiting = new HashSet<>();
    private @Nullable List<String> servingBus;

    Dependants(
            List<UnitState> units, Draft draft, Shortfalls shortfalls, OneshotStarters starters) {
        this.units = units;
        this.draft = draft;
        this.shortfalls = shortfalls;
        this.starters = starters;
        units.forEach(unit -> byName.put(unit.name(), unit));
    }

    void propagate() {
        boolean changed = true;
        while (changed) {
            changed = false;
            for (UnitState unit : units) {
                changed |= isKeptFromStarting(unit) || isLeftOpen(unit);
            }
        }
        leaveOpenWhatWasHealed();
        units.forEach(this::follow);
    }

    private boolean isKeptFromStarting(UnitState unit) {
        UnitDetail detail = unit.detail();
        if (detail == null) {
            return false;
        }
        String missing =
                mayStart(unit.name())
                        ? missingDependency(detail.links())
                        : isSkipped(unit.name()) ? refusedRequirement(detail.links()) : null;
        if (missing == null) {
            return false;
        }
        draft.decide(
                unit,
                Outcome.NOT_STARTED,
                TurnedBy.DROP,
                "hangs on " + missing + ", which will not be active");
        return true;
    }

    /// Its conditions are asked when what it requires has started, and not at all when that has
    /// failed (systemd's src/core/job.c, `job_fail_dependencies`).
    private boolean isSkipped(String name) {
        Effect effect = draft.effect(name);
        return effect != null && effect.after() == Outcome.SKIPPED;
    }

    private boolean mayStart(String name) {
        Effect effect = draft.effect(name);
        return effect == null ? draft.undecided(name) != null : starts(effect);
    }

    private static boolean starts(Effect effect) {
        return effect.after() != Outcome.SKIPPED && effect.after() != Outcome.NOT_STARTED;
    }

    private @Nullable String missingDependency(UnitLinks links) {
        for (String name : links.bindsTo()) {
            if (links.after().contains(name) && isLost(name)) {
                return name;
            }
        }
        for (String name : links.requisite()) {
            if (isLost(name)) {
                return name;
            }
        }
        return refusedRequirement(links);
    }

    private @Nullable String refusedRequirement(UnitLinks links) {
        for (String name : links.requires()) {
            Effect effect = draft.effect(name);
            if (effect != null
                    && (effect.changes() || draft.failsByDrop(name))
                    && isRefused(effect, links)) {
                return name;
            }
        }
        return null;
    }

    private boolean isLost(String name) {
        Effect effect = draft.effect(name);
        return effect != null
                && effect.before().isUp()
                && !effect.after().isUp()
                && effect.after() != Outcome.INACTIVE;
    }

    private boolean isRefused(Effect required, UnitLinks links) {
        return switch (required.after()) {
            case NOT_STARTED -> true;
            case FAILED -> links.after().contains(required.unit()) && !isRestarted(required.unit());
            case ACTIVE, STARTED, INACTIVE, SKIPPED -> false;
        };
    }

    private boolean isRestarted(String name) {
        UnitState unit = byName.get(name);
        return unit != null && shortfalls.execution(unit).isRestarted();
    }

    /// A unit that is expected to stay as it is, but hangs on one of which that cannot be said.
    private boolean isLeftOpen(UnitState unit) {
        Effect effect = draft.effect(unit.name());
        UnitDetail detail = unit.detail();
        if (effect == null || detail == null) {
            return false;
        }
        if (effect.changes()) {
            return effect.after() == Outcome.FAILED && isTriedPerhaps(unit, detail.links());
        }
        if (!starts(effect)) {
            return isSkipped(unit.name()) && isAskedPerhaps(unit, detail.links());
        }
        String endless = awaited(detail.links());
        if (endless != null) {
            waiting.add(unit.name());
            draft.leaveOpen(unit, true, "waits for " + endless, RESTART);
            return true;
        }
        String shaky =
                Stream.of(
                                needed(unit, detail.links()),
                                triggered(unit),
                                bus(unit),
                                starters.of(unit))
                        .flatMap(List::stream)
                        .filter(this::isShaky)
                        .findFirst()
                        .orElse(null);
        if (shaky == null) {
            return false;
        }
        draft.leaveOpen(unit, true, "hangs on " + shaky + ", which fails or may fail", RESTART);
        return true;
    }

    /// A skipped unit waits for what it requires, and is not even asked should that fail. A target
    /// is left out of account: almost everything waits for one, and what is skipped runs either way
    /// as little.
    private boolean isAskedPerhaps(UnitState unit, UnitLinks links) {
        for (String name : links.requires()) {
            boolean target = UnitName.type(name).equals("target");
            if (!target && links.after().contains(name) && isShaky(name)) {
                draft.leaveOpen(
                        unit,
                        true,
                        "skipped, or not even that: it requires " + name + ", which may fail",
                        RESTART);
                return true;
            }
        }
        return false;
    }

    /// What fails at its own start is not even started should something fail that it requires. A
    /// target waits for much and fails with nothing of it, and a socket that hits a limit has
    /// listened before.
    private boolean isTriedPerhaps(UnitState unit, UnitLinks links) {
        for (String name : needed(unit, links)) {
            if (links.after().contains(name) && mayFailAtOnce(name)) {
                draft.leaveOpen(
                        unit,
                        true,
                        "fails, or is not even started: it requires " + name + ", which may fail",
                        RESTART);
                return true;
            }
        }
        return false;
    }

    private boolean mayFailAtOnce(String name) {
        Undecided open = draft.undecided(name);
        return switch (UnitName.type(name)) {
            case "target" -> false;
            case "socket" -> open != null && !open.capabilities().isEmpty();
            default -> isShaky(name);
        };
    }

    /// What a unit is ordered after and that may never come to be ready or failed for good: a
    /// service that waits for a bus that does not answer, and is started again each time it has
    /// waited too long; one that forks, should its PID file never appear, when another one is being
    /// started again whenever that one is not; and what waits for such a one. Null when there is
    /// none.
    private @Nullable String awaited(UnitLinks links) {
        for (String name : links.after()) {
            if (waiting.contains(name)) {
                return name;
            }
            UnitState unit = byName.get(name);
            if (unit == null || draft.undecided(name) == null || !isRestarted(name)) {
                continue;
            }
            if (bus(unit).stream().anyMatch(this::isShaky)) {
                return name + ", which is started again as long as its bus does not answer";
            }
            if (mayHang(unit) && links.after().stream().anyMatch(o -> mayLoopBeside(name, o))) {
                return name + ", which may be started again and again";
            }
        }
        return null;
    }

    private boolean mayHang(UnitState unit) {
        return isShaky(unit.name()) && shortfalls.execution(unit).value("Type").equals("forking");
    }

    private boolean mayLoopBeside(String name, String other) {
        return !other.equals(name)
                && isRestarted(other)
                && (draft.undecided(other) != null || isShaky(other));
    }

    private boolean isShaky(String name) {
        Effect effect = draft.effect(name);
        Undecided open = draft.undecided(name);
        return effect != null
                ? effect.changes() && effect.after() == Outcome.FAILED
                : open == null ? draft.isDoubtful(name) : open.byDrop();
    }

    private static List<String> needed(UnitState unit, UnitLinks links) {
        boolean ordinary = !UnitName.type(unit.name()).equals("slice");
        return ordinary
                ? Stream.of(links.requires(), links.requisite(), links.bindsTo())
                        .flatMap(List::stream)
                        .toList()
                : List.of();
    }

    /// A socket whose service fails at each connection hits a limit and fails, too. One that this
    /// boot has not come to start is left out of account, unless nobody has seen a boot.
    private List<String> triggered(UnitState socket) {
        if (!UnitName.type(socket.name()).equals("socket")) {
            return List.of();
        }
        return units.stream()
                .filter(unit ->
                        unit.detail() != null
                                && (Outcome.of(unit) != Outcome.NOT_STARTED
                                        || draft.isDoubtful(unit.name()))
                                && unit.detail().links().triggeredBy().contains(socket.name()))
                .map(UnitState::name)
                .toList();
    }

    /// What a service that has a name on the bus hangs on: whoever serves the bus.
    private List<String> bus(UnitState unit) {
        return shortfalls.execution(unit).has("BusName") ? servingBus() : List.of();
    }

    private List<String> servingBus() {
        if (servingBus == null) {
            servingBus = ofBusSockets();
        }
        return servingBus;
    }

    private List<String> ofBusSockets() {
        return units.stream()
                .filter(socket ->
                        shortfalls.execution(socket).values("ListenStream").stream()
                                .anyMatch(address -> address.endsWith(BUS_SOCKET)))
                .flatMap(socket -> triggered(socket).stream())
                .toList();
    }

    /// What did not start because something that it requires had failed, or was not started itself,
    /// may start once that does.
    private void leaveOpenWhatWasHealed() {
        boolean changed = true;
        while (changed) {
            changed = false;
            for (UnitState unit : units) {
                changed |= leaveOpenIfHealed(unit);
            }
        }
    }

    private boolean leaveOpenIfHealed(UnitState unit) {
        Effect effect = draft.effect(unit.name());
        UnitDetail detail = unit.detail();
        if (effect == null
                || detail == null
                || effect.changes()
                || effect.after() != Outcome.NOT_STARTED) {
            return false;
        }
        for (String name : detail.links().requires()) {
            if (mayBeHealed(name)) {
                draft.leaveOpen(unit, true, name + ", which it requires, no longer fails", RESTART);
                return true;
            }
        }
        return false;
    }

    private boolean mayBeHealed(String name) {
        Effect effect = draft.effect(name);
        Undecided open = draft.undecided(name);
        return effect == null
                ? open != null && open.byDrop() && open.before() == Outcome.NOT_STARTED
                : effect.before() == Outcome.FAILED && effect.changes();
    }

    /// The mount that holds a unit's credentials lives as long as the unit is active.
    private void follow(UnitState unit) {
        String owner = CredentialMount.owner(unit.name());
        if (owner == null || draft.effect(unit.name()) == null) {
            return;
        }
        if (isLost(owner)) {
            draft.decide(
                    unit,
                    Outcome.NOT_STARTED,
                    TurnedBy.DROP,
                    "holds the credentials of " + owner + ", which will not be active");
        } else if (isShaky(owner)) {
            draft.leaveOpen(unit, true, "holds the credentials of " + owner, RESTART);
        }
    }
}
