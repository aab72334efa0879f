package dev.capdrop.core.host;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.Names;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.core.host.Prospect.Ability;
import java.util.ArrayList;
import java.util.List;

/// Judges the survey of a host by `findings.tsv`; [ResourceReview] its runtimes, limits and files.
public final class HostReview {
    private static final int NOBODY_MAY_TRACE = 3;
    private static final Capability SYS_PTRACE = Capability.of("sys_ptrace");

    private static final CapabilitySet USED =
            CapabilitySet.of(Names.list("root-uses").toArray(String[]::new));

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
        List<HostFinding> findings = new ArrayList<>();
        findings.add(
                switch (survey.rights().root()) {
                    case Fact.Known<Boolean>(Boolean root) when root -> rights();
                    case Fact.Unknown<Boolean>(String why) -> HostFinding.of("user-unknown", why);
                    case Fact.Known<Boolean> _, Fact.Absent<Boolean> _ ->
                            HostFinding.of("not-root");
                });
        if (isNot(survey.rights().initialUsers())) {
            findings.add(HostFinding.of("in-container"));
        }
        return findings;
    }

    private HostFinding rights() {
        if (!(survey.rights().effective() instanceof Fact.Known<CapabilitySet>(var effective))) {
            return HostFinding.of("rights-unknown");
        }
        CapabilitySet missing = USED.minus(effective);
        return HostFinding.of(
                missing.isEmpty()
                        ? "root"
                        : missing.contains(SYS_PTRACE) ? "rights-to-trace" : "rights",
                missing);
    }

    private List<HostFinding> kernel() {
        List<HostFinding> findings = new ArrayList<>();
        findings.add(
                switch (survey.kernel().release()) {
                    case Fact.Known<String>(String release) ->
                            HostFinding.of("kernel", release, survey.kernel().architecture());
                    case Fact.Absent<String> _ ->
                            HostFinding.of("kernel-unknown", "/proc is not mounted");
                    case Fact.Unknown<String>(String why) -> HostFinding.of("kernel-unknown", why);
                });
        if (survey.kernel().lockdown() instanceof Fact.Known<String>(String mode)
                && !mode.equals("none")) {
            boolean tellsNothing = mode.equals("confidentiality");
            findings.add(
                    HostFinding.of(tellsNothing ? "lockdown-confidentiality" : "lockdown", mode));
        }
        return findings;
    }

    private HostFinding tracing() {
        HostSurvey.Tracing tracing = survey.tracing();
        if (isNot(tracing.tracefs())) {
            return HostFinding.of("no-tracefs");
        }
        if (isNot(tracing.tracepoint())) {
            return switch (tracing.kprobe()) {
                case Fact.Known<Boolean>(Boolean possible) when possible ->
                        HostFinding.of("kprobe");
                case Fact.Unknown<Boolean>(String why) -> HostFinding.of("kprobe-unknown", why);
                default -> HostFinding.of("no-kprobe");
            };
        }
        if (isNot(tracing.event())) {
            return HostFinding.of("no-events");
        }
        for (Fact<Boolean> fact :
                List.of(tracing.tracefs(), tracing.tracepoint(), tracing.event())) {
            if (fact instanceof Fact.Unknown<Boolean>(String why)) {
                return HostFinding.of("tracepoint-unknown", why);
            }
        }
        return HostFinding.of("tracepoint");
    }

    private static boolean isNot(Fact<Boolean> fact) {
        return fact instanceof Fact.Known<Boolean>(Boolean value) && !value;
    }

    /// Judges ptrace(2), "Ptrace access mode checking" and "/proc/sys/kernel/yama/ptrace_scope".
    private HostFinding ptrace(String lacking) {
        String architecture = survey.kernel().architecture();
        if (!List.of("amd64", "aarch64").contains(architecture)) {
            return HostFinding.of("registers", architecture);
        }
        Fact<Integer> scope = survey.kernel().ptraceScope();
        if (scope instanceof Fact.Known<Integer>(Integer value) && value >= NOBODY_MAY_TRACE) {
            return HostFinding.of("ptrace-scope", value);
        }
        if (survey.rights().effective() instanceof Fact.Known<CapabilitySet>(var effective)
                && !effective.contains(SYS_PTRACE)) {
            return HostFinding.of("no-sys-ptrace");
        }
        if (scope instanceof Fact.Unknown<Integer>(String why)) {
            return HostFinding.of("ptrace-unknown", why);
        }
        String allowed =
                scope instanceof Fact.Known<Integer>(Integer value)
                        ? "kernel.yama.ptrace_scope is " + value + ", which lets root trace"
                        : "this kernel has no Yama, and root may trace";
        if (!lacking.isEmpty()) {
            return HostFinding.of("ptrace-lacking", allowed, lacking);
        }
        return HostFinding.of(architecture.equals("amd64") ? "ptrace" : "ptrace-aarch64", allowed);
    }
}
