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
}
