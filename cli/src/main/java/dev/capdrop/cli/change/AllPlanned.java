package dev.capdrop.cli.change;

import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.snapshot.Subject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The plan for a whole host.
///
/// @param planned in the order of the changes
record AllPlanned(List<Planned> planned, List<Skipped> skipped, List<Container> idle) {
    public AllPlanned {
        planned = List.copyOf(planned);
        skipped = List.copyOf(skipped);
        idle = List.copyOf(idle);
    }

    /// A container, and what Proxmox VE knows of it.
    ///
    /// @param guest null when Proxmox VE does not look after it
    public record Container(Subject subject, @Nullable ProxmoxGuest guest) {
        String word() {
            return subject.word();
        }

        /// Returns that word, and its name where that is another.
        String title() {
            return guest == null || guest.hostname().isEmpty()
                    ? word()
                    : word() + " (" + guest.hostname() + ")";
        }

        /// Returns the node of the cluster that it is on; null for others than Proxmox VE's.
        @Nullable String node() {
            return guest == null ? null : guest.place().node();
        }
    }

    /// A container to change.
    ///
    /// @param loses the working units that it costs, whose loss was accepted
    public record Planned(Container container, boolean running, Plan plan, List<String> loses) {
        public Planned {
            loses = List.copyOf(loses);
        }
    }

    /// A container that is left out, with a sentence that does not name it.
    public record Skipped(Container container, String reason) {}

    String total() {
        long running = planned.stream().filter(Planned::running).count();
        int all = planned.size() + skipped.size() + idle.size();
        List<String> parts = new ArrayList<>();
        parts.add("%s to change (%s running)".formatted(planned.size(), running));
        if (!skipped.isEmpty()) {
            parts.add(skipped.size() + " skipped");
        }
        if (!idle.isEmpty()) {
            parts.add(idle.size() + " with nothing to do");
        }
        return (all == 1 ? "1 container: " : all + " containers: ") + String.join(", ", parts);
    }
}
