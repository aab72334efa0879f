package dev.capdrop.cli.change;

import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.cli.command.HostCommand.Maker;

/// The commands about a drop: planned, carried out and taken back.
public final class ChangeCommands {
    public static final Maker PLAN = HostCommand.maker(PlanCommand::new);
    public static final Maker APPLY = HostCommand.maker(ApplyCommand::new);
    public static final Maker UNDO = HostCommand.maker(UndoCommand::new);
    public static final Maker STATUS = HostCommand.maker(StatusCommand::new);

    private ChangeCommands() {}
}
