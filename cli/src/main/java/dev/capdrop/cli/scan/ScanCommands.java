package dev.capdrop.cli.scan;

import dev.capdrop.cli.command.Environment;
import picocli.CommandLine.Model.CommandSpec;

/// The commands about capabilities in files and in notations.
public final class ScanCommands {
    private ScanCommands() {}

    public static CommandSpec scan(Environment environment) {
        return new ScanCommand(environment).spec();
    }

    public static CommandSpec decode(Environment environment) {
        return new DecodeCommand(environment).spec();
    }
}
