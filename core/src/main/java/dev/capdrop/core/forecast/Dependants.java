package dev.capdrop.core.forecast;

import dev.capdrop.core.execution.Shortfalls;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.Effect.TurnedBy;
import dev.capdrop.core.rule.Rule.GeneralRule;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitName.UnitType;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The effects of a unit's outcome on the units that hang on it.
///
/// Each unit has a fate by itself ([StartRules]). Units are then looked at until nothing changes
/// ([News]), to be given up or to be left undecided; giving up comes first, for it says more. What
/// may be healed is asked when all that is lost is known, and mounts that follow a service last.
///
/// Source: what an outcome means to whom, [dev.capdrop.core.unit.Dependency]; systemd.socket(5),
/// "TriggerLimitIntervalSec=".
final class Dependants {
    private static final String FLUSH = "systemd-journal-flush.service";
    private static final String LAST_OF_BOOT = "multi-user.target";
    private static final String MAY_FAIL = ", which may fail";
    private static final String CREDENTIALS = "/run/credentials/";

    private final LinkIndex links;
    private final Draft draft;
    private final TimeLimit time;
    private final ServedBus bus;
    private final Requirements requirements;
    private final EndlessWaits waits;
    private final Shortfalls shortfalls;
    private final Predicate<UnitState> goesOnWithout;

    Dependants(BootFacts facts, Draft draft, TimeLimit time, Predicate<UnitState> goesOnWithout) {
        this.goesOnWithout = goesOnWithout;
        this.time = time;
        this.links = facts.links();
        this.shortfalls = facts.shortfalls();
        this.draft = draft;
        List<String> serving =
                links.busSockets().stream().flatMap(it -> triggered(links.triggered(it))).toList();
        this.bus = new ServedBus(serving, draft::mayFail);
        this.requirements = new Requirements(links, draft);
        this.waits = new EndlessWaits(facts, draft, bus);
    }

    void leaveUndecidedWithoutJournal() {
        waits.leaveUndecidedWithoutJournal();
    }

    void propagate() {
        untilNothingChanges(
                (unit, ties) -> requirements.keepsBack(unit, ties) || isLeftUndecided(unit, ties));
        untilNothingChanges(this::isLeftUndecidedAsHealed);
        links.units().forEach(this::follow);
    }

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

    private boolean isLeftUndecided(UnitState unit, Ties ties) {
        Effect effect = draft.effect(unit.name());
        if (effect == null || !unit.detail().isRead()) {
            return false;
        }
        if (effect.changes()) {
            return effect.after() == Outcome.FAILED
                    && effect.rule() != GeneralRule.NO_FLUSH
                    && isTriedPerhaps(unit, ties);
        }
        if (!Draft.starts(effect)) {
            return draft.becomes(Outcome.SKIPPED, unit.name()) && isAskedPerhaps(unit, ties);
        }
        String endless = waits.awaited(unit.name(), ties);
        if (endless != null) {
            waits.add(unit.name());
            return draft.leaveUndecided(GeneralRule.WAITS, unit, true, "waits for " + endless);
        }
        String givenUp = givenUpWith(unit, ties);
        if (givenUp != null) {
            String why = givenUp + " fails at each start, until systemd gives up both";
            if (links.startersOf(unit.name()).stream()
                    .anyMatch(it -> !it.equals(givenUp) && draft.failsByDrop(it))) {
                why += "; what fails beside it starts this again with each start of its own";
                return draft.leaveUndecided(GeneralRule.HANGS_ON_DOUBT, unit, true, why);
            }
            draft.failsLater(GeneralRule.SOCKET_GIVEN_UP, unit, why);
            return true;
        }
        String failing = mayFail(unit, ties);
        if (failing == null) {
            return isSeenOnlyBeside(unit, ties);
        }
        String why = "hangs on " + failing + ", which fails or may fail";
        return draft.leaveUndecided(GeneralRule.HANGS_ON_DOUBT, unit, !failsAnyway(failing), why);
    }

