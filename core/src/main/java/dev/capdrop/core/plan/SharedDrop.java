package dev.capdrop.core.plan;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.Editing;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.container.SharedFile;
import dev.capdrop.core.container.SharedLines;
import dev.capdrop.core.container.SharedLines.HostConfiguration;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.plan.SharedPlan.Newborn;
import dev.capdrop.core.plan.SharedPlan.Unloadable;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Plans the lines that drop capabilities from all containers that share them.
///
/// @param all all of them, from which containers are started or may be one day
/// @param last the number in `/proc/sys/kernel/cap_last_cap`
/// @param undo the command that takes the edit back
public record SharedDrop(
        SharedLines lines,
        ConfigSource source,
        List<HostConfiguration> all,
        int last,
        String node,
        String undo) {
    /// Units that systemd itself brings, and that a boot of a container in a user namespace starts
    /// in vain, by what their `ConditionCapability=` asks for: none is ever honoured there, so that
    /// these tell what a new container lacks where no other does.
    ///
    /// Source: `units/` of systemd 247 to 257; the first boots of Debian 11, 12 and 13 as `pct
    /// create` makes them.
    private static final Map<String, List<String>> ASKED =
            Map.of(
                    "audit_read", List.of("systemd-journald-audit.socket"),
                    "sys_module", List.of("systemd-modules-load.service"),
                    "sys_rawio", List.of("sys-kernel-config.mount", "sys-kernel-debug.mount"));

    public SharedDrop {
        all = List.copyOf(all);
    }

    /// Plans for these containers.
    ///
    /// @param known the capabilities that every liblxc and every kernel of the host knows by name:
    ///   another one in the lines would keep all containers from starting
    /// @throws dev.capdrop.core.snapshot.TimeLimit.OverdueException when the time is over
    public Planner.Result<SharedPlan> plan(
            List<Member> members, Request request, CapabilitySet known, TimeLimit time) {
        if (!known.containsAll(request.drop())) {
            return new Planner.Refused<>(new Refusal.UnknownNames(request.drop().minus(known)));
        }
        boolean anew = request.goal() == Goal.NEW;
        List<Member> sum = sum(members, known);
        boolean nobody = anew && sum.isEmpty();
        if (nobody && members.stream().anyMatch(one -> isUnknown(one, known))) {
            return new Planner.Refused<>(new Refusal.NothingToTellBy());
        }
        CapabilitySet keep = request.keep().union(CapabilitySet.upTo(last).minus(known));
        Request safe = new Request(request.goal(), request.drop(), keep, request.allowSkip());
        SharedSearch search =
                new SharedSearch(anew ? sum.stream().map(Member::anew).toList() : sum, safe, time);
        Refusal refusal = search.refusal();
        if (refusal != null) {
            return new Planner.Refused<>(refusal);
        }
        search.run();
        CapabilitySet found = nobody ? asked().minus(keep) : search.drop();
        return switch (edit(request.drop().union(found))) {
            case ConfigEdit edit -> {
                List<Newborn> newborn = newborn(members.isEmpty(), sum, safe, search, time);
                yield new Planner.Planned<>(plan(members, request, search, newborn, edit, time));
            }
            case Editing.Uneditable why -> new Planner.Refused<>(new Refusal.NotEditable(why));
        };
    }

    private static CapabilitySet asked() {
        return CapabilitySet.of(ASKED.keySet().toArray(String[]::new));
    }

    /// The first container of a host.
    private static Newborn first(CapabilitySet drop) {
        List<String> skips =
                drop.names().stream()
                        .flatMap(name -> ASKED.getOrDefault(name, List.of()).stream())
                        .toList();
        List<String> inVain =
                ASKED.values().stream()
                        .flatMap(List::stream)
                        .filter(unit -> !skips.contains(unit))
                        .sorted()
                        .toList();
        return new Newborn("", skips, inVain);
    }

    /// Whether a container would have a say in what is dropped, and nobody knows which.
    private boolean isUnknown(Member member, CapabilitySet known) {
        return member.withUnits() == null
                && !member.excluded()
                && reaches(member.configuration(), known);
    }

    private SharedPlan plan(
            List<Member> members,
            Request request,
            SharedSearch search,
            List<Newborn> newborn,
            ConfigEdit edit,
            TimeLimit time) {
        Outlooks outlooks = new Outlooks(lines, edit.after(), source, last, time);
        return new SharedPlan(
                request,
                edit.addedToDrop(),
                search.vetoes(),
                members.stream().map(member -> outlooks.of(member, request)).toList(),
                newborn,
                outlooks.others(members, all),
                Unloadable.brokenBy(lines, edit.after(), all, source, last),
                edit);
    }

    /// Returns those that are made like containers which drop more by themselves, as far as they
    /// start something in vain; the first one where there is none.
    private List<Newborn> newborn(
            boolean none, List<Member> sum, Request request, SharedSearch search, TimeLimit time) {
        if (request.goal() == Goal.NEW) {
            return sum.isEmpty()
                    ? List.of(first(request.drop().union(asked().minus(request.keep()))))
                    : search.newborn(search.drop());
        }
        if (!(lines instanceof SharedFile) || request.goal() != Goal.HEALTHY) {
            return List.of();
        }
        if (none) {
            CapabilitySet held =
                    edit(asked()) instanceof ConfigEdit all ? all.addedToDrop() : asked();
            return held.isEmpty() ? List.of() : List.of(first(asked().minus(held)));
        }
        List<Member> others = sum.stream().filter(Member::dropsMore).map(Member::anew).toList();
        return new SharedSearch(others, request, time)
                .newborn(search.drop()).stream().filter(made -> !made.inVain().isEmpty()).toList();
    }

    /// Returns those that a drop reaches, that are not excluded and whose units are known.
    private List<Member> sum(List<Member> members, CapabilitySet known) {
        return members.stream()
                .filter(member -> member.withUnits() != null && !member.excluded())
                .filter(member -> reaches(member.configuration(), known))
                .toList();
    }

    /// Whether the lines could take any of these capabilities from a container.
    public boolean reaches(HostConfiguration configuration, CapabilitySet known) {
        return edit(known) instanceof ConfigEdit everything
                && !lines.dropped(configuration, source, everything.after(), last).isEmpty();
    }

    private Editing edit(CapabilitySet drop) {
        return lines.edit(source, drop, last, node, undo);
    }

    /// A container of a host for which one drop is planned for all.
    ///
    /// @param configuration its configuration, whose owner is the container's target
    /// @param snapshot all that is known of it; null when it could not be read
    /// @param excluded whether the administrator leaves it out of the sum: the drop is planned
    ///   without regard for it, and affects it all the same
    /// @param problem why it could not be read; empty when it could
    public record Member(
            HostConfiguration configuration,
            @Nullable Snapshot snapshot,
            boolean excluded,
            String problem) {
        /// Returns its target, as the command line takes it.
        String target() {
            return configuration.owner();
        }

        boolean running() {
            return snapshot != null && snapshot.running();
        }

        /// Returns the container as if it were made now: its own configuration says nothing of
        /// capabilities.
        Member anew() {
            Snapshot known = snapshot;
            ConfigurationText text = known == null ? null : known.configuration();
            String own = text == null ? null : text.files().get(text.path());
            return known == null || text == null || own == null
                    ? this
                    : new Member(
                            configuration,
                            known.with(
                                    text.withOwn(configuration.format().withoutCapabilities(own))),
                            excluded,
                            problem);
        }

        /// Whether its own configuration takes more from its next start than a new one's would.
        boolean dropsMore() {
            Snapshot known = snapshot;
            Snapshot made = anew().snapshot;
            return known != null
                    && made != null
                    && !NextStart.of(known).bounding().containsAll(NextStart.of(made).bounding());
        }

        /// Returns all that is known of it, where its units are known; else null.
        @Nullable Snapshot withUnits() {
            return snapshot != null && snapshot.observed() ? snapshot : null;
        }
    }
}
