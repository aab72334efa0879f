package dev.capdrop.cli.render;

import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.plan.Plan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is to be done on a whole host.
///
/// @param planned what would be changed, in that order
/// @param skipped what is left out
/// @param idle those that need nothing
public record AllPlanned(List<Planned> planned, List<Skipped> skipped, List<Container> idle) {
    public AllPlanned {
        planned = List.copyOf(planned);
        skipped = List.copyOf(skipped);
        idle = List.copyOf(idle);
    }

    /// What a container goes by.
    ///
    /// @param target in full, as in JSON
    /// @param word the shortest that a command line takes
    /// @param command what follows a command's name to mean it
    /// @param guest what Proxmox VE knows of it; null when it does not look after it
    public record Container(
            String target, String word, String command, @Nullable ProxmoxGuest guest) {
        /// The node of the cluster that it is on; null for others than Proxmox VE's.
        @Nullable String node() {
            return guest == null ? null : guest.place().node();
        }
    }

    /// A container to change.
    ///
    /// @param running whether it runs, so that it has to be restarted
    /// @param plan what is to be done
    /// @param loses the units that work and that it costs, whose loss was accepted
    public record Planned(Container container, boolean running, Plan plan, List<String> loses) {
        public Planned {
            loses = List.copyOf(loses);
        }
    }

    /// A container that is left out.
    ///
    /// @param reason a sentence without its name
    public record Skipped(Container container, String reason) {}
}
