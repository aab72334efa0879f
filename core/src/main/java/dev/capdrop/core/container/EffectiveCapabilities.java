package dev.capdrop.core.container;

import dev.capdrop.core.capability.CapabilitySet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a configuration comes to, includes resolved and resets applied.
///
/// @param mode which of the two lists is in force
/// @param names the capabilities on it
/// @param lines every line that took part, in the order liblxc reads them
/// @param error why liblxc would refuse the configuration; null when it loads
public record EffectiveCapabilities(
        Mode mode, CapabilitySet names, List<CapabilityLine> lines, @Nullable LoadError error) {
    public EffectiveCapabilities {
        lines = List.copyOf(lines);
    }

    /// The list in force: lxc.container.conf(5) allows `lxc.cap.drop` or `lxc.cap.keep`, never
    /// both.
    public enum Mode {
        NONE,
        DROP,
        KEEP
    }

    public boolean loads() {
        return error == null;
    }

    /// The bounding set that the container starts with.
    ///
    /// @param last the number in `/proc/sys/kernel/cap_last_cap`
    public CapabilitySet bounding(int last) {
        CapabilitySet all = CapabilitySet.upTo(last);
        return switch (mode) {
            case NONE -> all;
            case DROP -> all.minus(names);
            case KEEP -> all.intersect(names);
        };
    }
}
