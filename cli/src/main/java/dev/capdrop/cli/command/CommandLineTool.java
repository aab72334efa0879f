package dev.capdrop.cli.command;

import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// The command line as a whole.
@Command(
        name = "capdrop",
        version = "capdrop 0.1.0",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Tells Linux system containers the truth about their capabilities.",
        subcommands = {
            CheckCommand.class,
            PlanCommand.class,
            ApplyCommand.class,
            UndoCommand.class,
            SnapshotCommand.class,
            ConfigCommand.class
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:nothing to do, or done",
            "1:findings; for apply: refused or rolled back",
            "2:could not run"
        })
public final class CommandLineTool {
    private CommandLineTool() {}

    /// Runs one command line.
    ///
    /// @return the exit status
    public static int run(String... arguments) {
        CommandLine line = new CommandLine(new CommandLineTool());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpWidth(80);
        line.setParameterExceptionHandler(CommandLineTool::usage);
        line.setExecutionExceptionHandler(CommandLineTool::failure);
        line.setExecutionStrategy(new CommandLine.RunLast());
        if (arguments.length == 0) {
            line.usage(System.err);
            return ExitCode.FAILURE.status();
        }
        return line.execute(arguments);
    }

    private static int usage(ParameterException wrong, String... arguments) {
        PrintWriter err = wrong.getCommandLine().getErr();
        err.println("capdrop: " + oneLine(wrong.getMessage()));
        err.println("try '" + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help'");
        return ExitCode.FAILURE.status();
    }

    private static int failure(Exception failure, CommandLine line, ParseResult parsed)
            throws Exception {
        if (failure instanceof IOException
                || failure instanceof UsageException
                || failure instanceof IllegalArgumentException) {
            line.getErr().println("capdrop: " + oneLine(failure.getMessage()));
            return ExitCode.FAILURE.status();
        }
        throw failure;
    }

    /// A message can quote what stands in a container or on the command line.
    private static String oneLine(@Nullable String message) {
        return message == null ? "failed without a reason" : Output.escape(message);
    }
}
