package dev.capdrop.core.plan;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.SharedLines;
import dev.capdrop.core.container.SharedLines.HostConfiguration;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.plan.SharedDrop.Member;
import dev.capdrop.core.plan.SharedPlan.MemberOutlook;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The outlook of each container of a host with shared lines.
record Outlooks(SharedLines lines, String text, ConfigSource source, int last, TimeLimit time) {
    MemberOutlook of(Member member, Request request) {
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

    private static MemberOutlook of(
            Member member, CapabilitySet drop, Forecast forecast, List<String> loses, String note) {
        return new MemberOutlook(
                member.target(),
                member.running(),
                member.excluded(),
                drop,
                waits(member, drop),
                forecast,
                loses,
                note);
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
        if (!unreached.isEmpty()) {
            return unreached;
        }
        return member.problem().isEmpty()
                ? "nothing more is dropped from it"
                : "not read: " + member.problem();
    }

    /// The configurations that they reach beside those of these containers.
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
