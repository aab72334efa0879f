package dev.capdrop.cli.change;

import dev.capdrop.cli.command.CommandModel.Maker;

/// The commands about a drop: planned, carried out and taken back.
public final class ChangeCommands {
    public static final Maker PLAN = of -> new PlanCommand(of).spec();
    public static final Maker APPLY = of -> new ApplyCommand(of).spec();
    public static final Maker UNDO = of -> new UndoCommand(of).spec();
    public static final Maker STATUS = of -> new StatusCommand(of).spec();

    private ChangeCommands() {}
}
