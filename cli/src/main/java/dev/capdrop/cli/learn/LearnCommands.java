package dev.capdrop.cli.learn;

import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.cli.command.HostCommand.Maker;

/// The commands about what containers need: watched, or tried on copies.
public final class LearnCommands {
    public static final Maker LEARN = HostCommand.maker(LearnCommand::new);
    public static final Maker TRIAL = HostCommand.maker(TrialCommand::new);

    private LearnCommands() {}
}
