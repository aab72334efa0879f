package dev.capdrop.core.shared;

import dev.capdrop.capability.Capability;
import java.util.List;

/// A capability that some containers would do without and that another one needs.
///
/// @param capability the capability
/// @param target the container that needs it
/// @param loses its units that would be lost, or of which nobody could say that they would not;
///   empty where something else would miss it
/// @param why what else would, one sentence fragment; empty where units would be lost
/// @param wantedBy the containers that would do without it
public record Veto(
        Capability capability,
        String target,
        List<String> loses,
        String why,
        List<String> wantedBy) {
    public Veto {
        loses = List.copyOf(loses);
        wantedBy = List.copyOf(wantedBy);
    }
}
