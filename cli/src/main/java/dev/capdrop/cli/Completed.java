package dev.capdrop.cli;

import dev.capdrop.capability.Capability;
import dev.capdrop.core.diagnosis.Remedy;
import dev.capdrop.core.plan.Plan.Goal;
import module java.base;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/// The offers of a shell for the value of an option or an operand, by its label in the help.
enum Completed {
    CONTAINER,
    CAPABILITY_OR_CONTAINER,
    CAPABILITIES,
    WORDS,
    FILE,
    FOLDER,
    /// A value that no shell can know.
    NOTHING;

    private static final int LAST_CAPABILITY = 40;

    static Completed of(ArgSpec value) {
        if (value.completionCandidates() != null) {
            return WORDS;
        }
        return switch (value.paramLabel()) {
            case "TARGET", "TARGET|DIR", "TARGET|TAG" -> CONTAINER;
            case "CAPABILITY|TERM|UNIT@TARGET|TARGET" -> CAPABILITY_OR_CONTAINER;
            case "CAP,..." -> CAPABILITIES;
            case "GOAL", "REMEDY" -> WORDS;
            case "FILE", "PATH", "SNAPSHOT", "TARGET|FILE" -> FILE;
            case "DIR" -> FOLDER;
            case "COMMAND",
                    "DURATION",
                    "MASK|NAMES",
                    "N",
                    "NAME",
                    "TEXT|MASK",
                    "UNIT",
                    "[PROJECT/]NAME" ->
                    NOTHING;
            default ->
                    throw new IllegalArgumentException(
                            "'%s': what a shell offers for it is not said in Completed"
                                    .formatted(value.paramLabel()));
        };
    }

    static List<String> words(ArgSpec value) {
        Iterable<String> candidates = value.completionCandidates();
        if (candidates == null) {
            return value.paramLabel().equals("REMEDY")
                    ? List.of(new Remedy.Nesting(List.of()).id())
                    : Arrays.stream(Goal.values()).map(Goal::word).toList();
        }
        return StreamSupport.stream(candidates.spliterator(), false).toList();
    }

    static List<String> capabilities() {
        return IntStream.rangeClosed(0, LAST_CAPABILITY)
                .mapToObj(number -> new Capability(number).toString())
                .toList();
    }

    /// Returns a shell's script from its template, with the lines about each command.
    static String script(
            String template,
            String between,
            Collection<CommandSpec> commands,
            Function<CommandSpec, List<String>> lines) {
        List<String> all = commands.stream().map(lines).flatMap(List::stream).toList();
        List<String> names = commands.stream().map(CommandSpec::name).toList();
        return template(template)
                .replace("@CAPABILITIES@", String.join(between, capabilities()))
                .replace("@CONTAINERS@", ContainerNames.program())
                .replace("@NAMES@", String.join(" ", names))
                .replace("@COMMANDS@", String.join("\n", all));
    }

    static String template(String name) {
        try (InputStream in = Objects.requireNonNull(Completed.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
