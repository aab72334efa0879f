package dev.capdrop.cli;

import dev.capdrop.cli.change.ChangeCommands;
import dev.capdrop.cli.check.CheckCommands;
import dev.capdrop.cli.command.Environment;
import dev.capdrop.cli.explain.ExplainCommands;
import dev.capdrop.cli.learn.LearnCommands;
import dev.capdrop.cli.report.ReportCommands;
import dev.capdrop.cli.scan.ScanCommands;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/// The commands by the word that names each, in the order of the help.
enum Command {
    check,
    plan,
    apply,
    undo,
    status,
    snapshot,
    config,
    scan,
    decode,
    explain,
    ps,
    learn,
    trial,
    metrics,
    report,
    doctor;

    /// The command that the first word names; null where it names none.
    static @Nullable Command named(String... arguments) {
        for (Command command : values()) {
            if (arguments.length > 0 && arguments[0].equals(command.name())) {
                return command;
            }
        }
        return null;
    }

    /// Returns the declaration, bound to a new command.
    public CommandSpec spec(Environment environment, Defaults defaults) {
        return switch (this) {
            case check -> CheckCommands.check(environment);
            case plan -> ChangeCommands.plan(environment);
            case apply -> ChangeCommands.apply(environment);
            case undo -> ChangeCommands.undo(environment);
            case status -> ChangeCommands.status(environment);
            case snapshot -> CheckCommands.snapshot(environment);
            case config -> ExplainCommands.config(environment);
            case scan -> ScanCommands.scan(environment);
            case decode -> ScanCommands.decode(environment);
            case explain -> ExplainCommands.explain(environment);
            case ps -> ExplainCommands.ps(environment);
            case learn -> LearnCommands.learn(environment);
            case trial -> LearnCommands.trial(environment);
            case metrics -> ReportCommands.metrics(environment);
            case report -> ReportCommands.report(environment);
            case doctor -> new DoctorCommand(environment, defaults).spec();
        };
    }
}
