package dev.capdrop.core.forecast;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.execution.Why;
import dev.capdrop.core.forecast.EngineEffect.Fate;
import dev.capdrop.core.snapshot.Engine;
import dev.capdrop.core.snapshot.EngineContainer;
import dev.capdrop.core.snapshot.EngineContainer.Anew;
import dev.capdrop.core.snapshot.EngineContainer.Listed;
import dev.capdrop.core.snapshot.EngineContainer.Unknown;
import dev.capdrop.core.snapshot.Engines;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Snapshot;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Forecasts what engines inside a container make of their own containers once capabilities are
/// gone. The answers by engine stand in `engines.tsv`, each with what showed it.
final class EngineStarts {
    /// The capabilities of a Docker container that names none, oci/caps/defaults.go; containerd's
    /// are the same.
    private static final CapabilitySet DEFAULT_LIST =
            CapabilitySet.of(
                    "chown",
                    "dac_override",
                    "fowner",
                    "fsetid",
                    "kill",
                    "setgid",
                    "setuid",
                    "setpcap",
                    "net_bind_service",
                    "net_raw",
                    "sys_chroot",
                    "mknod",
                    "audit_write",
                    "setfcap");

    /// Podman's, pkg/config/default.go of containers/common.
    private static final CapabilitySet PODMAN_LIST =
            DEFAULT_LIST.minus(CapabilitySet.of("mknod", "audit_write", "net_raw"));

    /// The list of Docker 20.10 ends at audit_read: it knows no later capability.
    private static final CapabilitySet KNOWN_BEFORE_23 = CapabilitySet.upTo(37);

    private static final Map<Engine, Map<Way, Fate>> ANSWERS = answers();

    /// How a container comes to ask for a capability.
    private enum Way {
        DEFAULT("is in the engine's default list"),
        ADDED("is named to be added"),
        DROPPED("is named to be dropped"),
        ALL("is part of ALL"),
        PRIVILEGED("is part of what a privileged container gets"),
        LISTED("is in the list that was made when it was created");

        private final String words;

        Way(String words) {
            this.words = words;
        }
    }

    private enum Answer {
        REFUSED(Fate.REFUSED),
        LESS(Fate.STARTS_WITH_LESS),
        FINE(Fate.STARTS),
        UNKNOWN(Fate.UNKNOWN);

        private final Fate fate;

        Answer(Fate fate) {
            this.fate = fate;
        }
    }

    private final Snapshot snapshot;
    private final CapabilitySet gone;

    private EngineStarts(Snapshot snapshot, CapabilitySet gone) {
        this.snapshot = snapshot;
        this.gone = gone;
    }

    private static Map<Engine, Map<Way, Fate>> answers() {
        Map<Engine, Map<Way, Fate>> answers = new EnumMap<>(Engine.class);
        for (String[] row : ResourceTable.rows("forecast/engines.tsv")) {
            answers.computeIfAbsent(
                            ResourceTable.constant(Engine.class, row[0]),
                            _ -> new EnumMap<>(Way.class))
                    .put(
                            ResourceTable.constant(Way.class, row[1]),
                            ResourceTable.constant(Answer.class, row[2]).fate);
        }
        return answers;
    }

    /// Returns one effect for each container that asks for one of the capabilities that are held
    /// now and not at the next start, and for each store that nobody could read.
    static List<EngineEffect> of(Snapshot snapshot, CapabilitySet now, CapabilitySet then) {
        Engines engines = known(snapshot);
        CapabilitySet gone = now.minus(then);
        if (engines == null || gone.isEmpty()) {
            return List.of();
        }
        EngineStarts starts = new EngineStarts(snapshot, gone);
        Map<String, EngineEffect> worst = new TreeMap<>();
        for (EngineContainer container : engines.containers()) {
            EngineEffect effect = starts.effect(container);
            if (effect != null) {
                worst.merge(effect.name(), effect, (a, b) -> isWorse(b, a) ? b : a);
            }
        }
        for (Engines.UnreadStore store : engines.unread()) {
            EngineEffect effect = starts.unread(store);
            worst.putIfAbsent(effect.name(), effect);
        }
        return List.copyOf(worst.values());
    }

    /// Returns the containers; of a recording that is older than the look at them a store for each
    /// engine that is installed.
    private static @Nullable Engines known(Snapshot snapshot) {
        Engines engines = snapshot.engines();
        Programs programs = snapshot.programs();
        if (engines != null || programs == null) {
            return engines;
        }
        List<Engines.UnreadStore> unread = new ArrayList<>();
        for (Engine engine : List.of(Engine.DOCKER, Engine.PODMAN)) {
            if (programs.engines().contains(engine.program())) {
                unread.add(
                        new Engines.UnreadStore(
                                engine, "snapshot", "it was taken by an earlier capdrop"));
            }
        }
        return new Engines(List.of(), unread);
    }

