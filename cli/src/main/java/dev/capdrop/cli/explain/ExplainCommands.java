package dev.capdrop.cli.explain;

import dev.capdrop.cli.command.Environment;
import picocli.CommandLine.Model.CommandSpec;

/// The commands about what holds which capability, and why.
public final class ExplainCommands {
    private ExplainCommands() {}

    /// Returns `config`, bound to a new command.
    public static CommandSpec config(Environment environment) {
        return new ConfigCommand(environment).spec();
    }

    /// Returns `explain`, bound to a new command.
    public static CommandSpec explain(Environment environment) {
        return new ExplainCommand(environment).spec();
    }

    /// Returns `ps`, bound to a new command.
    public static CommandSpec ps(Environment environment) {
        return new PsCommand(environment).spec();
    }
}
