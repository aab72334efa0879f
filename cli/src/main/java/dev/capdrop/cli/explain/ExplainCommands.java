package dev.capdrop.cli.explain;

import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.cli.command.HostCommand.Maker;

/// The commands about what holds which capability, and why.
public final class ExplainCommands {
    public static final Maker CONFIG = HostCommand.maker(ConfigCommand::new);
    public static final Maker EXPLAIN = HostCommand.maker(ExplainCommand::new);
    public static final Maker PS = HostCommand.maker(PsCommand::new);

    private ExplainCommands() {}
}
