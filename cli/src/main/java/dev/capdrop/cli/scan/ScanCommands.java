package dev.capdrop.cli.scan;

import dev.capdrop.cli.command.CommandModel.Maker;

/// The commands about capabilities in files and in notations.
public final class ScanCommands {
    public static final Maker SCAN = of -> new ScanCommand(of).spec();
    public static final Maker DECODE = of -> new DecodeCommand(of).spec();

    private ScanCommands() {}
}
