package dev.capdrop.cli.learn;

import dev.capdrop.cli.command.HostCommand;
import java.util.function.Supplier;

/// The commands about what containers need: watched, or tried on copies.
public final class LearnCommands {
    public static final Supplier<HostCommand> LEARN = LearnCommand::new;
    public static final Supplier<HostCommand> TRIAL = TrialCommand::new;

    private LearnCommands() {}
}
