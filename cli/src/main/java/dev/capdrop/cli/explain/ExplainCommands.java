package dev.capdrop.cli.explain;

import dev.capdrop.cli.command.Environment;
import picocli.CommandLine.Model.CommandSpec;

/// The commands about what holds which capability, and why.
public final class ExplainCommands {
    private ExplainCommands() {}

    public static CommandSpec config(Environment environment) {
        return new ConfigCommand(environment).spec();
    }

    public static CommandSpec explain(Environment environment) {
        return new ExplainCommand(environment).spec();
    }

    public static CommandSpec ps(Environment environment) {
        return new PsCommand(environment).spec();
    }
}
