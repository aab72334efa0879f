package dev.capdrop.linux.bus;

import dev.capdrop.core.unit.Setting;
import java.util.List;

/// What stands in the files of a unit.
@FunctionalInterface
public interface UnitFiles {
    /// The assignments in force that matter here.
    ///
    /// @param fragment the unit's main file; empty when it has none
    /// @param dropIns its drop-ins, in order
    List<Setting> settings(String fragment, List<String> dropIns);

    /// Whether nothing was left out so far for want of time or for the amount of it.
    default boolean complete() {
        return true;
    }
}
