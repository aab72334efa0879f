package dev.capdrop.cli.check;

import dev.capdrop.cli.command.Environment;
import module java.base;
import picocli.CommandLine.Model.CommandSpec;

/// The commands about what is wrong in containers, and their recording.
public final class CheckCommands {
    private CheckCommands() {}

    public static CommandSpec check(Environment environment) {
        return new CheckCommand(environment).spec();
    }

    public static CommandSpec snapshot(Environment environment) {
        return new SnapshotCommand(environment).spec();
    }

    /// Refuses values of `--fail-on` that exclude each other.
    public static void requireFailOn(List<?> given) {
        FailOn.require(
                given.stream().map(FailOn.class::cast).collect(Collectors.toUnmodifiableSet()),
                true);
    }
}
