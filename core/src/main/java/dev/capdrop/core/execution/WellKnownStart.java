package dev.capdrop.core.execution;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.rule.ProgramRule;
import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import dev.capdrop.core.unit.Words;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The start of a widespread program of which a row of [ProgramRule] says what it comes to when the
/// kernel refuses it a capability that it was seen to use. A row counts only for a unit that
/// executes exactly its commands, as root, and beside a record of it.
///
/// @param rule what says so
/// @param ending what it ends without
/// @param goingOn what it does as well without
record WellKnownStart(ProgramRule rule, CapabilitySet ending, CapabilitySet goingOn) {
    private static final String SCRIPTS = "/etc/init.d/";

    private static final List<String> PLACES =
            List.of("/usr/", "/bin/", "/sbin/", "/lib/", SCRIPTS);

    /// Most scripts have the program become a daemon first, and end well whatever becomes of it.
    private static final Set<ProgramRule> HEARD_OF_BY_THEIR_SCRIPTS =
            EnumSet.of(ProgramRule.MONIT, ProgramRule.NSLCD, ProgramRule.SLAPD);

    /// What ends a start before its program is executed, unless a failure of it is passed over.
    private static final Set<String> HANDING_OVER = Set.of("chmod", "chown", "install");

    private static final Map<ProgramRule, WellKnownStart> ALL = new EnumMap<>(ProgramRule.class);

    static {
        for (ProgramRule rule : ProgramRule.values()) {
            ALL.put(rule, new WellKnownStart(rule, set(rule.ending()), set(rule.goingOn())));
        }
    }

    private static CapabilitySet set(String names) {
        return CapabilitySet.of(Words.split(names).toArray(String[]::new));
    }

    /// That of such a unit; null of one that no row is for.
    static @Nullable WellKnownStart of(Execution execution) {
        if (execution.changesGroups()
                || !execution.commands().stream().allMatch(WellKnownStart::isOfDistribution)) {
            return null;
        }
        String names =
                execution.commands().stream().map(ExecLine::name).collect(Collectors.joining(" "));
        for (WellKnownStart start : ALL.values()) {
            if (start.rule.commands().equals(names)) {
                return start.isExecutedAs(execution) ? start : null;
            }
        }
        return null;
    }

    /// Whether it is where packages put programs, so that one of another make does not pass for it.
    private static boolean isOfDistribution(ExecLine command) {
        String program = command.program();
        return !program.contains("/")
                || (PLACES.stream().anyMatch(program::startsWith)
                        && !program.startsWith("/usr/local/"));
    }

    private boolean isExecutedAs(Execution execution) {
        boolean script =
                execution.commands().stream().anyMatch(one -> one.program().startsWith(SCRIPTS));
        boolean passedOver =
                execution.commands().stream()
                        .anyMatch(one -> one.mayFail() && HANDING_OVER.contains(one.name()));
        return !passedOver && (!script || HEARD_OF_BY_THEIR_SCRIPTS.contains(rule));
    }
}
