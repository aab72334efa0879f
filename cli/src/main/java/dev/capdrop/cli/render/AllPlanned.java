package dev.capdrop.cli.render;

import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.plan.Plan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is to be done on a whole host.
///
/// @param planned what would be changed, in that order
/// @param skipped what is left out
/// @param idle the targets of those that need nothing
public record AllPlanned(List<Planned> planned, List<Skipped> skipped, List<String> idle) {
    public AllPlanned {
        planned = List.copyOf(planned);
        skipped = List.copyOf(skipped);
        idle = List.copyOf(idle);
    }

    /// A container to change.
    ///
    /// @param target as the command line takes it
    /// @param guest what Proxmox VE knows of it; null when it does not look after it
    /// @param plan what is to be done
    public record Planned(String target, @Nullable ProxmoxGuest guest, Plan plan) {}

    /// A container that is left out.
    ///
    /// @param reason a sentence fragment
    public record Skipped(String target, String reason) {}
}
