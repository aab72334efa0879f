package dev.capdrop.cli.change;

import dev.capdrop.cli.command.HostCommand;
import java.util.function.Supplier;

/// The commands about a drop: planned, carried out and taken back.
public final class ChangeCommands {
    public static final Supplier<HostCommand> PLAN = PlanCommand::new;
    public static final Supplier<HostCommand> APPLY = ApplyCommand::new;
    public static final Supplier<HostCommand> UNDO = UndoCommand::new;
    public static final Supplier<HostCommand> STATUS = StatusCommand::new;

    private ChangeCommands() {}
}
