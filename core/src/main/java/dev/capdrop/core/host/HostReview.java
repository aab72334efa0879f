package dev.capdrop.core.host;

import static java.util.Objects.requireNonNull;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.host.HostReview.Prospect;
import dev.capdrop.core.host.HostReview.Prospect.Ability;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.core.snapshot.RuntimeKind;
import module java.base;

/// Judges the survey of a host by `findings.tsv`; [ResourceReview] its runtimes, limits and files.
public record HostReview(HostSurvey survey) {
    private static final int NOBODY_MAY_TRACE = 3;
    private static final Capability SYS_PTRACE = Capability.of("sys_ptrace");

    /// What root needs for capdrop's work: for files and processes of others, for a container's
    /// namespaces and control groups, and for its root as an owner.
    private static final CapabilitySet USED_BY_ROOT =
            CapabilitySet.of(
                    "chown",
                    "dac_override",
                    "dac_read_search",
                    "fowner",
                    "kill",
                    "setgid",
                    "setuid",
                    "sys_ptrace",
                    "sys_admin");

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
                    case Fact.Known(Boolean root) when root -> rights();
                    case Fact.Unknown(String why) -> HostFinding.of("user-unknown", why);
                    case Fact.Known(var _), Fact.Absent() -> HostFinding.of("not-root");
                });
        if (isNot(survey.rights().initialUsers())) {
            findings.add(HostFinding.of("in-container"));
        }
        return findings;
    }

    private HostFinding rights() {
        if (!(survey.rights().effective() instanceof Fact.Known(var effective))) {
            return HostFinding.of("rights-unknown");
        }
        CapabilitySet missing = USED_BY_ROOT.minus(effective);
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
                    case Fact.Known(String release) ->
                            HostFinding.of("kernel", release, survey.kernel().architecture());
                    case Fact.Absent() -> HostFinding.of("kernel-unknown", "/proc is not mounted");
                    case Fact.Unknown(String why) -> HostFinding.of("kernel-unknown", why);
                });
        if (survey.kernel().lockdown() instanceof Fact.Known(String mode) && !mode.equals("none")) {
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
                case Fact.Known(Boolean possible) when possible -> HostFinding.of("kprobe");
                case Fact.Unknown(String why) -> HostFinding.of("kprobe-unknown", why);
                default -> HostFinding.of("no-kprobe");
            };
        }
        if (isNot(tracing.event())) {
            return HostFinding.of("no-events");
        }
        for (Fact<Boolean> fact :
                List.of(tracing.tracefs(), tracing.tracepoint(), tracing.event())) {
            if (fact instanceof Fact.Unknown(String why)) {
                return HostFinding.of("tracepoint-unknown", why);
            }
        }
        return HostFinding.of("tracepoint");
    }

    private static boolean isNot(Fact<Boolean> fact) {
        return fact instanceof Fact.Known(Boolean value) && !value;
    }

    /// Judges ptrace(2), "Ptrace access mode checking" and "/proc/sys/kernel/yama/ptrace_scope".
    private HostFinding ptrace(String lacking) {
        String architecture = survey.kernel().architecture();
        if (!List.of("amd64", "aarch64").contains(architecture)) {
            return HostFinding.of("registers", architecture);
        }
        Fact<Integer> scope = survey.kernel().ptraceScope();
        if (scope instanceof Fact.Known(Integer value) && value >= NOBODY_MAY_TRACE) {
            return HostFinding.of("ptrace-scope", value);
        }
        if (survey.rights().effective() instanceof Fact.Known(var effective)
                && !effective.contains(SYS_PTRACE)) {
            return HostFinding.of("no-sys-ptrace");
        }
        if (scope instanceof Fact.Unknown(String why)) {
            return HostFinding.of("ptrace-unknown", why);
        }
        String allowed =
                scope instanceof Fact.Known(Integer value)
                        ? "kernel.yama.ptrace_scope is " + value + ", which lets root trace"
                        : "this kernel has no Yama, and root may trace";
        if (!lacking.isEmpty()) {
            return HostFinding.of("ptrace-lacking", allowed, lacking);
        }
        return HostFinding.of(architecture.equals("amd64") ? "ptrace" : "ptrace-aarch64", allowed);
    }

    /// The abilities of capdrop on a host, in view of the findings there, in their order.
    public record Prospect(List<HostFinding> findings) {
        public Map<String, List<Ability>> impossible() {
            Map<String, List<Ability>> impossible = new LinkedHashMap<>();
            for (Ability ability : Ability.values()) {
                String need = need(ability);
                if (!need.isEmpty()) {
                    impossible.computeIfAbsent(need, _ -> new ArrayList<>()).add(ability);
                }
            }
            return impossible;
        }

        /// Returns the first missing need of an ability; empty where nothing stops it.
        String need(Ability ability) {
            return findings.stream()
                    .filter(finding -> finding.stops().contains(ability))
                    .findFirst()
                    .map(HostFinding::needs)
                    .orElse("");
        }

        public boolean any(HostFinding.Level level) {
            return findings.stream().anyMatch(finding -> finding.level() == level);
        }

        /// A part of capdrop's work that a host may not allow.
        public enum Ability {
            LOOK("check"),
            CHANGE("apply"),
            LIVE("apply --live"),
            LEARN("learn");

            private final String command;

            Ability(String command) {
                this.command = command;
            }

            /// Returns the command that stands for it, behind `capdrop`.
            public String command() {
                return command;
            }
        }
    }

    /// The result of one look at a host, in sentences without their stops, or empty ones.
    ///
    /// @param topic what was looked at, a word for programs
    /// @param means what follows for which command
    /// @param stops what cannot be done because of it
    /// @param needs what these would need, to stand behind "which needs"
    public record HostFinding(
            String topic,
            String title,
            Level level,
            String found,
            String means,
            String remedy,
            Set<Prospect.Ability> stops,
            String needs) {
        private static final Map<String, String[]> ROWS =
                ResourceTable.rows("host/findings.tsv").stream()
                        .collect(Collectors.toMap(cells -> cells[0], Function.identity()));

        /// Returns the finding of a row of `findings.tsv`, with what was seen in its sentences.
        public static HostFinding of(String row, Object... seen) {
            String[] cells = requireNonNull(ROWS.get(row), row);
            String[] topic = cells[1].split(" ", 2);
            return new HostFinding(
                    topic[0],
                    topic[topic.length - 1],
                    ResourceTable.constant(Level.class, cells[2]),
                    cells[3].formatted(seen),
                    cells[4].formatted(seen),
                    cells[5].formatted(seen),
                    ResourceTable.words(cells[6]).stream()
                            .map(word -> ResourceTable.constant(Prospect.Ability.class, word))
                            .collect(Collectors.toSet()),
                    cells[7].formatted(seen));
        }

        HostFinding about(RuntimeKind kind) {
            return new HostFinding(
                    kind.prefix(), kind.heading(), level, found, means, remedy, stops, needs);
        }

        public enum Level {
            GOOD,
            NOTE,
            LACKING,
            UNKNOWN
        }
    }
}
