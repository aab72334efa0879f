package dev.capdrop.cli.explain;

import dev.capdrop.cli.command.HostCommand;
import java.util.function.Supplier;

/// The commands about what holds which capability, and why.
public final class ExplainCommands {
    public static final Supplier<HostCommand> CONFIG = ConfigCommand::new;
    public static final Supplier<HostCommand> EXPLAIN = ExplainCommand::new;
    public static final Supplier<HostCommand> PS = PsCommand::new;

    private ExplainCommands() {}
}
