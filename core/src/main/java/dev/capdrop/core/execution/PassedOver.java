package dev.capdrop.core.execution;

import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.rule.KnownProgram;
import dev.capdrop.core.rule.KnownProgram.Fact;
import dev.capdrop.core.rule.Rule.RecordRule;
import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import dev.capdrop.core.snapshot.UnitState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The capabilities that the starts of known programs do not hang on, and the units. Of systemd's
/// programs it counts for systemd's own units only.
///
/// Source: [KnownProgram], [Fact#PASSES_OVER] and [Fact#ALONE].
final class PassedOver {
    private static final List<String> FOLDERS =
            List.of("/usr/lib/systemd/system/", "/lib/systemd/system/");

    static @Nullable GoingOn by(UnitState unit, Execution execution) {
        List<ExecLine> commands = execution.commands();
        String file = unit.detail().files().fragment();
        if (commands.size() > 1 || FOLDERS.stream().noneMatch(file::startsWith)) {
            return null;
        }
        return KnownProgram.of(Fact.PASSES_OVER).stream()
                .filter(row -> row.programs().contains(commands.getFirst().name()))
                .filter(row -> row.units().stream().anyMatch(unit.name()::startsWith))
                .findFirst()
                .map(row ->
                        new GoingOn(
                                ResourceTable.constant(RecordRule.class, row.row().word()),
                                row.without()))
                .orElse(null);
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
