package dev.capdrop.cli;

import dev.capdrop.cli.command.CommandLineTool;

/// The program.
public final class Capdrop {
    private Capdrop() {}

    /// Runs the command line and ends the process with its exit status.
    public static void main(String... arguments) {
        System.exit(CommandLineTool.run(arguments));
    }
}
