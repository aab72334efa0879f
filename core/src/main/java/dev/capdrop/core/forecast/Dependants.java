package dev.capdrop.core.forecast;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.execution.Shortfalls;
import dev.capdrop.core.forecast.Effect.TurnedBy;
import dev.capdrop.core.forecast.Ties.Kind;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.CredentialMount;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.Dependency.Consequence;
import dev.capdrop.core.unit.Standing;
import dev.capdrop.core.unit.UnitName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a unit's outcome does to the units that hang on it.
///
/// Source: what an outcome means to whom, [dev.capdrop.core.unit.Dependency]; systemd.socket(5),
/// "TriggerLimitIntervalSec=".
final class Dependants {
    private static final String LAST_OF_BOOT = "multi-user.target";
    private static final String AGAIN_AND_AGAIN = ", which may be started again and again";
    private static final String RESTART = "the restart itself";

    private static final List<Kind> HANGS = List.of(Kind.BINDS_TO, Kind.REQUISITE, Kind.REQUIRES);

    private final LinkIndex links;
    private final Draft draft;
    private final Shortfalls shortfalls;
    private final TimeLimit time;
    private final Set<String> waiting = new HashSet<>();
    private final Map<String, String> hanging = new HashMap<>();
    private final ServedBus bus;

    Dependants(LinkIndex links, Draft draft, Shortfalls shortfalls, TimeLimit time) {
        this.time = time;
        this.links = links;
        this.draft = draft;
        this.shortfalls = shortfalls;
        this.bus = new ServedBus(servingBus(), this::isShaky);
    }

    void propagate() {
        untilNothingChanges(
                (unit, ties) -> isKeptFromStarting(unit, ties) || isLeftOpen(unit, ties));
        untilNothingChanges(this::isLeftOpenAsHealed);
        links.units().forEach(this::follow);
    }

    /// @param changed looks at a unit, and says whether what is known of it has changed
    private void untilNothingChanges(BiPredicate<UnitState, Ties> changed) {
        News news = new News(links);
        for (int at = news.next(); at >= 0; at = news.next()) {
            time.check();
            UnitState unit = links.units().get(at);
            if (changed.test(unit, news.take(at))) {
                news.changed(at);
                if (bus.update(unit.name())) {
                    links.hangingOnBus().forEach(news::again);
                }
            }
        }
    }

    private boolean isKeptFromStarting(UnitState unit, Ties ties) {
        String name = unit.name();
        List<Kind> kinds =
                mayStart(name) ? HANGS : isSkipped(name) ? List.of(Kind.REQUIRES) : List.of();
        for (Kind kind : kinds) {
            for (String other : ties.of(kind)) {
                Consequence consequence = consequence(name, kind, other);
                if (consequence == Consequence.NONE && isOvertaken(name, kind, other)) {
                    draft.leaveOpen(
                            unit,
                            true,
                            "requires "
                                    + other
                                    + ", which is not started, and does not wait for it: which of"
                                    + " the two comes first, chance decides",
                            RESTART);
                    return true;
                }
                if (consequence != Consequence.NONE && !isInactive(name)) {
                    draft.decide(
                            unit,
                            consequence == Consequence.STOPPED
                                    ? Outcome.INACTIVE
                                    : Outcome.NOT_STARTED,
                            TurnedBy.DROP,
                            "hangs on " + other + ", which will not be active");
                    return true;
                }
            }
        }
        return false;
    }

    /// Whether it may have begun before the other one is given up, and may not: the latter takes
    /// with it what still waits.
    private boolean isOvertaken(String unit, Kind kind, String other) {
        Effect effect = draft.effect(other);
        Effect own = draft.effect(unit);
        return effect != null
                && own != null
                && effect.changes()
                && effect.after() == Outcome.NOT_STARTED
                && kind.dependency().consequence(Standing.NOT_STARTED, true) != Consequence.NONE
                && !links.isAfter(unit, other);
    }

