package dev.capdrop.cli;

import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.ExitCode;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// `capdrop help`: as `--help`. picocli's own is declared by annotations, which take long to read.
final class HelpCommand implements Callable<ExitCode> {
    static final String NAME = "help";

    private final CommandLine tool;
    private @Nullable String command;

    HelpCommand(CommandLine tool) {
        this.tool = tool;
    }

    CommandSpec spec() {
        return new CommandModel("help", this)
                .operand("COMMAND", "0..1", word -> command = word)
                .spec()
                .helpCommand(true);
    }

    /// Returns the commands in their groups, a line each, as gh(1) lists its own.
    static String list() {
        StringBuilder list = new StringBuilder();
        for (Command.Group group : Command.Group.values()) {
            list.append("%n%s:%n".formatted(group.title));
            for (Command command : Command.values()) {
                if (command.group == group) {
                    list.append("  %-10s%s%n".formatted(command.name(), command.what));
                }
            }
        }
        return list.toString();
    }

    @Override
    public ExitCode call() {
        CommandLine asked = command == null ? tool : tool.getSubcommands().get(command);
        if (asked == null) {
            throw new ParameterException(tool, "no such command", null, command);
        }
        asked.usage(tool.getOut());
        return ExitCode.OK;
    }
}
