package dev.capdrop.core.forecast;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.diagnosis.Cause.SetUp;
import dev.capdrop.core.execution.Why;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.snapshot.Outcome;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The outcome of every unit in the next boot.
///
/// @param effects the units that a boot starts and whose outcome is known, by name
/// @param undecided those whose outcome cannot be known
/// @param lostByRestart those that run now and that no boot starts
/// @param idleTriggers those that stay, while what they start will be skipped
/// @param engines what becomes of containers of engines inside that the drop touches
/// @param noBoot why the container will not boot at all; none when it will. Every unit that runs is
///   then lost
public record Forecast(
        List<Effect> effects,
        List<Undecided> undecided,
        List<RestartLoss> lostByRestart,
        List<IdleTrigger> idleTriggers,
        List<EngineEffect> engines,
        Why noBoot) {
    public static final Forecast NONE =
            new Forecast(List.of(), List.of(), List.of(), List.of(), Why.NONE);

    public Forecast {
        effects = List.copyOf(effects);
        undecided = List.copyOf(undecided);
        lostByRestart = List.copyOf(lostByRestart);
        idleTriggers = List.copyOf(idleTriggers);
        engines = List.copyOf(engines);
    }

    /// Makes the forecast of a container without engines inside.
    public Forecast(
            List<Effect> effects,
            List<Undecided> undecided,
            List<RestartLoss> lostByRestart,
            List<IdleTrigger> idleTriggers,
            Why noBoot) {
        this(effects, undecided, lostByRestart, idleTriggers, List.of(), noBoot);
    }

    Forecast with(List<EngineEffect> known) {
        return new Forecast(effects, undecided, lostByRestart, idleTriggers, known, noBoot);
    }

    public Forecast settled(Predicate<String> units) {
        return new Forecast(
                effects,
                undecided.stream().filter(open -> !units.test(open.unit())).toList(),
                lostByRestart,
                idleTriggers,
                engines,
                noBoot);
    }

    public boolean isEmpty() {
        return effects.isEmpty() && undecided.isEmpty() && lostByRestart.isEmpty();
    }

    public boolean boots() {
        return noBoot.isEmpty();
    }

    /// Why it does not, one sentence; empty when it does.
    public String obstacle() {
        return noBoot.text();
    }

    public @Nullable Effect effect(String unit) {
        return effects.stream().filter(it -> it.unit().equals(unit)).findFirst().orElse(null);
    }

    private @Nullable Undecided undecided(String unit) {
        return undecided.stream().filter(it -> it.unit().equals(unit)).findFirst().orElse(null);
    }

    /// Returns what becomes of an engine's container; null where the drop does not touch it.
    public @Nullable EngineEffect engine(String title) {
        return engines.stream().filter(it -> it.name().equals(title)).findFirst().orElse(null);
    }

    /// Returns what becomes of a unit, or an engine's container, that is or may be lost, in a
    /// sentence.
    public String fate(String unit) {
        EngineEffect engine = engine(unit);
        if (engine != null) {
            return engine.sentence();
        }
        Effect effect = effect(unit);
        if (effect != null) {
            String status = effect.status() == 0 ? "" : " with " + SetUp.format(effect.status());
            return unit + " would be " + effect.after().word() + status + ": " + effect.why();
        }
        Undecided open = undecided(unit);
        return open == null
                ? unit + " would not start again"
                : "what becomes of " + unit + " could not be said: " + open.why();
    }

    /// Returns what would settle what becomes of a unit; empty where that is known.
    public String settledBy(String unit) {
        EngineEffect engine = engine(unit);
        if (engine != null) {
            return engine.settledBy();
        }
        Undecided open = undecided(unit);
        return open == null ? "" : open.settledBy();
    }

    /// The failed units that will no longer fail, whatever turns them.
    public List<String> healed() {
        return effects.stream()
                .filter(effect -> effect.before() == Outcome.FAILED && effect.changes())
                .map(Effect::unit)
                .toList();
    }

    /// Returns the number of units that keep their state.
    public long unchanged() {
        return effects.stream().filter(effect -> !effect.changes()).count();
    }

    /// Returns the number of these that are started without that anybody can say what comes of it.
    public long unchangedStarts() {
        return effects.stream()
                .filter(effect -> !effect.changes() && effect.after() == Outcome.STARTED)
                .count();
    }

    public List<Effect> changes() {
        return effects.stream().filter(Effect::changes).toList();
    }

    /// A socket, path or timer that is there as before, while each start of what it triggers will
    /// be skipped because of the drop.
    ///
    /// @param why which condition of that unit will not hold
    public record IdleTrigger(String unit, String starts, String why) {}

    /// The definite outcome of one unit.
    ///
    /// @param reason why; none for a unit that does not change
    /// @param status the exit status that systemd itself will give a unit that fails,
    ///   systemd.exec(5), "Process Exit Codes"; 0 where it gives none
    public record Effect(
            Rule rule,
            String unit,
            Outcome before,
            Outcome after,
            TurnedBy turnedBy,
            Why reason,
            int status) {
        /// The reasons why a unit's outcome differs from the last boot's.
        public enum TurnedBy {
            NOTHING,
            /// Capabilities that the container will no longer hold.
            DROP,
            /// That AppArmor lets the container mount inside.
            NESTING,
            /// The restart alone.
            RESTART
        }

        /// Why, as a sentence fragment; empty for a unit that does not change.
        public String why() {
            return reason.text();
        }

        /// Whether it stays as it is because its record, or what is known of its program, says that
        /// it goes on without what it might use.
        public boolean goesOnWithout() {
            return !changes() && !(rule instanceof Rule.GeneralRule);
        }

        public boolean changes() {
            return before != after;
        }
    }

    /// A unit that runs now and that no boot starts: the restart alone ends it.
    ///
    /// @param why how it came to run, as far as known
    /// @param refusedByDrop whether, on top of that, its conditions will no longer let it start
    public record RestartLoss(Rule rule, String unit, String why, boolean refusedByDrop) {}

    /// A unit of which this program cannot know what the next boot makes.
    ///
    /// @param byDrop whether it is the drop that leaves it undecided, or the restart alone
    /// @param capabilities those that it may miss; empty where it is not this that leaves it
    ///   undecided
    /// @param settledBy the evidence that would settle it
    public record Undecided(
            Rule rule,
            String unit,
            Outcome before,
            boolean byDrop,
            CapabilitySet capabilities,
            Why reason,
            String settledBy) {
        public String why() {
            return reason.text();
        }

        /// Whether the drop means something to it: it is why the unit's state is open, or will be
        /// missed whenever something starts the unit.
        public boolean isTouchedByDrop() {
            return byDrop || !capabilities.isEmpty();
        }
    }
}
