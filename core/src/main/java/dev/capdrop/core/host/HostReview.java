package dev.capdrop.core.host;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.host.HostFinding.Topic;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.core.host.Prospect.Ability;
import java.util.ArrayList;
import java.util.List;

/// Judges the survey of a host: what each fact means for which command, by the rows of the resource
/// `findings.tsv`. [ResourceReview] judges runtimes, limits and files.
public final class HostReview {
    private static final int NOBODY_MAY_TRACE = 3;
    private static final Capability SYS_PTRACE = Capability.of("sys_ptrace");

    /// The capabilities that root uses in this work: for files and processes of others, for a
    /// container's namespaces and control groups, and for its root as an owner.
    private static final CapabilitySet USED =
            CapabilitySet.of(
                    ("chown dac_override dac_read_search fowner kill setgid setuid "
                                    + "sys_ptrace sys_admin")
                            .split(" "));

    private final HostSurvey survey;

    private HostReview(HostSurvey survey) {
        this.survey = survey;
    }

    public static List<HostFinding> of(HostSurvey survey) {
        HostReview review = new HostReview(survey);
        List<HostFinding> findings = new ArrayList<>();
        findings.addAll(review.permissions());
        findings.addAll(review.kernel());
        findings.add(review.tracing());
        int behindTracing = findings.size();
        findings.addAll(new ResourceReview(survey).findings());
        findings.add(behindTracing, review.ptrace(new Prospect(findings).need(Ability.LIVE)));
        return findings;
    }

    private List<HostFinding> permissions() {
        Topic topic = Topic.PERMISSIONS;
        List<HostFinding> findings = new ArrayList<>();
        findings.add(
                switch (survey.rights().root()) {
                    case Fact.Known<Boolean>(Boolean root) when root -> rights();
                    case Fact.Unknown<Boolean>(String why) -> topic.finding("user-unknown", why);
                    case Fact.Known<Boolean> _, Fact.Absent<Boolean> _ -> topic.finding("not-root");
                });
        if (isNot(survey.rights().initialUsers())) {
            findings.add(topic.finding("in-container"));
        }
        return findings;
    }

    private HostFinding rights() {
        if (!(survey.rights().effective() instanceof Fact.Known<CapabilitySet>(var effective))) {
            return Topic.PERMISSIONS.finding("rights-unknown");
        }
        CapabilitySet missing = USED.minus(effective);
        return Topic.PERMISSIONS.finding(
                missing.isEmpty()
                        ? "root"
                        : missing.contains(SYS_PTRACE) ? "rights-to-trace" : "rights",
                missing);
    }

    private List<HostFinding> kernel() {
        Topic topic = Topic.KERNEL;
        List<HostFinding> findings = new ArrayList<>();
        findings.add(
                switch (survey.kernel().release()) {
                    case Fact.Known<String>(String release) ->
                            topic.finding("kernel", release, survey.kernel().architecture());
                    case Fact.Absent<String> _ ->
                            topic.finding("kernel-unknown", "/proc is not mounted");
                    case Fact.Unknown<String>(String why) -> topic.finding("kernel-unknown", why);
                });
        if (survey.kernel().lockdown() instanceof Fact.Known<String>(String mode)
                && !mode.equals("none")) {
            boolean tellsNothing = mode.equals("confidentiality");
            findings.add(
                    topic.finding(tellsNothing ? "lockdown-confidentiality" : "lockdown", mode));
        }
        return findings;
    }

    private HostFinding tracing() {
        HostSurvey.Tracing tracing = survey.tracing();
        if (isNot(tracing.tracefs())) {
            return Topic.TRACING.finding("no-tracefs");
        }
        if (isNot(tracing.tracepoint())) {
            return switch (tracing.kprobe()) {
                case Fact.Known<Boolean>(Boolean possible) when possible ->
                        Topic.TRACING.finding("kprobe");
                case Fact.Unknown<Boolean>(String why) ->
                        Topic.TRACING.finding("kprobe-unknown", why);
                default -> Topic.TRACING.finding("no-kprobe");
            };
        }
        if (isNot(tracing.event())) {
            return Topic.TRACING.finding("no-events");
        }
        for (Fact<Boolean> fact :
                List.of(tracing.tracefs(), tracing.tracepoint(), tracing.event())) {
            if (fact instanceof Fact.Unknown<Boolean>(String why)) {
                return Topic.TRACING.finding("tracepoint-unknown", why);
            }
        }
        return Topic.TRACING.finding("tracepoint");
    }

    private static boolean isNot(Fact<Boolean> fact) {
        return fact instanceof Fact.Known<Boolean>(Boolean value) && !value;
    }

    /// Judges ptrace(2), "Ptrace access mode checking" and "/proc/sys/kernel/yama/ptrace_scope".
    private HostFinding ptrace(String lacking) {
        String architecture = survey.kernel().architecture();
        if (!List.of("amd64", "aarch64").contains(architecture)) {
            return Topic.PTRACE.finding("registers", architecture);
        }
        Fact<Integer> scope = survey.kernel().ptraceScope();
        if (scope instanceof Fact.Known<Integer>(Integer value) && value >= NOBODY_MAY_TRACE) {
            return Topic.PTRACE.finding("ptrace-scope", value);
        }
        if (survey.rights().effective() instanceof Fact.Known<CapabilitySet>(var effective)
                && !effective.contains(SYS_PTRACE)) {
            return Topic.PTRACE.finding("no-sys-ptrace");
        }
        if (scope instanceof Fact.Unknown<Integer>(String why)) {
            return Topic.PTRACE.finding("ptrace-unknown", why);
        }
        String allowed =
                scope instanceof Fact.Known<Integer>(Integer value)
                        ? "kernel.yama.ptrace_scope is " + value + ", which lets root trace"
                        : "this kernel has no Yama, and root may trace";
        if (!lacking.isEmpty()) {
            return Topic.PTRACE.finding("ptrace-lacking", allowed, lacking);
        }
        return Topic.PTRACE.finding(
                architecture.equals("amd64") ? "ptrace" : "ptrace-aarch64", allowed);
    }
}
