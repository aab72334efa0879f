package dev.capdrop.cli.scan;

import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.cli.command.HostCommand.Maker;

/// The commands about capabilities in files and in notations.
public final class ScanCommands {
    public static final Maker SCAN = HostCommand.maker(ScanCommand::new);
    public static final Maker DECODE = HostCommand.maker(DecodeCommand::new);

    private ScanCommands() {}
}
