package dev.capdrop.cli.command;

import module java.base;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Range;
import picocli.CommandLine.TypeConversionException;

/// The declaration of a command, made by calls: to read picocli's annotations takes longer than to
/// start the JVM. A description may hold picocli's variables; each of its lines begins a line.
public final class CommandModel {
    public static final int WIDTH = 80;

    private static final Pattern EXAMPLE =
            Pattern.compile("(?<command>  \\S.*?) {2,}(?<what>\\S.*)");

    public static final String VERSION = "-V,--version";

    private final CommandSpec spec;
    private final CommandHelp own;
    private CommandHelp help;

    /// Makes the command of this name of `help.tsv`; null is one of which only its subcommands run.
    public CommandModel(String name, @Nullable Callable<ExitCode> command) {
        this(CommandHelp.of(name), command);
    }

    CommandModel(CommandHelp own, @Nullable Callable<ExitCode> command) {
        spec = CommandSpec.wrapWithoutInspection(command == null ? null : new Run(command));
        this.own = own;
        this.help = own;
        spec.usageMessage().description(own.description());
        addExamples();
        addExitStatus();
    }

    /// Runs a command as picocli does.
    private record Run(Callable<ExitCode> command) implements Callable<Integer> {
        @Override
        public Integer call() throws Exception {
            return command.call().status();
        }
    }

    public interface OptionGroup {
        void addTo(CommandModel model);
    }

    private void addExamples() {
        List<String> fitting = new ArrayList<>();
        for (String line : own.examples()) {
            fitting.addAll(fitting(line));
        }
        if (!fitting.isEmpty()) {
            spec.usageMessage().footerHeading("%nExamples:%n");
            spec.usageMessage().footer(fitting.toArray(String[]::new));
        }
    }

    /// Breaks an example that does not fit behind its command, which has to be whole to be copied.
    private static List<String> fitting(String line) {
        Matcher parts = EXAMPLE.matcher(line);
        return line.length() < WIDTH || !parts.matches()
                ? List.of(line)
                : List.of(parts.group("command"), "      " + parts.group("what"));
    }

    private void addExitStatus() {
        if (!own.has("0")) {
            return;
        }
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("0", own.about("0")[0]);
        rows.put("1", own.about("1")[0]);
        rows.put("2", "could not run, or could not read all of it");
        rows.put(
                "3", "a mistake in capdrop ended it; it says how to report that, and what it left");
        rows.put("130", "interrupted by ^C; by SIGTERM 143. It says what it left half-way");
        spec.usageMessage().exitCodeListHeading("%nExit status:%n").exitCodeList(rows);
    }

    public CommandModel with(OptionGroup... groups) {
        for (OptionGroup group : groups) {
            group.addTo(this);
            help = own;
        }
        return this;
    }

    /// Takes the words about the next options from a section that several commands share.
    public CommandModel of(String section) {
        help = CommandHelp.of(section);
        return this;
    }

    /// Whether the command line, not the file of defaults, says something of this option.
    public boolean isGiven(String option) {
        CommandLine line = spec.commandLine();
        ParseResult read = line == null ? null : line.getParseResult();
        return read != null && read.hasMatchedOption(option);
    }

    /// Adds an option without a value; its names have commas between them.
    public CommandModel flag(String names, Consumer<Boolean> field) {
        return add(described(names).type(boolean.class), false, field);
    }

    /// An option with a value; how that is read is said next.
    public Valued option(String names, String label) {
        return new Valued(described(names).paramLabel(label));
    }

    /// An option that lacks the way its value is read, and where that goes.
    public final class Valued {
        private final OptionSpec.Builder option;

        private Valued(OptionSpec.Builder option) {
            this.option = option;
        }

        public <T> CommandModel as(Class<T> type, @Nullable T initial, Consumer<T> field) {
            return add(option.type(type), initial, field);
        }

        public <T> CommandModel as(
                ITypeConverter<T> converter, @Nullable T initial, Consumer<T> field) {
            return add(option.type(Object.class).converters(converter), initial, field);
        }

