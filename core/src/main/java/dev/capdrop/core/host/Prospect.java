package dev.capdrop.core.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What capdrop can do on a host, in view of what was found there.
///
/// @param findings what was found, in the order in which it is told
public record Prospect(List<HostFinding> findings) {
    /// Copies the list.
    public Prospect {
        findings = List.copyOf(findings);
    }

    /// What cannot be done, by what it would need: of several reasons the first.
    public Map<String, List<Ability>> impossible() {
        Map<String, List<Ability>> impossible = new LinkedHashMap<>();
        for (Ability ability : Ability.values()) {
            for (HostFinding finding : findings) {
                if (finding.stops().contains(ability)) {
                    impossible
                            .computeIfAbsent(finding.needs(), _ -> new ArrayList<>())
                            .add(ability);
                    break;
                }
            }
        }
        return impossible;
    }

    /// Whether anything was found to be so.
    public boolean any(HostFinding.Level level) {
        return findings.stream().anyMatch(finding -> finding.level() == level);
    }

    /// A part of capdrop's work that a host may not allow. To read recordings, decode and explain a
    /// capability asks nothing of it.
    public enum Ability {
        /// To look at containers of this host.
        LOOK("check"),
        /// To change a container, and to take it back.
        CHANGE("apply"),
        /// To take capabilities from a PID 1 that runs.
        LIVE("apply --live"),
        /// To watch which capabilities are used.
        LEARN("learn");

        private final String command;

        Ability(String command) {
            this.command = command;
        }

        /// The command that stands for it, as its administrator types it behind `capdrop`.
        public String command() {
            return command;
        }
    }
}