    private boolean isInactive(String name) {
        Effect effect = draft.effect(name);
        return effect != null && effect.after() == Outcome.INACTIVE;
    }

    /// What another one's outcome makes of a unit, where the drop has changed that outcome. What is
    /// started again is there for a moment, as far as a requirement goes.
    private Consequence consequence(String unit, Kind kind, String other) {
        Effect effect = draft.effect(other);
        boolean counts =
                effect != null
                        && (kind == Kind.REQUIRES
                                ? effect.changes() || draft.failsByDrop(other)
                                : isLost(other));
        if (effect == null || !counts) {
            return Consequence.NONE;
        }
        Standing standing =
                effect.after() == Outcome.FAILED && links.countsAsStartedAtOnce(other)
                        ? Standing.FAILED_LATER
                        : effect.after().standing();
        if (standing == Standing.FAILED_LATER) {
            // It may be faster than what waits for it: that is left open.
            return Consequence.NONE;
        }
        boolean again = kind == Kind.REQUIRES && standing == Standing.FAILED;
        return again && links.isRestarted(other)
                ? Consequence.NONE
                : kind.dependency().consequence(standing, links.isAfter(unit, other));
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

    private boolean isLost(String name) {
        Effect effect = draft.effect(name);
        return effect != null
                && effect.before().isUp()
                && !effect.after().isUp()
                && effect.after() != Outcome.INACTIVE;
    }

    /// A unit that is expected to stay as it is, but hangs on one of which that cannot be said.
    private boolean isLeftOpen(UnitState unit, Ties ties) {
        Effect effect = draft.effect(unit.name());
        if (effect == null || unit.detail() == null) {
            return false;
        }
        if (effect.changes()) {
            return effect.after() == Outcome.FAILED && isTriedPerhaps(unit, ties);
        }
        if (!starts(effect)) {
            return isSkipped(unit.name()) && isAskedPerhaps(unit, ties);
        }
        String endless = awaited(unit.name(), ties);
        if (endless != null) {
            waiting.add(unit.name());
            draft.leaveOpen(unit, true, "waits for " + endless, RESTART);
            return true;
        }
        String shaky = shaky(unit, ties);
        if (shaky == null) {
            return false;
        }
        draft.leaveOpen(unit, true, "hangs on " + shaky + ", which fails or may fail", RESTART);
        return true;
    }

    /// The first that it hangs on and that fails or may fail; null when there is none.
    private @Nullable String shaky(UnitState unit, Ties ties) {
        String shaky = firstShaky(needed(unit, ties));
        shaky = shaky == null ? firstShaky(triggered(ties.of(Kind.TRIGGERS))) : shaky;
        shaky = shaky == null && links.isOnBus(unit.name()) ? bus.shaky() : shaky;
        return shaky == null ? firstShaky(ties.of(Kind.STARTED_BY)) : shaky;
    }

    private @Nullable String firstShaky(List<String> names) {
        for (String name : names) {
            if (isShaky(name)) {
                return name;
            }
        }
        return null;
    }

    /// A skipped unit waits for what it requires, and is not even asked should that fail. A target
    /// is left out of account: almost everything waits for one, and what is skipped runs either way
    /// as little.
    private boolean isAskedPerhaps(UnitState unit, Ties ties) {
        for (String name : ties.of(Kind.REQUIRES)) {
            boolean target = UnitName.type(name).equals("target");
            if (!target && links.isAfter(unit.name(), name) && isShaky(name)) {
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
    /// target waits for much and fails with nothing of it; a socket that hits a limit has listened
    /// before, unless the unit waits for the end of the boot.
    private boolean isTriedPerhaps(UnitState unit, Ties ties) {
        boolean late = links.isAfter(unit.name(), LAST_OF_BOOT);
        for (String name : needed(unit, ties)) {
            if (links.isAfter(unit.name(), name) && mayFailBefore(late, name)) {
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

    private static List<String> needed(UnitState unit, Ties ties) {
        boolean ordinary = !UnitName.type(unit.name()).equals("slice");
        return ordinary
                ? Stream.of(Kind.REQUIRES, Kind.REQUISITE, Kind.BINDS_TO)
                        .flatMap(kind -> ties.of(kind).stream())
                        .toList()
                : List.of();
    }

    private CapabilitySet openedBy(String name) {
        Undecided open = draft.undecided(name);
        return open == null ? CapabilitySet.EMPTY : open.capabilities();
    }

    private boolean mayFailBefore(boolean late, String name) {
        return switch (UnitName.type(name)) {
            case "target" -> false;
            case "socket" -> (late && isShaky(name)) || !openedBy(name).isEmpty();
            default -> isShaky(name);
        };
    }

    /// What a unit is ordered after and that may never come to be ready or failed for good: a
    /// service that waits for a bus that does not answer, and is started again each time it has
    /// waited too long; one that forks, should its PID file never appear, when another one is being
    /// started again whenever that one is not; and what waits for such a one. Null when there is
    /// none.
    private @Nullable String awaited(String waiter, Ties ties) {
        for (String name : ties.of(Kind.AFTER)) {
            if (waiting.contains(name)) {
                return name;
            }
            if (draft.undecided(name) == null || !links.isRestarted(name)) {
                continue;
            }
            if (links.isOnBus(name) && bus.shaky() != null) {
                return name + ", which is started again as long as its bus does not answer";
            }
            if (mayHang(name)) {
                hanging.put(waiter, name);
                if (loopsBeside(name, after(waiter))) {
                    return name + AGAIN_AND_AGAIN;
                }
            }
        }
        String before = hanging.get(waiter);
        return before != null
                        && draft.undecided(before) != null
                        && mayHang(before)
                        && loopsBeside(before, ties.of(Kind.AFTER))
                ? before + AGAIN_AND_AGAIN
                : null;
    }

    private List<String> after(String name) {
        UnitState unit = links.unit(name);
        return unit == null || unit.detail() == null
                ? List.of()
                : unit.detail().dependencies().of(Dependency.AFTER);
    }

    private boolean loopsBeside(String name, List<String> others) {
        return others.stream().anyMatch(other -> mayLoopBeside(name, other));
    }

    private boolean mayHang(String name) {
        UnitState unit = links.unit(name);
        return unit != null
                && isShaky(name)
                && shortfalls.execution(unit).value("Type").equals("forking");
    }

    private boolean mayLoopBeside(String name, String other) {
        return !other.equals(name)
                && links.isRestarted(other)
                && (draft.undecided(other) != null || isShaky(other));
    }

    private boolean isShaky(String name) {
        Effect effect = draft.effect(name);
        Undecided open = draft.undecided(name);
        return effect != null
                ? effect.changes() && effect.after() == Outcome.FAILED
                : open == null ? draft.isDoubtful(name) : open.byDrop();
    }

    /// A socket whose service fails at each connection hits a limit and fails, too. One that this
    /// boot has not come to start is left out of account, unless nobody has seen a boot.
    private List<String> triggered(List<String> services) {
        return services.stream().filter(this::isTriedOrDoubtful).toList();
    }

    private boolean isTriedOrDoubtful(String service) {
        UnitState unit = links.unit(service);
        return unit != null
                && (Outcome.of(unit) != Outcome.NOT_STARTED || draft.isDoubtful(service));
    }

    /// What a service that has a name on the bus hangs on: whoever serves the bus.
    private List<String> servingBus() {
        return links.busSockets().stream()
                .flatMap(socket -> triggered(links.triggered(socket)).stream())
                .toList();
    }

    /// What did not start because something that it requires had failed, or was not started itself,
    /// may start once that does.
    private boolean isLeftOpenAsHealed(UnitState unit, Ties ties) {
        Effect effect = draft.effect(unit.name());
        if (effect == null || effect.changes() || effect.after() != Outcome.NOT_STARTED) {
            return false;
        }
        for (String name : ties.of(Kind.REQUIRES)) {
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