    /// The service of a socket that fails at each start and is started again until systemd gives it
    /// up, which it then does with its sockets, too; null where there is none (src/core/socket.c,
    /// `socket_trigger_notify`).
    private @Nullable String givenUpWith(UnitState unit, Ties ties) {
        if (unit.type() != UnitType.SOCKET || !Outcome.of(unit).isUp()) {
            return null;
        }
        for (String service : ties.of(Dependency.TRIGGERS)) {
            UnitState its = links.unit(service);
            Effect effect = draft.effect(service);
            if (its != null
                    && effect != null
                    && effect.after() == Outcome.FAILED
                    && draft.failsByDrop(service)
                    && ((effect.status() > 0 && shortfalls.isGivenUpSoon(its))
                            || isAskedFor(unit.name()))) {
                return service;
            }
        }
        return null;
    }

    /// Whether somebody knocks at this socket and waits for an answer, which starts the service
    /// again as often as it fails: whoever has a name on the bus does at the bus, once it runs.
    private boolean isAskedFor(String socket) {
        return links.busSockets().contains(socket)
                && links.units().stream()
                        .filter(unit -> links.isOnBus(unit.name()))
                        .filter(unit -> Outcome.of(unit) == Outcome.ACTIVE)
                        .filter(unit -> !draft.failsByDrop(unit.name()))
                        .anyMatch(unit -> draft.mayStart(unit.name()));
    }

    /// A record, as the source of a program, tells how a unit does while all else is as it is. Of
    /// one that is started after a service that is no longer, or wants one, as who talks to it
    /// does, it does not tell.
    private boolean isSeenOnlyBeside(UnitState unit, Ties ties) {
        if (!goesOnWithout.test(unit)) {
            return false;
        }
        String other =
                draft.firstThatMayFail(
                        Stream.of(Dependency.AFTER, Dependency.WANTS)
                                .flatMap(kind -> ties.of(kind).stream())
                                .filter(name -> UnitName.type(name) == UnitType.SERVICE)
                                .filter(name -> !shortfalls.isAloneBeside(unit, name))
                                .toList());
        if (unit.name().equals(FLUSH) && draft.failsByDrop(EndlessWaits.JOURNALD)) {
            GeneralRule rule = GeneralRule.NO_FLUSH;
            return draft.decide(rule, unit, Outcome.FAILED, TurnedBy.DROP, rule.row().meaning());
        }
        String why = "nobody has seen it without " + other + ", which fails or may fail";
        return other != null && draft.leaveUndecided(GeneralRule.WATCHED_BESIDE, unit, true, why);
    }

    private boolean failsAnyway(String name) {
        Effect effect = draft.effect(name);
        return effect != null
                && effect.after() == Outcome.FAILED
                && effect.turnedBy() == TurnedBy.RESTART;
    }

    private @Nullable String mayFail(UnitState unit, Ties ties) {
        List<String> names = new ArrayList<>();
        needing(unit).forEach(kind -> names.addAll(ties.of(kind)));
        triggered(ties.of(Dependency.TRIGGERS)).forEach(names::add);
        String failing = draft.firstThatMayFail(names);
        failing = failing == null && links.needsBus(unit.name()) ? bus.mayFail() : failing;
        return failing == null ? draft.firstThatMayFail(ties.starters()) : failing;
    }

    /// A skipped unit waits for what it requires, and is not even asked should that fail, nor after
    /// a boot that never ends. A target is left out of account otherwise: almost everything waits
    /// for one, and what is skipped runs either way as little.
    private boolean isAskedPerhaps(UnitState unit, Ties ties) {
        for (String name : ties.of(Dependency.REQUIRES)) {
            boolean target = UnitName.type(name) == UnitType.TARGET;
            if (!target && links.isAfter(unit.name(), name) && draft.mayFail(name)) {
                String why = "skipped, or not even that: it requires " + name + MAY_FAIL;
                return draft.leaveUndecided(GeneralRule.SKIPPED_OR_NOT, unit, true, why);
            }
        }
        String awaited = waits.awaited(unit.name(), ties);
        String why = "skipped, or not even that: it waits for " + awaited;
        return awaited != null
                && links.isAfter(unit.name(), LAST_OF_BOOT)
                && draft.leaveUndecided(GeneralRule.SKIPPED_OR_NOT, unit, true, why);
    }

