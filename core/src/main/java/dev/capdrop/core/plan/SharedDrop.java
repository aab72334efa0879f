package dev.capdrop.core.plan;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.Editing;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.container.SharedLines;
import dev.capdrop.core.container.SharedLines.HostConfiguration;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.Planner.Refusal;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.plan.SharedDrop.Member;
import dev.capdrop.core.plan.SharedPlan.Newborn;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Plans the lines that drop capabilities from all containers that share them.
///
/// @param all those from which containers are started or may be one day
/// @param last the number in `/proc/sys/kernel/cap_last_cap`
/// @param undo the command that takes the edit back
public record SharedDrop(
        SharedLines lines,
        ConfigSource source,
        List<HostConfiguration> all,
        int last,
        String node,
        String undo) {
    /// Units of systemd that a boot in a user namespace starts in vain, by what their
    /// `ConditionCapability=` asks for. Source: `units/` of systemd 247 to 257; first boots of
    /// Debian 11 to 13 as `pct create` makes them.
    private static final Map<String, List<String>> ASKED =
            Map.of(
                    "audit_read", List.of("systemd-journald-audit.socket"),
                    "sys_module", List.of("systemd-modules-load.service"),
                    "sys_rawio", List.of("sys-kernel-config.mount", "sys-kernel-debug.mount"));

    private static final CapabilitySet ASKED_SET =
            CapabilitySet.of(ASKED.keySet().toArray(String[]::new));

    /// Plans for these containers.
    ///
    /// @param known the capabilities that every liblxc and kernel of the host knows by name:
    ///   another in the lines would keep all containers from starting
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
        CapabilitySet found = nobody ? ASKED_SET.minus(keep) : search.drop();
        return switch (edit(request.drop().union(found))) {
            case ConfigEdit edit -> {
                List<Newborn> newborn = newborn(members.isEmpty(), sum, safe, search, time);
                yield new Planner.Planned<>(plan(members, request, search, newborn, edit, time));
            }
            case Editing.Uneditable why -> new Planner.Refused<>(new Refusal.NotEditable(why));
        };
    }

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

    /// Whether a container would have a say in the drop, and nobody knows which.
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
                SharedPlan.Unloadable.brokenBy(lines, edit.after(), all, source, last),
                edit);
    }

    /// Returns containers made like those that drop more by themselves, as far as they start
    /// something in vain; the first container where there is none.
    private List<Newborn> newborn(
            boolean none, List<Member> sum, Request request, SharedSearch search, TimeLimit time) {
        if (request.goal() == Goal.NEW) {
            return sum.isEmpty()
                    ? List.of(first(request.drop().union(ASKED_SET.minus(request.keep()))))
                    : search.newborn(search.drop());
        }
        if (!(lines instanceof SharedLines.SharedFile) || request.goal() != Goal.HEALTHY) {
            return List.of();
        }
        if (none) {
            CapabilitySet held =
                    edit(ASKED_SET) instanceof ConfigEdit all ? all.addedToDrop() : ASKED_SET;
            return held.isEmpty() ? List.of() : List.of(first(ASKED_SET.minus(held)));
        }
        List<Member> others = sum.stream().filter(Member::dropsMore).map(Member::anew).toList();
        return new SharedSearch(others, request, time)
                .newborn(search.drop()).stream().filter(made -> !made.inVain().isEmpty()).toList();
    }

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
    /// @param configuration its owner is the container's target
    /// @param snapshot null when it could not be read
    /// @param excluded whether the drop, which affects it all the same, is planned without regard
    ///   for it
    /// @param problem why it could not be read; empty when it could
    public record Member(
            HostConfiguration configuration,
            @Nullable Snapshot snapshot,
            boolean excluded,
            String problem) {
        String target() {
            return configuration.owner();
        }

        /// Returns the container as if made now: its own configuration says nothing of
        /// capabilities.
        Member anew() {
            Snapshot known = snapshot;
            ConfigurationText text = known == null ? null : known.configuration();
            String own = text == null ? null : text.files().get(text.path());
            if (known == null || text == null || own == null) {
                return this;
            }
            String without = configuration.format().withoutCapabilities(own);
            Snapshot made = known.with(text.with(text.path(), without));
            return new Member(configuration, made, excluded, problem);
        }

        boolean dropsMore() {
            Snapshot known = snapshot;
            Snapshot made = anew().snapshot;
            return known != null
                    && made != null
                    && !NextStart.of(known).bounding().containsAll(NextStart.of(made).bounding());
        }

        /// Returns the snapshot where units are known; else null.
        @Nullable Snapshot withUnits() {
            return snapshot != null && snapshot.observed() ? snapshot : null;
        }
    }

    private record Outlooks(
            SharedLines lines, String text, ConfigSource source, int last, TimeLimit time) {
        SharedPlan.MemberOutlook of(Member member, Request request) {
            CapabilitySet drop = dropped(member.configuration());
            Snapshot known = member.withUnits();
            if (drop.isEmpty()) {
                return of(member, drop, Forecast.NONE, List.of(), unreached(member));
            }
            if (known == null) {
                return of(member, drop, Forecast.NONE, List.of(), unknown(member));
            }
            Forecaster forecaster = Forecaster.over(known, time);
            Losses losses = new Losses(forecaster.seen(), request.allowSkip());
            CapabilitySet base = NextStart.of(known).bounding();
            Trials trials = new Trials(forecaster, base, losses::certain);
            return of(member, drop, trials.forecast(drop), List.copyOf(trials.lost(drop)), "");
        }

        private static SharedPlan.MemberOutlook of(
                Member member,
                CapabilitySet drop,
                Forecast forecast,
                List<String> loses,
                String note) {
            CapabilitySet waits = waits(member, drop);
            boolean running = member.snapshot() != null && member.snapshot().running();
            boolean excluded = member.excluded();
            return new SharedPlan.MemberOutlook(
                    member.target(), running, excluded, drop, waits, forecast, loses, note);
        }

        private static CapabilitySet waits(Member member, CapabilitySet drop) {
            Snapshot snapshot = member.snapshot();
            return snapshot == null
                    ? CapabilitySet.EMPTY
                    : snapshot.held().minus(NextStart.of(snapshot).bounding().minus(drop));
        }

        private CapabilitySet dropped(HostConfiguration configuration) {
            return lines.dropped(configuration, source, text, last);
        }

        private static String unknown(Member member) {
            Snapshot snapshot = member.snapshot();
            if (snapshot == null) {
                return member.problem();
            }
            String problems = String.join("; ", snapshot.problems());
            return "nothing is known of its units" + (problems.isEmpty() ? "" : ": " + problems);
        }

        private String unreached(Member member) {
            HostConfiguration configuration = member.configuration();
            if (lines.breaks(configuration, source, text, last) != null) {
                return "its configuration does not load with it";
            }
            if (!configuration.resolve(source, last).loads()) {
                return "its configuration does not load as it is";
            }
            String unreached = lines.unreached(configuration, source, last);
            return !unreached.isEmpty()
                    ? unreached
                    : member.problem().isEmpty()
                            ? "nothing more is dropped from it"
                            : "not read: " + member.problem();
        }

        /// Returns the configurations that the lines reach beside those of these containers.
        List<String> others(List<Member> members, List<HostConfiguration> all) {
            Set<String> seen = new HashSet<>();
            members.forEach(member -> seen.add(member.configuration().path()));
            List<String> others = new ArrayList<>();
            for (HostConfiguration one : all) {
                boolean other = one.snapshot() == null && !seen.contains(one.path());
                if (other && !dropped(one).isEmpty()) {
                    others.add(one.owner() + " (" + one.path() + ")");
                }
            }
            return others;
        }
    }
}
