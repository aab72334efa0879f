package dev.capdrop.cli.command;

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

    /// What it takes, bound to a new command.
    CommandSpec spec(Environment environment) {
        return switch (this) {
            case check -> new CheckCommand(environment).spec();
            case plan -> new PlanCommand(environment).spec();
            case apply -> new ApplyCommand(environment).spec();
            case undo -> new UndoCommand(environment).spec();
            case status -> new StatusCommand(environment).spec();
            case snapshot -> new SnapshotCommand(environment).spec();
            case config -> new ConfigCommand(environment).spec();
            case scan -> new ScanCommand(environment).spec();
            case decode -> new DecodeCommand(environment).spec();
            case explain -> new ExplainCommand(environment).spec();
            case ps -> new PsCommand(environment).spec();
            case learn -> new LearnCommand(environment).spec();
            case trial -> new TrialCommand(environment).spec();
            case metrics -> new MetricsCommand(environment).spec();
            case report -> new ReportCommand(environment).spec();
            case doctor -> new DoctorCommand(environment).spec();
        };
    }
}
