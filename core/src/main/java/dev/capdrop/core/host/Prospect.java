package dev.capdrop.core.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The abilities of capdrop on a host, in view of the findings there, in their order.
public record Prospect(List<HostFinding> findings) {
    /// Returns the impossible abilities by their first missing need.
    public Map<String, List<Ability>> impossible() {
        Map<String, List<Ability>> impossible = new LinkedHashMap<>();
        for (Ability ability : Ability.values()) {
            String need = need(ability);
            if (!need.isEmpty()) {
                impossible.computeIfAbsent(need, _ -> new ArrayList<>()).add(ability);
            }
        }
        return impossible;
    }

    /// Returns the first missing need of an ability; empty where nothing stops it.
    String need(Ability ability) {
        return findings.stream()
                .filter(finding -> finding.stops().contains(ability))
                .findFirst()
                .map(HostFinding::needs)
                .orElse("");
    }

    public boolean any(HostFinding.Level level) {
        return findings.stream().anyMatch(finding -> finding.level() == level);
    }

    /// A part of capdrop's work that a host may not allow.
    public enum Ability {
        /// Looking at containers of this host.
        LOOK("check"),
        /// Changing a container, and taking the change back.
        CHANGE("apply"),
        /// Taking capabilities from a running PID 1.
        LIVE("apply --live"),
        /// Watching which capabilities are used.
        LEARN("learn");

        private final String command;

        Ability(String command) {
            this.command = command;
        }

        /// Returns the command that stands for it, behind `capdrop`.
        public String command() {
            return command;
        }
    }
}
