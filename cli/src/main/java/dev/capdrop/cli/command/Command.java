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
    learn;

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
    CommandSpec spec() {
        return switch (this) {
            case check -> new CheckCommand().spec();
            case plan -> new PlanCommand().spec();
            case apply -> new ApplyCommand().spec();
            case undo -> new UndoCommand().spec();
            case status -> new StatusCommand().spec();
            case snapshot -> new SnapshotCommand().spec();
            case config -> new ConfigCommand().spec();
            case scan -> new ScanCommand().spec();
            case decode -> new DecodeCommand().spec();
            case explain -> new ExplainCommand().spec();
            case ps -> new PsCommand().spec();
            case learn -> new LearnCommand().spec();
        };
    }
}
