package dev.capdrop.capability;

import java.util.Arrays;
import java.util.List;

/// A systemd unit that names a capability in one of its settings, as a distribution ships it.
///
/// Source: the unit files of Debian 11, 12 and 13, some 75 services among them.
public record Demand(String unit, Setting setting, Capability capability, List<String> releases) {
    private static final List<Demand> ROWS =
            TableText.rows("demands.tsv").stream().map(Demand::parse).toList();

    /// The settings that name capabilities (systemd.unit(5), systemd.exec(5)).
    public enum Setting {
        /// The unit is skipped without the capability.
        CONDITION("ConditionCapability"),
        /// The unit's processes are given the capability, though they are not root's.
        AMBIENT("AmbientCapabilities"),
        /// The unit's processes keep the capability, of all that the container holds.
        BOUNDING("CapabilityBoundingSet");

        private final String key;

        Setting(String key) {
            this.key = key;
        }

        public String key() {
            return key;
        }
    }

    public Demand {
        releases = List.copyOf(releases);
    }

    /// Returns the units that name this capability, by name; none for an unknown capability.
    public static List<Demand> of(Capability capability) {
        return ROWS.stream().filter(row -> row.capability.equals(capability)).toList();
    }

    private static Demand parse(String[] cells) {
        return new Demand(
                cells[0], setting(cells[1]), Capability.of(cells[2]), List.of(cells[3].split(" ")));
    }

    private static Demand.Setting setting(String key) {
        return Arrays.stream(Demand.Setting.values())
                .filter(setting -> setting.key().equals(key))
                .findFirst()
                .orElseThrow();
    }
}
