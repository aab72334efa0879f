package dev.capdrop.cli.command;

import dev.capdrop.cli.render.DataStream;
import dev.capdrop.linux.scan.TreeWalk;
import dev.capdrop.linux.snapshot.SnapshotReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
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
        footerHeading = "%nExamples:%n",
        footer = {
            "  capdrop check               what is wrong in all containers of this host",
            "  capdrop plan web            what would be dropped from 'web', and why",
            "  capdrop apply web           does it, after asking",
            "  capdrop undo web            takes it back",
            "  capdrop status              what was changed, and is no longer so",
            "'capdrop COMMAND --help' says more."
        },
        exitCodeListHeading = CommandLineTool.EXIT_STATUS,
        exitCodeList = {
            "0:nothing to do, or done",
            "1:findings; for apply: refused or rolled back",
            CommandLineTool.NOT_RUN
        })
public final class CommandLineTool {
    static final String EXIT_STATUS = "%nExit status:%n";
    static final String NOT_RUN = "2:could not run, or could not read all of it";

    /// In the order of the help.
    static final List<Class<?>> COMMANDS =
            List.of(
                    CheckCommand.class,
                    PlanCommand.class,
                    ApplyCommand.class,
                    UndoCommand.class,
                    StatusCommand.class,
                    SnapshotCommand.class,
                    ConfigCommand.class,
                    ScanCommand.class,
                    DecodeCommand.class,
                    ExplainCommand.class,
                    PsCommand.class);

    private CommandLineTool() {}

    /// Runs one command line.
    ///
    /// @return the exit status
    public static int run(String... arguments) {
        prepare(named(arguments));
        CommandLine line = line(arguments);
        if (arguments.length == 0) {
            line.usage(System.err);
            return ExitCode.FAILURE.status();
        }
        try {
            return execute(line, arguments);
        } catch (OutOfMemoryError | StackOverflowError exhausted) {
            complain("gave up: this takes more memory than capdrop allows itself");
            return ExitCode.FAILURE.status();
        }
    }

    /// The commands and options, nothing run yet. Where the first word names a command, only that
    /// one: to read the annotations of all of them takes longer than the start of the JVM.
    static CommandLine line(String... arguments) {
        CommandLine line = new CommandLine(new CommandLineTool());
        List<Class<?>> commands = named(arguments);
        commands.forEach(line::addSubcommand);
        if (commands.size() > 1) {
            line.addSubcommand(CommandLine.HelpCommand.class);
        }
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExpandAtFiles(false);
        line.setUsageHelpWidth(80);
        line.setParameterExceptionHandler(CommandLineTool::usage);
        line.setExecutionExceptionHandler(CommandLineTool::failure);
        line.setExecutionStrategy(new CommandLine.RunLast());
        return line;
    }

    private static void prepare(List<Class<?>> commands) {
        if (commands.contains(ScanCommand.class) && commands.size() == 1) {
            TreeWalk.prepare();
        } else if (commands.size() == 1) {
            SnapshotReader.prepare();
        }
    }

    private static List<Class<?>> named(String... arguments) {
        for (Class<?> command : COMMANDS) {
            if (arguments.length > 0 && arguments[0].equals(nameOf(command))) {
                return List.of(command);
            }
        }
        return COMMANDS;
    }

    /// The command of a class that is named after it.
    static String nameOf(Class<?> command) {
        return command.getSimpleName().replace("Command", "").toLowerCase(Locale.ROOT);
    }

    private static int execute(CommandLine line, String... arguments) {
        DataStream help = Output.stdout();
        line.setOut(new PrintWriter(help, true, Charset.defaultCharset()));
        int status = line.execute(arguments);
        try {
            line.getOut().flush();
            help.requireWritten();
            return status;
        } catch (IOException lost) {
            complain(Mistakes.sentence(lost));
            return ExitCode.FAILURE.status();
        }
    }

    private static int usage(ParameterException wrong, String... arguments) {
        CommandLine line = wrong.getCommandLine();
        complain(Mistakes.sentence(wrong));
        line.getErr().println("try '" + line.getCommandSpec().qualifiedName() + " --help'");
        return ExitCode.FAILURE.status();
    }

    private static int failure(Exception failure, CommandLine line, ParseResult parsed) {
        complain(Mistakes.sentence(failure));
        return ExitCode.FAILURE.status();
    }

    /// A message can quote what stands in a container or on the command line; the terminal escapes
    /// it.
    private static void complain(String sentence) {
        new Output().terminal().complain(sentence);
    }
}