        /// One of these, by its name in any case.
        public <T extends Enum<T>> CommandModel among(Set<T> offered, Consumer<T> field) {
            option.completionCandidates(offered.stream().map(Enum::name).toList());
            T usual = offered.iterator().next();
            return as(word -> named(offered, word), usual, field);
        }

        private static <T extends Enum<T>> T named(Set<T> offered, String word) {
            for (T one : offered) {
                if (one.name().equalsIgnoreCase(word)) {
                    return one;
                }
            }
            throw new TypeConversionException(
                    "expected one of %s (case-insensitive) but was '%s'".formatted(offered, word));
        }

        public <T> CommandModel each(Several several, Class<T> type, Consumer<List<T>> field) {
            option.type(List.class).auxiliaryTypes(type);
            switch (several) {
                case ONE_EACH -> option.arity("1");
                case ALL_THAT_FOLLOW -> option.arity("1..*");
                case BETWEEN_COMMAS -> option.splitRegex(",");
            }
            return add(option, List.of(), field);
        }
    }

    public enum Several {
        /// One each time that the option is given.
        ONE_EACH,
        /// All words that follow the option, up to the next one.
        ALL_THAT_FOLLOW,
        /// The words between the commas.
        BETWEEN_COMMAS
    }

    /// Adds an operand that stands once, as often as `arity` says, `1` or `0..1`.
    public CommandModel operand(String label, String arity, Consumer<String> field) {
        return add(operand(label, arity).type(String.class), field);
    }

    public CommandModel operands(String label, String arity, Consumer<List<String>> field) {
        PositionalParamSpec.Builder operand = operand(label, arity);
        return add(operand.type(List.class).auxiliaryTypes(String.class), field);
    }

    /// Returns the declaration, with `--help` and `--version`.
    public CommandSpec spec() {
        OptionSpec.Builder help = own("-h,--help", "Show this help message and exit.");
        OptionSpec.Builder ask = own(VERSION, "Print version information and exit.");
        String version = version();
        return spec.version(
                        "capdrop "
                                + (version == null
                                        ? "(not from a jar, so without a version)"
                                        : version))
                .addOption(help.usageHelp(true).build())
                .addOption(ask.versionHelp(true).build());
    }

    /// Returns the version in the jar's manifest; null where this comes from none.
    static @Nullable String version() {
        return CommandModel.class.getPackage().getImplementationVersion();
    }

    private OptionSpec.Builder described(String names) {
        String key = names.substring(names.lastIndexOf(',') + 1);
        return OptionSpec.builder(names.split(",")).description(help.about(key));
    }

    private static OptionSpec.Builder own(String names, String description) {
        return OptionSpec.builder(names.split(",")).description(description);
    }

    private PositionalParamSpec.Builder operand(String label, String arity) {
        return PositionalParamSpec.builder()
                .paramLabel(label)
                .arity(arity)
                .required(Range.valueOf(arity).min() > 0)
                .description(help.about(label));
    }

    private <T> CommandModel add(
            OptionSpec.Builder option, @Nullable T initial, Consumer<T> field) {
        Binding<T> binding = new Binding<>(field);
        option.initialValue(initial).hasInitialValue(false).getter(binding).setter(binding);
        spec.addOption(option.build());
        return this;
    }

    private <T> CommandModel add(PositionalParamSpec.Builder operand, Consumer<T> field) {
        Binding<T> binding = new Binding<>(field);
        operand.hasInitialValue(false).getter(binding).setter(binding);
        spec.addPositional(operand.build());
        return this;
    }

    /// Hands what is read on the command line to the field of a command.
    private static final class Binding<V> implements IGetter, ISetter {
        private final Consumer<V> field;
        private @Nullable V value;

        Binding(Consumer<V> field) {
            this.field = field;
        }

        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as picocli declares it
        public <T> @Nullable T get() {
            return (T) value;
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T> @Nullable T set(T read) {
            T before = get();
            value = (V) read;
            field.accept((V) read);
            return before;
        }
    }
}
