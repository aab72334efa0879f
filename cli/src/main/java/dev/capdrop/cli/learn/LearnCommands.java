package dev.capdrop.cli.learn;

import dev.capdrop.cli.command.Environment;
import picocli.CommandLine.Model.CommandSpec;

/// The commands about what containers need: watched, or tried on copies.
public final class LearnCommands {
    private LearnCommands() {}

    public static CommandSpec learn(Environment environment) {
        return new LearnCommand(environment).spec();
    }

    public static CommandSpec trial(Environment environment) {
        return new TrialCommand(environment).spec();
    }
}
