package dev.capdrop.cli;

import dev.capdrop.capability.NearNames;
import dev.capdrop.cli.check.CheckCommands;
import dev.capdrop.cli.command.Environment;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Host.HostOptions;
import dev.capdrop.cli.command.Mistakes;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.cli.command.OptionValues;
import module java.base;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/// The file of defaults: the values of options that a command line does not give. Its mistake, else
/// empty, is kept until a command runs, for help and `doctor` go on without it.
record Defaults(@Nullable Path file, Map<DefaultOption, Line> lines, String mistake)
        implements IDefaultValueProvider {
    static final String NOTHING = "none";

    static final Defaults NONE = new Defaults(null, Map.of(), "");

    private static final Pattern LINE = Pattern.compile("([A-Za-z0-9_-]+)\\s*=\\s*(.*)");

    /// A line of the file, by its number from 1, and what stands behind its `=`.
    record Line(int number, String value) {}

    static Defaults of(Host.Facts facts, String... arguments) {
        String named = named(arguments);
        if (NOTHING.equals(named)) {
            return NONE;
        }
        try {
            return read(facts, named);
        } catch (IOException | RuntimeException unusable) {
            return new Defaults(
                    null,
                    Map.of(),
                    Mistakes.sentence(unusable) + "; '--config none' does without the file");
        }
    }

    private static Defaults read(Host.Facts facts, @Nullable String named) throws IOException {
        Path path = named == null ? HostOptions.DEFAULTS : OptionValues.folder(named);
        String text = facts.defaults(path);
        if (text == null && named != null) {
            throw new IOException("'" + path + "': no such file");
        }
        return text == null ? NONE : parse(path, text);
    }

    /// Returns the file that a command line names; picocli needs the defaults before it reads that.
    private static @Nullable String named(String... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals(HostOptions.CONFIG) && i + 1 < arguments.length) {
                return arguments[i + 1];
            }
            if (arguments[i].startsWith(HostOptions.CONFIG + "=")) {
                return arguments[i].substring(HostOptions.CONFIG.length() + 1);
            }
        }
        return null;
    }

    static Defaults parse(Path file, String text) {
        Map<DefaultOption, Line> lines = new EnumMap<>(DefaultOption.class);
        int number = 0;
        for (String raw : text.split("\n", -1)) {
            number++;
            String line = raw.strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                try {
                    add(lines, number, line);
                } catch (UsageException wrong) {
                    throw new UsageException(file + ":" + number + ": " + wrong.getMessage());
                }
            }
        }
        return new Defaults(file, lines, "");
    }

    private static void add(Map<DefaultOption, Line> lines, int number, String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw new UsageException("'" + line + "' is no setting, expected 'option = value'");
        }
        DefaultOption setting = DefaultOption.of(matcher.group(1));
        if (setting == null) {
            List<String> words =
                    Arrays.stream(DefaultOption.values()).map(one -> one.word).toList();
            throw new UsageException(
                    "'%s' is no setting, expected one of %s%s"
                            .formatted(
                                    matcher.group(1),
                                    String.join(", ", words),
                                    NearNames.question(matcher.group(1), words)));
        }
        requireAcceptable(setting, matcher.group(2));
        Line before = lines.put(setting, new Line(number, matcher.group(2)));
        if (before != null) {
            throw new UsageException(
                    "'" + setting.word + "' was set in line " + before.number() + " already");
        }
    }

    /// Refuses a value that the command line would.
    private static void requireAcceptable(DefaultOption setting, String value) {
        if (value.isEmpty()) {
            throw new UsageException("'" + setting.word + "' has no value");
        }
        if (setting.isFolder() && !value.startsWith("/")) {
            throw new UsageException("'" + value + "' is no absolute path, as a default has to be");
        }
        CommandLine line = new CommandLine(setting.command().spec(Environment.own(), NONE));
        CommandLineTool.readWordsAsWeDo(line);
        try {
            line.parseArgs(setting.option() + "=" + value);
        } catch (ParameterException wrong) {
            throw new UsageException(Mistakes.sentence(wrong));
        }
        if (setting == DefaultOption.FAIL_ON) {
            CheckCommands.requireFailOn(
                    line.getParseResult().matchedOptionValue(setting.option(), List.of()));
        }
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option)) {
            return null;
        }
        DefaultOption setting = DefaultOption.of(option.longestName().replaceFirst("^--", ""));
        Line line = setting == null ? null : lines.get(setting);
        return setting != null && line != null && setting.isFor(option.command().name())
                ? line.value()
                : null;
    }
}
