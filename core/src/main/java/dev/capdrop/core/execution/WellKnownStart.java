package dev.capdrop.core.execution;

import dev.capdrop.core.rule.KnownProgram;
import dev.capdrop.core.rule.KnownProgram.Fact;
import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Finds the units to which a row of [KnownProgram] applies that says what a start comes to when
/// the kernel refuses it a capability that it was seen to use: those that execute exactly its
/// programs, as root, and of which there is a record.
final class WellKnownStart {
    private static final List<String> PLACES =
            List.of("/usr/", "/bin/", "/sbin/", "/lib/", Execution.SCRIPTS);

    /// Programs that end a start before its own is executed, unless a failure of it is passed over.
    private static final Set<String> HANDING_OVER = Set.of("chmod", "chown", "install");

    /// The row of such a unit; null of one that no row is for. Most scripts have the program become
    /// a daemon first, and end well whatever becomes of it.
    static @Nullable KnownProgram of(Execution execution) {
        List<ExecLine> commands = execution.commands();
        if (execution.changesGroups()
                || !commands.stream().allMatch(WellKnownStart::isOfDistribution)
                || commands.stream()
                        .anyMatch(one -> one.mayFail() && HANDING_OVER.contains(one.name()))) {
            return null;
        }
        String names = commands.stream().map(ExecLine::name).collect(Collectors.joining(" "));
        KnownProgram heardOf = KnownProgram.of(Fact.SCRIPT_START, names);
        boolean script = commands.stream().anyMatch(Execution::isScript);
        return heardOf == null && !script ? KnownProgram.of(Fact.START, names) : heardOf;
    }

    /// Whether it is where packages put programs, so that one of another make does not pass for it.
    private static boolean isOfDistribution(ExecLine command) {
        String program = command.program();
        return !program.contains("/")
                || (PLACES.stream().anyMatch(program::startsWith)
                        && !program.startsWith("/usr/local/"));
    }
}
