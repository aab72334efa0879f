package dev.capdrop.cli.explain;

import dev.capdrop.cli.command.CommandModel.Maker;

/// The commands about what holds which capability, and why.
public final class ExplainCommands {
    public static final Maker CONFIG = of -> new ConfigCommand(of).spec();
    public static final Maker EXPLAIN = of -> new ExplainCommand(of).spec();
    public static final Maker PS = of -> new PsCommand(of).spec();

    private ExplainCommands() {}
}
