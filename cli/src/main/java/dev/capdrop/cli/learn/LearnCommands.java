package dev.capdrop.cli.learn;

import dev.capdrop.cli.command.CommandModel.Maker;

/// The commands about what containers need: watched, or tried on copies.
public final class LearnCommands {
    public static final Maker LEARN = of -> new LearnCommand(of).spec();
    public static final Maker TRIAL = of -> new TrialCommand(of).spec();

    private LearnCommands() {}
}
