package dev.capdrop.cli.check;

import dev.capdrop.cli.command.HostCommand;
import module java.base;

/// The commands about what is wrong in containers, and their recording.
public final class CheckCommands {
    public static final Supplier<HostCommand> CHECK = CheckCommand::new;
    public static final Supplier<HostCommand> SNAPSHOT = SnapshotCommand::new;

    private CheckCommands() {}

    /// Refuses values of `--fail-on` that exclude each other.
    public static void requireFailOn(List<?> given) {
        FailOn.require(
                given.stream().map(FailOn.class::cast).collect(Collectors.toUnmodifiableSet()),
                true);
    }
}
