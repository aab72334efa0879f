package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.container.SharedLines;
import dev.capdrop.core.forecast.Forecast;
import module java.base;

/// One drop for all containers that share lines of configuration, and what comes of it in each.
///
/// @param drop the capabilities to drop on top of what the lines drop already
/// @param newborn the containers that are made like some of these from now on
/// @param others the targets and files of other configurations that it reaches
/// @param broken the configurations that would no longer load: nothing may be written then
public record SharedPlan(
        Planner.Request request,
        CapabilitySet drop,
        List<Veto> vetoes,
        List<MemberOutlook> members,
        List<Newborn> newborn,
        List<String> others,
        List<Unloadable> broken,
        ConfigEdit edit) {
    public SharedPlan withBroken(List<Unloadable> seen) {
        return new SharedPlan(request, drop, vetoes, members, newborn, others, seen, edit);
    }

    public boolean loses() {
        return members.stream().anyMatch(m -> !m.excluded() && !m.loses().isEmpty());
    }

    /// Returns the containers that hold what is dropped until they are stopped and started.
    public List<String> restarts() {
        return members.stream()
                .filter(member -> !member.waits().isEmpty())
                .map(MemberOutlook::target)
                .toList();
    }

    public boolean refused() {
        return !broken.isEmpty() || loses();
    }

    /// A capability that some containers would do without and that another one needs.
    ///
    /// @param loses its units that would be, or may be, lost; empty where something else would miss
    ///   it
    /// @param why what else would, one sentence fragment; empty where units would be lost
    /// @param wantedBy the containers that would do without it
    public record Veto(
            Capability capability,
            String target,
            List<String> loses,
            String why,
            List<String> wantedBy) {}

    /// A container like one of these whose own configuration says nothing of capabilities.
    ///
    /// @param target the one that it is like; empty where it stands for any with systemd
    /// @param skips its units that ask in vain, and that the lines keep from starting
    /// @param inVain those that start all the same, to fail or to do nothing
    public record Newborn(String target, List<String> skips, List<String> inVain) {}

    /// The outlook of one container with a drop for all.
    ///
    /// @param drop what it holds from its next start on no longer, by this drop
    /// @param waits what its PID 1 holds and its next start does not bring back; none if it is
    ///   stopped
    /// @param forecast [Forecast#NONE] when nothing is known, or the drop does not reach it
    /// @param note why that is so, one sentence fragment; else empty
    public record MemberOutlook(
            String target,
            boolean running,
            boolean excluded,
            CapabilitySet drop,
            CapabilitySet waits,
            Forecast forecast,
            List<String> loses,
            String note) {
        public List<String> heals() {
            return forecast.healed();
        }
    }

    /// A configuration that liblxc refuses, so that its container does not start.
    public record Unloadable(SharedLines.HostConfiguration configuration, LoadError error) {
        /// Returns those that load without shared lines and do not with these, be it that only the
        /// configuration is new.
        public static List<Unloadable> brokenBy(
                SharedLines lines,
                String text,
                List<SharedLines.HostConfiguration> all,
                ConfigSource source,
                int last) {
            List<Unloadable> found = new ArrayList<>();
            for (SharedLines.HostConfiguration one : all) {
                LoadError error = lines.breaks(one, source, text, last);
                if (error != null) {
                    found.add(new Unloadable(one, error));
                }
            }
            return found;
        }
    }
}
