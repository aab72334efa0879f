package dev.capdrop.core.shared;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigEdit;
import dev.capdrop.core.plan.Goal;
import java.util.List;
import java.util.Set;

/// One drop for all containers that share lines of configuration, and what comes of it in each.
///
/// @param goal what it is for
/// @param allowSkip the running units whose loss the administrator accepts
/// @param drop the capabilities to drop on top of what the lines drop already
/// @param vetoes what was not dropped because of which container
/// @param members the containers, in the order in which they were given
/// @param others the targets and files of configurations that it reaches and that were not looked
///   into further
/// @param broken the configurations that would no longer load: nothing may be written then
/// @param edit the edit of the lines
public record SharedPlan(
        Goal goal,
        Set<String> allowSkip,
        CapabilitySet drop,
        List<Veto> vetoes,
        List<MemberOutlook> members,
        List<String> others,
        List<Unloadable> broken,
        ConfigEdit edit) {
    public SharedPlan {
        allowSkip = Set.copyOf(allowSkip);
        vetoes = List.copyOf(vetoes);
        members = List.copyOf(members);
        others = List.copyOf(others);
        broken = List.copyOf(broken);
    }

    /// The same plan, seen to break these.
    public SharedPlan withBroken(List<Unloadable> seen) {
        return new SharedPlan(goal, allowSkip, drop, vetoes, members, others, seen, edit);
    }

    /// Whether it would cost a container of the sum a running unit: the administrator named a
    /// capability that it needs.
    public boolean loses() {
        return members.stream().anyMatch(m -> !m.excluded() && !m.loses().isEmpty());
    }

    /// The containers that run and go on holding what is dropped until they are stopped and
    /// started.
    public List<String> restarts() {
        return members.stream()
                .filter(member -> !member.waits().isEmpty())
                .map(MemberOutlook::target)
                .toList();
    }

    /// Whether it must not be carried out.
    public boolean refused() {
        return !broken.isEmpty() || loses();
    }

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
}
