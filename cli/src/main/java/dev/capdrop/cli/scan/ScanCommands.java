package dev.capdrop.cli.scan;

import dev.capdrop.cli.command.HostCommand;
import java.util.function.Supplier;

/// The commands about capabilities in files and in notations.
public final class ScanCommands {
    public static final Supplier<HostCommand> SCAN = ScanCommand::new;
    public static final Supplier<HostCommand> DECODE = DecodeCommand::new;

    private ScanCommands() {}
}
