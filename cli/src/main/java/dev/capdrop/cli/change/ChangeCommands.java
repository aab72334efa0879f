package dev.capdrop.cli.change;

import dev.capdrop.cli.command.Environment;
import picocli.CommandLine.Model.CommandSpec;

/// The commands about a drop: planned, carried out and taken back.
public final class ChangeCommands {
    private ChangeCommands() {}

    public static CommandSpec plan(Environment environment) {
        return new PlanCommand(environment).spec();
    }

    public static CommandSpec apply(Environment environment) {
        return new ApplyCommand(environment).spec();
    }

    public static CommandSpec undo(Environment environment) {
        return new UndoCommand(environment).spec();
    }

    public static CommandSpec status(Environment environment) {
        return new StatusCommand(environment).spec();
    }
}
