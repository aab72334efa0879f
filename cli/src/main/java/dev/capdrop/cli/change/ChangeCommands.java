package dev.capdrop.cli.change;

import dev.capdrop.cli.command.Environment;
import picocli.CommandLine.Model.CommandSpec;

/// The commands about a drop: planned, carried out and taken back.
public final class ChangeCommands {
    private ChangeCommands() {}

    /// Returns `plan`, bound to a new command.
    public static CommandSpec plan(Environment environment) {
        return new PlanCommand(environment).spec();
    }

    /// Returns `apply`, bound to a new command.
    public static CommandSpec apply(Environment environment) {
        return new ApplyCommand(environment).spec();
    }

    /// Returns `undo`, bound to a new command.
    public static CommandSpec undo(Environment environment) {
        return new UndoCommand(environment).spec();
    }

    /// Returns `status`, bound to a new command.
    public static CommandSpec status(Environment environment) {
        return new StatusCommand(environment).spec();
    }
}