    /// Returns what containers that are made later will be refused, one sentence an engine.
    static List<String> afterwards(Snapshot snapshot, CapabilitySet gone) {
        Engines engines = known(snapshot);
        if (engines == null || gone.isEmpty()) {
            return List.of();
        }
        return Stream.concat(
                        engines.containers().stream().map(EngineContainer::engine),
                        engines.unread().stream().map(Engines.UnreadStore::engine))
                .distinct()
                .sorted()
                .map(engine -> later(engine, gone))
                .filter(sentence -> !sentence.isEmpty())
                .distinct()
                .toList();
    }

    private static String later(Engine engine, CapabilitySet gone) {
        boolean adding = answer(engine, Way.ADDED) == Fate.REFUSED;
        boolean dropping = answer(engine, Way.DROPPED) == Fate.REFUSED;
        String names = gone.toString();
        if (adding && dropping) {
            return engine.title()
                    + " refuses a new container whose --cap-add or --cap-drop names "
                    + names;
        }
        if (adding) {
            return engine.title()
                    + " does not start a new container whose --cap-add names "
                    + names;
        }
        return answer(engine, Way.ADDED) == Fate.STARTS_WITH_LESS
                ? engine.title()
                        + " starts a new container whose --cap-add names "
                        + names
                        + " without it"
                : "";
    }

    private @Nullable EngineEffect effect(EngineContainer container) {
        Map<Way, CapabilitySet> ways =
                switch (container.asks()) {
                    case Anew anew -> ways(container.engine(), anew);
                    case Listed(CapabilitySet listed) -> Map.of(Way.LISTED, listed.intersect(gone));
                    case Unknown _ -> Map.of();
                };
        if (container.asks() instanceof Unknown(String why)) {
            return effect(
                    container,
                    Fate.UNKNOWN,
                    gone,
                    Why.of("what it asks for is not known: " + why),
                    "the start of it with the capabilities that stay");
        }
        EngineEffect worst = null;
        for (Map.Entry<Way, CapabilitySet> way : ways.entrySet()) {
            CapabilitySet missing = way.getValue();
            if (!missing.isEmpty()) {
                EngineEffect effect = effect(container, way.getKey(), missing);
                worst = worst == null || isWorse(effect, worst) ? effect : worst;
            }
        }
        return worst;
    }

    private static boolean isWorse(EngineEffect effect, EngineEffect than) {
        List<Fate> order = List.of(Fate.STARTS, Fate.STARTS_WITH_LESS, Fate.UNKNOWN, Fate.REFUSED);
        return order.indexOf(effect.fate()) > order.indexOf(than.fate());
    }

    private Map<Way, CapabilitySet> ways(Engine engine, Anew anew) {
        Map<Way, CapabilitySet> ways = new EnumMap<>(Way.class);
        CapabilitySet whole =
                engine == Engine.DOCKER_BEFORE_23 ? gone.intersect(KNOWN_BEFORE_23) : gone;
        if (anew.privileged()) {
            ways.put(Way.PRIVILEGED, whole);
            return ways;
        }
        ways.put(Way.ADDED, anew.added().intersect(gone));
        ways.put(Way.DROPPED, anew.dropped().intersect(gone));
        if (anew.all()) {
            ways.put(Way.ALL, whole.minus(anew.dropped()));
        } else if (!anew.none()) {
            CapabilitySet list = engine == Engine.PODMAN ? PODMAN_LIST : DEFAULT_LIST;
            ways.put(Way.DEFAULT, list.minus(anew.dropped()).intersect(gone));
        }
        return ways;
    }

    private EngineEffect effect(EngineContainer container, Way way, CapabilitySet missing) {
        Fate fate = answer(container.engine(), way);
        String engine = container.engine().title();
        Why named = Why.NONE.then(missing).then(" " + way.words);
        Why reason =
                switch (fate) {
                    case REFUSED -> named.then(", and " + engine + " does not start it without");
                    case STARTS_WITH_LESS -> named.then(", and " + engine + " leaves it out");
                    case STARTS -> named.then(", and " + engine + " does not mind");
                    case UNKNOWN ->
                            named.then(
                                    ", and what this version of " + engine + " does is not known");
                };
        return effect(
                container,
                fate,
                missing,
                reason,
                fate == Fate.UNKNOWN ? "a start of it in a copy of the container" : "");
    }

    private EngineEffect effect(
            EngineContainer container,
            Fate fate,
            CapabilitySet missing,
            Why reason,
            String settledBy) {
        return new EngineEffect(
                container.title(),
                fate,
                missing,
                honours(missing),
                container.source(),
                reason,
                settledBy);
    }

    private EngineEffect unread(Engines.UnreadStore store) {
        return new EngineEffect(
                store.title(),
                Fate.UNKNOWN,
                gone,
                honours(gone),
                store.what(),
                Why.of(
                        "what the containers of %s ask for is not known ('%s': %s)"
                                .formatted(store.engine().title(), store.what(), store.why())),
                "a store that can be read");
    }

    private boolean honours(CapabilitySet missing) {
        for (Capability capability : missing) {
            if (!snapshot.isInert(capability)) {
                return true;
            }
        }
        return false;
    }

    private static Fate answer(Engine engine, Way way) {
        Fate known = ANSWERS.getOrDefault(engine, Map.of()).get(way);
        return known == null ? Fate.UNKNOWN : known;
    }
}
