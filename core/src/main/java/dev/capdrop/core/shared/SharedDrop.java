package dev.capdrop.core.shared;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigEdit;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.HostConfiguration;
import dev.capdrop.core.container.SharedLines;
import dev.capdrop.core.plan.Request;
import dev.capdrop.core.snapshot.TimeLimit;
import java.util.List;

/// Plans the lines that drop capabilities from all containers that share them.
///
/// @param lines what they share
/// @param source the host's configurations
/// @param all all of them, from which containers are started or may be one day
/// @param last the number in `/proc/sys/kernel/cap_last_cap`
/// @param node the host's name
/// @param undo the command that takes the edit back
public record SharedDrop(
        SharedLines lines,
        ConfigSource source,
        List<HostConfiguration> all,
        int last,
        String node,
        String undo) {
    public SharedDrop {
        all = List.copyOf(all);
    }

    /// The plan for these containers.
    ///
    /// @param known the capabilities that every liblxc and every kernel of the host knows by name:
    ///   another one in the lines would keep all containers from starting
    /// @throws IllegalArgumentException when a capability named by the request is none of these,
    ///   what is there cannot be edited, or not enough is known of a container; the message says
    ///   why
    public SharedPlan plan(List<Member> members, Request request, CapabilitySet known) {
        return plan(members, request, known, TimeLimit.NONE);
    }

    /// The same, given up when its time is over.
    ///
    /// @throws dev.capdrop.core.snapshot.OverdueException when that is so
    public SharedPlan plan(
            List<Member> members, Request request, CapabilitySet known, TimeLimit time) {
        if (!known.containsAll(request.drop())) {
            throw new IllegalArgumentException(
                    "'"
                            + request.drop().minus(known)
                            + "' is not known to every liblxc and kernel that is installed here, so"
                            + " that it would keep all containers from starting");
        }
        Request safe =
                new Request(
                        request.goal(),
                        request.drop(),
                        request.keep().union(CapabilitySet.upTo(last).minus(known)),
                        request.allowSkip());
        SharedSearch search = new SharedSearch(sum(members, known), safe, time);
        ConfigEdit edit = edit(request.drop().union(search.drop()));
        Outlooks outlooks = new Outlooks(lines, edit.after(), source, last, time);
        return new SharedPlan(
                request.goal(),
                edit.addedToDrop(),
                search.vetoes(),
                members.stream().map(member -> outlooks.of(member, request)).toList(),
                outlooks.others(members, all),
                Unloadable.brokenBy(lines, edit.after(), all, source, last),
                edit);
    }

    /// Those that a drop reaches, that are not excluded and whose units are known.
    private List<Member> sum(List<Member> members, CapabilitySet known) {
        return members.stream()
                .filter(member -> member.withUnits() != null && !member.excluded())
                .filter(member -> reaches(member.configuration(), known))
                .toList();
    }

    /// Whether the lines could take any of these capabilities from a container.
    public boolean reaches(HostConfiguration configuration, CapabilitySet known) {
        String everything = edit(known).after();
        return !lines.dropped(configuration, source, everything, last).isEmpty();
    }

    private ConfigEdit edit(CapabilitySet drop) {
        return lines.edit(source, drop, last, node, undo);
    }
}
