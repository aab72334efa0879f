package dev.capdrop.core.host;

import static dev.capdrop.core.host.HostFinding.good;
import static dev.capdrop.core.host.HostFinding.lacking;
import static dev.capdrop.core.host.HostFinding.note;
import static dev.capdrop.core.host.HostFinding.unknown;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.host.HostFinding.Topic;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.core.host.Prospect.Ability;
import java.util.ArrayList;
import java.util.List;

/// Judges the survey of a host: what each fact means for which command.
///
/// [ResourceReview] judges runtimes, limits and files.
public final class HostReview {
    /// The first kernel with the tracepoint (commit "security: add trace event for cap_capable").
    private static final String TRACEPOINT_SINCE = "Linux 6.14";

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

    /// Returns the findings, in the order of their topics.
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
                    case Fact.Unknown<Boolean>(String why) ->
                            unknown(
                                    Topic.PERMISSIONS,
                                    "the user of this process",
                                    why,
                                    "nobody can say what it may do");
                    case Fact.Known<Boolean> _, Fact.Absent<Boolean> _ ->
                            lacking(
                                            Topic.PERMISSIONS,
                                            "this process is not root",
                                            "only recorded snapshots can be looked at (--from), and what"
                                                    + " is unknown below may be fine",
                                            "run 'sudo capdrop doctor'")
                                    .stopping("root", Ability.values());
                });
        if (survey.rights().initialUsers() instanceof Fact.Known<Boolean>(Boolean initial)
                && !initial) {
            findings.add(
                    lacking(
                                    Topic.PERMISSIONS,
                                    "this process lives in a user namespace of its own, so in a container",
                                    "its root is not the root of the host: neither the kernel's checks nor"
                                            + " another container's PID 1 are within its reach",
                                    "run capdrop on the host itself")
                            .stopping("the host's own root", Ability.LIVE, Ability.LEARN));
        }
        return findings;
    }

    private HostFinding rights() {
        if (!(survey.rights().effective() instanceof Fact.Known<CapabilitySet>(var effective))) {
            return unknown(
                    Topic.PERMISSIONS,
                    "the capabilities of this process",
                    "/proc/self/status does not say",
                    "whether they are enough is not known");
        }
        CapabilitySet missing = USED.minus(effective);
        if (missing.isEmpty()) {
            return good(Topic.PERMISSIONS, "this process is root and has root's capabilities", "");
        }
        HostFinding found =
                lacking(
                        Topic.PERMISSIONS,
                        "this process is root without " + missing,
                        "the kernel may refuse something in the middle of the work",
                        "start capdrop where nothing has taken them ('capsh --print' shows what is left)");
        // the root directory of another's process (proc_pid_root(5))
        return missing.contains(SYS_PTRACE)
                ? found.stopping("CAP_SYS_PTRACE", Ability.values())
                : found;
    }

    private List<HostFinding> kernel() {
        List<HostFinding> findings = new ArrayList<>();
        findings.add(
                switch (survey.kernel().release()) {
                    case Fact.Known<String>(String release) ->
                            good(
                                    Topic.KERNEL,
                                    "Linux " + release + " on " + survey.kernel().architecture(),
                                    "");
                    case Fact.Absent<String> _ ->
                            unknown(Topic.KERNEL, "its release", "/proc is not mounted", "");
                    case Fact.Unknown<String>(String why) ->
                            unknown(Topic.KERNEL, "its release", why, "");
                });
        if (survey.kernel().lockdown() instanceof Fact.Known<String>(String mode)
                && !mode.equals("none")) {
            findings.add(
                    note(
                            Topic.KERNEL,
                            "lockdown is in force: " + mode,
                            mode.equals("confidentiality")
                                    ? "the kernel tells nobody of its checks, so 'capdrop learn' sees none"
                                    : "capdrop does nothing that it forbids",
                            ""));
        }
        return findings;
    }

    private HostFinding tracing() {
        HostSurvey.Tracing tracing = survey.tracing();
        if (isNot(tracing.tracefs())) {
            return lacking(
                            Topic.TRACING,
                            "tracefs is not mounted at /sys/kernel/tracing",
                            "'capdrop learn' cannot see which capabilities are used",
                            "run 'mount -t tracefs tracefs /sys/kernel/tracing'")
                    .stopping("tracefs at /sys/kernel/tracing", Ability.LEARN);
        }
        if (isNot(tracing.tracepoint())) {
            return kprobe(tracing.kprobe());
        }
        if (isNot(tracing.event())) {
            return lacking(
                            Topic.TRACING,
                            "the kernel refuses its events to this process",
                            "'capdrop learn' cannot see which capabilities are used",
                            "run it as the host's root, outside of any container; lockdown=confidentiality"
                                    + " forbids it, too")
                    .stopping("performance events (perf_event_open(2))", Ability.LEARN);
        }
        String why =
                firstUnknown(List.of(tracing.tracefs(), tracing.tracepoint(), tracing.event()));
        return why.isEmpty()
                ? good(
                        Topic.TRACING,
                        "the kernel tells of its checks of capabilities (capability:cap_capable)",
                        "'capdrop learn' works")
                : unknown(
                        Topic.TRACING,
                        "the tracepoint capability:cap_capable",
                        why,
                        "whether 'capdrop learn' works is not known");
    }

    private static HostFinding kprobe(Fact<Boolean> kprobe) {
        String found = "this kernel has no tracepoint capability:cap_capable";
        return switch (kprobe) {
            case Fact.Known<Boolean>(Boolean possible) when possible ->
                    good(
                            Topic.TRACING,
                            found + ", and a kprobe on cap_capable can take its place",
                            "'capdrop learn' works; it does not see every check of setpcap");
            case Fact.Unknown<Boolean>(String why) ->
                    unknown(
                            Topic.TRACING,
                            "a kprobe on cap_capable",
                            why,
                            "whether 'capdrop learn' works is not known");
            default ->
                    lacking(
                                    Topic.TRACING,
                                    found + ", and cap_capable cannot be probed",
                                    "'capdrop learn' cannot see which capabilities are used",
                                    "boot " + TRACEPOINT_SINCE + " or later")
                            .stopping(TRACEPOINT_SINCE + " or later", Ability.LEARN);
        };
    }

    private static boolean isNot(Fact<Boolean> fact) {
        return fact instanceof Fact.Known<Boolean>(Boolean value) && !value;
    }

    private static String firstUnknown(List<Fact<Boolean>> facts) {
        for (Fact<Boolean> fact : facts) {
            if (fact instanceof Fact.Unknown<Boolean>(String why)) {
                return why;
            }
        }
        return "";
    }

    /// Judges ptrace(2), "Ptrace access mode checking" and "/proc/sys/kernel/yama/ptrace_scope".
    ///
    /// @param lacking the need of a live step that the other findings say is missing; empty where
    ///   none is
    private HostFinding ptrace(String lacking) {
        String architecture = survey.kernel().architecture();
        if (!List.of("amd64", "aarch64").contains(architecture)) {
            return lacking(
                            Topic.PTRACE,
                            "the registers of '" + architecture + "' are not known to capdrop",
                            "'capdrop apply --live' is refused; a restart does the same",
                            "leave out --live")
                    .stopping("amd64 or aarch64", Ability.LIVE);
        }
        Fact<Integer> scope = survey.kernel().ptraceScope();
        if (scope instanceof Fact.Known<Integer>(Integer value) && value >= NOBODY_MAY_TRACE) {
            return lacking(
                            Topic.PTRACE,
                            "kernel.yama.ptrace_scope is " + value,
                            "no process may trace another until the host is booted anew, so"
                                    + " 'capdrop apply --live' is refused; a restart does the same",
                            "leave out --live, or boot with another value in /etc/sysctl.d")
                    .stopping("kernel.yama.ptrace_scope below 3", Ability.LIVE);
        }
        if (survey.rights().effective() instanceof Fact.Known<CapabilitySet>(var effective)
                && !effective.contains(SYS_PTRACE)) {
            return lacking(
                            Topic.PTRACE,
                            "this process is without CAP_SYS_PTRACE",
                            "'capdrop apply --live' is refused",
                            "")
                    .stopping("CAP_SYS_PTRACE", Ability.LIVE);
        }
        if (scope instanceof Fact.Unknown<Integer>(String why)) {
            return unknown(
                    Topic.PTRACE,
                    "kernel.yama.ptrace_scope",
                    why,
                    "whether 'capdrop apply --live' works is not known");
        }
        String allowed =
                scope instanceof Fact.Known<Integer>(Integer value)
                        ? "kernel.yama.ptrace_scope is " + value + ", which lets root trace"
                        : "this kernel has no Yama, and root may trace";
        if (!lacking.isEmpty()) {
            return note(
                    Topic.PTRACE,
                    allowed,
                    "'capdrop apply --live' needs " + lacking + " first",
                    "");
        }
        return architecture.equals("amd64")
                ? good(Topic.PTRACE, allowed, "'capdrop apply --live' works")
                : note(
                        Topic.PTRACE,
                        allowed,
                        "'capdrop apply --live' was never tried on aarch64, though written for it",
                        "");
    }
}
