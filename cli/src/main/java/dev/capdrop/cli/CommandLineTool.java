package dev.capdrop.cli;

import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING;

import dev.capdrop.capability.Capability;
import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.Environment;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Mistakes;
import dev.capdrop.cli.command.Output;
import dev.capdrop.cli.render.Terminal;
import module java.base;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

final class CommandLineTool {
    static {
        // else picocli opens every jar to look for Groovy, and makes converters for eighteen
        // types that no option has
        System.setProperty("picocli.disable.closures", "true");
        System.setProperty("picocli.converters.excludes", "java[.](sql|time)[.].*");
    }

    public static int run(String... arguments) {
        return run(Environment.own(), arguments);
    }

    static int run(Environment environment, String... arguments) {
        // numbers have the digits of no language, whichever is spoken here
        Locale.setDefault(Locale.ROOT);
        Command named = Command.named(arguments);
        boolean ofHost = named != null && !isAboutWords(named, arguments);
        Defaults defaults = ofHost ? Defaults.of(environment.facts(), arguments) : Defaults.NONE;
        CommandLine line = line(environment, defaults, arguments);
        if (arguments.length == 0) {
            line.usage(new PrintStream(environment.streams().err(), true, StandardCharsets.UTF_8));
            return ExitCode.FAILURE.status();
        }
        try {
            return execute(environment, line, arguments);
        } catch (Error failed) {
            return failure(environment, failed);
        }
    }

    public static CommandLine declared() {
        return line(Environment.own(), Defaults.NONE);
    }

    /// Declares all commands; only the one that the first word names; none for the version.
    static CommandLine line(Environment environment, Defaults defaults, String... arguments) {
        CommandLine line = new CommandLine(spec());
        Command named = Command.named(arguments);
        if (arguments.length == 1
                && List.of(CommandModel.VERSION.split(",")).contains(arguments[0])) {
            return line;
        }
        if (named == null) {
            for (Command command : Command.values()) {
                line.addSubcommand(command.name(), command.spec(environment, defaults));
            }
            line.addSubcommand(HelpCommand.NAME, new HelpCommand(line).spec());
            line.getHelpSectionMap().put(SECTION_KEY_COMMAND_LIST_HEADING, _ -> "");
            line.getHelpSectionMap().put(SECTION_KEY_COMMAND_LIST, _ -> HelpCommand.list());
        } else {
            line.addSubcommand(named.name(), named.spec(environment, defaults));
            if (!defaults.equals(Defaults.NONE)) {
                line.setDefaultValueProvider(defaults);
            }
        }
        readWordsAsWeDo(line);
        line.setUsageHelpWidth(CommandModel.WIDTH);
        line.setParameterExceptionHandler((wrong, _) -> usage(environment, wrong));
        line.setExecutionExceptionHandler((failure, _, _) -> failure(environment, failure));
        line.setExecutionStrategy(parsed -> run(environment, defaults, named, parsed));
        return line;
    }

    static void readWordsAsWeDo(CommandLine line) {
        // picocli's own looks for Path.of by reflection
        line.registerConverter(Path.class, Path::of);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExpandAtFiles(false);
    }

    private static CommandSpec spec() {
        AtomicBoolean verbose = new AtomicBoolean();
        CommandSpec spec =
                new CommandModel("capdrop", null).flag("-v,--verbose", verbose::set).spec();

        String[] version = spec.version();
        spec.versionProvider(() -> verbose.get() ? withBuild(version) : version);
        spec.usageMessage().synopsisSubcommandLabel("COMMAND");
        return spec.name("capdrop");
    }

    private static String[] withBuild(String... version) {
        String[] lines = Arrays.copyOf(version, version.length + 1);
        lines[version.length] = OwnReview.OwnBuild.own().finding().found();
        return lines;
    }

    /// Whether it asks the machine for nothing but the width of a terminal.
    private static boolean isAboutWords(Command named, String... arguments) {
        boolean capability = arguments.length > 1 && Capability.named(arguments[1]) != null;
        return named == Command.decode || (named == Command.explain && capability);
    }

    private static int execute(Environment environment, CommandLine line, String... arguments) {
        Terminal.DataStream help = new Terminal.DataStream(environment.streams().out());
        line.setOut(new PrintWriter(help, true, StandardCharsets.UTF_8));
        int status = line.execute(arguments);
        try {
            line.getOut().flush();
            help.requireWritten();
            return status;
        } catch (IOException lost) {
            return failure(environment, lost);
        }
    }

    /// Runs the command or prints help, for whose sake picocli would forgive unknown words.
    private static int run(
            Environment environment,
            Defaults defaults,
            @Nullable Command named,
            ParseResult parsed) {
        boolean help = false;
        for (CommandLine line : parsed.asCommandLineList()) {
            List<String> unknown = line.getUnmatchedArguments();
            if (!unknown.isEmpty()) {
                throw new UnmatchedArgumentException(line, unknown);
            }
            help |= line.isUsageHelpRequested() || line.isVersionHelpRequested();
        }
        String mistake = defaults.mistake();
        if (!mistake.isEmpty() && named != Command.doctor && !help) {
            return failure(environment, new Mistakes.UsageException(mistake));
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private static int usage(Environment environment, ParameterException wrong) {
        Terminal terminal = terminal(environment);
        terminal.complain("%s", Mistakes.sentence(wrong));
        terminal.hint("try '%s --help'", wrong.getCommandLine().getCommandSpec().qualifiedName());
        return ExitCode.FAILURE.status();
    }

    /// Says a failure; the terminal escapes what its message quotes.
    private static int failure(Environment environment, Throwable failure) {
        Terminal terminal = terminal(environment);
        terminal.complain("%s", Mistakes.sentence(failure));
        if (failure instanceof Mistakes.BrokenException broken && !broken.state().isEmpty()) {
            terminal.complain("%s", broken.state());
        }
        return Mistakes.code(failure).status();
    }

    private static Terminal terminal(Environment environment) {
        return new Output(environment).terminal();
    }
}