    /// What fails at its own start is not even started should something fail that it requires. A
    /// target waits for much and fails with nothing of it; a socket that hits a limit has listened
    /// before, unless the unit waits for the end of the boot.
    private boolean isTriedPerhaps(UnitState unit, Ties ties) {
        boolean late = links.isAfter(unit.name(), LAST_OF_BOOT);
        for (Dependency kind : needing(unit)) {
            for (String name : ties.of(kind)) {
                if (links.isAfter(unit.name(), name) && mayFailBefore(late, name)) {
                    String why = "fails, or is not even started: it requires " + name + MAY_FAIL;
                    return draft.leaveUndecided(GeneralRule.TRIED_OR_NOT, unit, true, why);
                }
            }
        }
        return false;
    }

    private static List<Dependency> needing(UnitState unit) {
        return unit.type() == UnitType.SLICE ? List.of() : Dependency.keeping();
    }

    private boolean mayFailBefore(boolean late, String name) {
        return switch (UnitName.type(name)) {
            case TARGET -> false;
            case SOCKET -> (late && draft.mayFail(name)) || !draft.mayBeMissedBy(name).isEmpty();
            case SERVICE, DEVICE, MOUNT, AUTOMOUNT, SWAP, TIMER, PATH, SLICE, SCOPE, OTHER ->
                    draft.mayFail(name);
        };
    }

    /// A socket whose service fails at each connection hits a limit and fails, too. One that this
    /// boot has not come to start is left out of account, unless nobody has seen a boot.
    private Stream<String> triggered(List<String> services) {
        return services.stream()
                .filter(name -> {
                    UnitState unit = links.unit(name);
                    return unit != null
                            && (Outcome.of(unit) != Outcome.NOT_STARTED || draft.isInDoubt(name));
                });
    }

    private boolean isLeftUndecidedAsHealed(UnitState unit, Ties ties) {
        Effect effect = draft.effect(unit.name());
        if (effect == null || effect.changes() || effect.after() != Outcome.NOT_STARTED) {
            return false;
        }
        for (String name : ties.of(Dependency.REQUIRES)) {
            if (mayBeHealed(name)) {
                String why = name + ", which it requires, no longer fails";
                return draft.leaveUndecided(GeneralRule.HEALED_REQUIREMENT, unit, true, why);
            }
        }
        return false;
    }

    private boolean mayBeHealed(String name) {
        Effect effect = draft.effect(name);
        Forecast.Undecided open = draft.undecided(name);
        return effect == null
                ? open != null && open.byDrop() && open.before() == Outcome.NOT_STARTED
                : effect.before() == Outcome.FAILED && effect.changes();
    }

    /// The mount that holds a unit's credentials lives at most as long as the unit is active.
    /// systemd makes it without a unit file while it starts the unit, and boots of systemd 252 were
    /// seen that had none for a unit that was active.
    private void follow(UnitState unit) {
        String owner = owner(unit);
        if (owner == null || draft.effect(unit.name()) == null) {
            return;
        }
        GeneralRule rule = GeneralRule.CREDENTIAL_MOUNT;
        String why = "holds the credentials of " + owner;
        if (draft.isLost(owner)) {
            why += ", which will not be active";
            draft.decide(rule, unit, Outcome.NOT_STARTED, TurnedBy.DROP, why);
        } else {
            why += ", and is not made in every boot";
            draft.leaveUndecided(rule, unit, draft.mayFail(owner), why);
        }
    }

    /// Returns the service that gets its credentials by a mount below `/run/credentials`
    /// (systemd.exec(5), "LoadCredential=", `$CREDENTIALS_DIRECTORY`); null of any other unit.
    private static @Nullable String owner(UnitState unit) {
        if (unit.type() != UnitType.MOUNT) {
            return null;
        }
        String path = UnitName.unescapePath(UnitName.withoutType(unit.name()));
        return path != null && path.startsWith(CREDENTIALS)
                ? path.substring(CREDENTIALS.length())
                : null;
    }
}
