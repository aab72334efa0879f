package dev.capdrop.core.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the next boot makes of every unit.
///
/// @param effects the units that a boot starts and whose outcome is known, in systemd's order
/// @param undecided those whose outcome cannot be known
/// @param lostByRestart those that run now and that no boot starts
public record Forecast(
        List<Effect> effects, List<Undecided> undecided, List<RestartLoss> lostByRestart) {
    /// Nothing is known of any unit.
    public static final Forecast NONE = new Forecast(List.of(), List.of(), List.of());

    public Forecast {
        effects = List.copyOf(effects);
        undecided = List.copyOf(undecided);
        lostByRestart = List.copyOf(lostByRestart);
    }

    /// Whether nothing is known of any unit.
    public boolean isEmpty() {
        return effects.isEmpty() && undecided.isEmpty() && lostByRestart.isEmpty();
    }

    /// The known effect on this unit, or null.
    public @Nullable Effect effect(String unit) {
        for (Effect effect : effects) {
            if (effect.unit().equals(unit)) {
                return effect;
            }
        }
        return null;
    }

    /// The effects that change something.
    public List<Effect> changes() {
        return effects.stream().filter(Effect::changes).toList();
    }
}
