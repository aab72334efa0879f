package dev.capdrop.capability;

import java.util.List;

/// A systemd unit that names a capability in one of its settings, as a distribution ships it.
///
/// Source: the unit files of Debian 11, 12 and 13, some 75 services among them.
///
/// @param unit its name
/// @param setting where it names it
/// @param capability what it names
/// @param releases the releases of Debian that ship it so
public record Demand(String unit, Setting setting, Capability capability, List<String> releases) {
    /// The settings that name capabilities (systemd.unit(5), systemd.exec(5)).
    public enum Setting {
        /// The unit is skipped without it.
        CONDITION("ConditionCapability"),
        /// Its processes are handed it, though they are not root's.
        AMBIENT("AmbientCapabilities"),
        /// Its processes keep it, of all that the container holds.
        BOUNDING("CapabilityBoundingSet");

        private final String key;

        Setting(String key) {
            this.key = key;
        }

        /// The setting's name.
        public String key() {
            return key;
        }
    }

    /// The releases are copied.
    public Demand {
        releases = List.copyOf(releases);
    }

    /// The units that name this capability, by name; none for a capability that this program does
    /// not know.
    public static List<Demand> of(Capability capability) {
        return DemandTable.of(capability);
    }
}
