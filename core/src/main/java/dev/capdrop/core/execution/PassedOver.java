package dev.capdrop.core.execution;

import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.rule.KnownProgram;
import dev.capdrop.core.rule.KnownProgram.Fact;
import dev.capdrop.core.rule.RecordRule;
import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import dev.capdrop.core.snapshot.UnitState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The capabilities that the starts of known programs pass over: those that they were seen to use,
/// and other units. It counts only beside a record that shows what else they ask for, and of
/// systemd's programs for systemd's own units.
///
/// Source: [KnownProgram], [Fact#PASSES_OVER] and [Fact#ALONE].
final class PassedOver {
    private static final List<String> FOLDERS =
            List.of("/usr/lib/systemd/system/", "/lib/systemd/system/");

    private PassedOver() {}

    static @Nullable GoingOn by(UnitState unit, Execution execution) {
        List<ExecLine> commands = execution.commands();
        KnownProgram row =
                commands.size() == 1
                        ? KnownProgram.of(Fact.PASSES_OVER, commands.getFirst().name())
                        : null;
        String file = unit.detail().files().fragment();
        return row != null
                        && FOLDERS.stream().anyMatch(file::startsWith)
                        && row.units().stream().anyMatch(unit.name()::startsWith)
                ? new GoingOn(
                        ResourceTable.constant(RecordRule.class, row.row().word()), row.without())
                : null;
    }

    static boolean isAloneBeside(UnitState unit, Execution execution, String other) {
        return KnownProgram.of(Fact.ALONE).stream()
                .filter(row -> row.units().isEmpty() || row.units().contains(other))
                .flatMap(row -> row.programs().stream())
                .filter(program ->
                        execution.commands().stream()
                                .allMatch(command -> command.name().equals(program)))
                .anyMatch(program ->
                        !KnownProgram.is(Fact.PASSES_OVER, program) || by(unit, execution) != null);
    }
}
