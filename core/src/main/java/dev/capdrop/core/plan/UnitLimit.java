package dev.capdrop.core.plan;

import dev.capdrop.capability.CapabilitySet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The smallest `CapabilityBoundingSet=` that the record of a service and its unit file justify.
///
/// Source: systemd.exec(5), `CapabilityBoundingSet=`: lines add up, and an empty one takes back
/// what stands before it.
///
/// @param unit its name
/// @param held what its processes may have now: what its unit file leaves of the container's set
/// @param used what of that it was seen to use
/// @param unseen what of the rest it may use without being seen, and why, one for each
/// @param boots in how many whole boots it was seen
/// @param thin whether the record says little of what was not seen
/// @param idle whether it runs on, and nothing in the record shows it at work: what was seen of it
///   belongs to its start
public record UnitLimit(
        String unit,
        CapabilitySet held,
        CapabilitySet used,
        List<Kept> unseen,
        long boots,
        boolean thin,
        boolean idle) {
    /// The reasons are copied.
    public UnitLimit {
        unseen = List.copyOf(unseen);
    }

    /// What it needs, as far as that is known.
    public CapabilitySet needed() {
        return used.union(CapabilitySet.of(unseen.stream().map(Kept::capability).toList()));
    }

    /// Whether its unit file leaves it no more than it needs.
    public boolean smallAlready() {
        return held.minus(needed()).isEmpty();
    }

    /// Where to install the drop-in inside the container.
    public String path() {
        return "/etc/systemd/system/" + unit + ".d/50-capdrop.conf";
    }

    /// The lines of the drop-in.
    public List<String> lines() {
        String names =
                needed().names().stream()
                        .map(name -> "CAP_" + name.toUpperCase(Locale.ROOT))
                        .collect(Collectors.joining(" "));
        return names.isEmpty()
                ? List.of("[Service]", "CapabilityBoundingSet=")
                : List.of("[Service]", "CapabilityBoundingSet=", "CapabilityBoundingSet=" + names);
    }
}
