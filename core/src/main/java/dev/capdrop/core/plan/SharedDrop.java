package dev.capdrop.core.plan;

import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.container.CapabilityLine;
import dev.capdrop.core.container.ConfigEdit;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.HostConfiguration;
import dev.capdrop.core.container.SharedFile;
import dev.capdrop.core.container.Unloadable;
import dev.capdrop.core.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Plans the file that drops capabilities from all unprivileged containers of a host.
///
/// @param file the file
/// @param source the host's configurations
/// @param all all of them, from which containers are started or may be one day
/// @param last the number in `/proc/sys/kernel/cap_last_cap`
/// @param node the host's name
/// @param undo the command that takes the file back
public record SharedDrop(
        SharedFile file,
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
    /// @param possible the capabilities that every liblxc and every kernel of the host knows by
    ///   name: another one in the file would keep all containers from starting
    /// @throws IllegalArgumentException when a capability named by the request is none of these, or
    ///   the file that is there cannot be edited; the message says why
    public SharedPlan plan(List<Member> members, Request request, CapabilitySet possible) {
        if (!possible.containsAll(request.drop())) {
            throw new IllegalArgumentException(
                    "'"
                            + request.drop().minus(possible)
                            + "' is not known to every liblxc and kernel that is installed here, and would"
                            + " keep all containers from starting");
        }
        CapabilitySet unknown = CapabilitySet.upTo(last).minus(possible);
        Request safe =
                new Request(
                        request.goal(),
                        request.drop(),
                        request.keep().union(unknown),
                        request.allowSkip());
        SharedPlanner planner = new SharedPlanner(sum(members, possible), safe);
        CapabilitySet drop = planner.drop();
        ConfigEdit edit = file.edit(source, drop, last, node, undo);
        CapabilitySet news = edit.addedToDrop();
        List<Veto> vetoes =
                planner.vetoes().stream().filter(v -> !news.contains(v.capability())).toList();
        List<MemberOutlook> outlooks = new ArrayList<>();
        for (Member member : members) {
            outlooks.add(outlook(member, edit.after(), safe));
        }
        return new SharedPlan(
                request.goal(),
                news,
                vetoes,
                outlooks,
                others(members, edit.after()),
                Unloadable.brokenBy(file, edit.after(), all, source, last),
                edit);
    }

    /// Those that a drop reaches, that are not excluded and whose units are known.
    private List<Snapshot> sum(List<Member> members, CapabilitySet possible) {
        String everything = file.edit(source, possible, last, node, undo).after();
        List<Snapshot> sum = new ArrayList<>();
        for (Member member : members) {
            Snapshot snapshot = member.withUnits();
            if (snapshot != null
                    && !member.excluded()
                    && !dropped(member.configuration(), everything).isEmpty()) {
                sum.add(snapshot);
            }
        }
        return sum;
    }

    private CapabilitySet dropped(HostConfiguration configuration, String text) {
        return file.dropped(configuration, source, text, last);
    }

    private MemberOutlook outlook(Member member, String text, Request request) {
        Snapshot snapshot = member.withUnits();
        CapabilitySet drop = dropped(member.configuration(), text);
        boolean running = member.snapshot() != null && member.snapshot().running();
        if (drop.isEmpty() || snapshot == null) {
            String note = drop.isEmpty() ? unreached(member, text) : unknown(member);
            return new MemberOutlook(
                    member.target(), running, member.excluded(), drop, null, List.of(), note);
        }
        return new MemberOutlook(
                member.target(),
                running,
                member.excluded(),
                drop,
                SharedPlanner.forecast(snapshot, drop),
                SharedPlanner.losses(snapshot, drop, request),
                "");
    }

    private static String unknown(Member member) {
        Snapshot snapshot = member.snapshot();
        if (snapshot == null) {
            return member.problem();
        }
        String problems = String.join("; ", snapshot.problems());
        String state = snapshot.running() ? "it runs" : "it is stopped";
        return state
                + ", and nothing is known of its units"
                + (problems.isEmpty() ? "" : ": " + problems);
    }

    private String unreached(Member member, String text) {
        HostConfiguration configuration = member.configuration();
        if (!configuration.resolve(source, last).loads()) {
            return "its configuration does not load as it is";
        }
        if (file.breaks(configuration, source, text, last) != null) {
            return "its configuration would no longer load";
        }
        CapabilityLine undoing = file.undoneBy(configuration, source, text, last);
        if (undoing != null) {
            return "not reached: "
                    + undoing.file()
                    + ":"
                    + undoing.line()
                    + " empties the list behind the include";
        }
        boolean included =
                file.resolve(configuration, source, text, last).getLast().lines().stream()
                        .anyMatch(line -> line.file().equals(file.path()));
        return included
                ? "it drops or lacks all of them already"
                : "not reached: its configuration does not include that directory, as that of a"
                        + " privileged container does not";
    }

    /// What the file reaches beside the containers that were looked at.
    private List<String> others(List<Member> members, String text) {
        Set<String> seen = new HashSet<>();
        members.forEach(member -> seen.add(member.configuration().path()));
        List<String> others = new ArrayList<>();
        for (HostConfiguration one : all) {
            boolean other = one.snapshot() == null && !seen.contains(one.path());
            if (other && !dropped(one, text).isEmpty()) {
                others.add(one.owner() + " (" + one.path() + ")");
            }
        }
        return others;
    }
}
