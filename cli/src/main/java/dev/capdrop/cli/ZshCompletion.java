package dev.capdrop.cli;

import module java.base;

import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// The completion for zsh, by its `_arguments`.
record ZshCompletion(Collection<CommandSpec> commands) {
    String script() {
        String words =
                commands.stream()
                        .map(command -> command.name() + ":" + Documents.sentence(command))
                        .map(word -> "        " + quoted(word))
                        .collect(Collectors.joining("\n"));
        return Completed.script("completion.zsh", " ", commands, ZshCompletion::lines)
                .replace("@WORDS@", words);
    }

    private static List<String> lines(CommandSpec command) {
        List<String> lines = new ArrayList<>();
        lines.add("    " + command.name() + ")");
        lines.add("        _arguments -s -S \\");
        for (OptionSpec option : command.options()) {
            for (String name : option.names()) {
                lines.add("            " + quoted(option(option, name)) + " \\");
            }
        }
        for (PositionalParamSpec operand : command.positionalParameters()) {
            String many = operand.arity().max() > 1 ? "*:" : ":";
            lines.add(
                    "            %s \\"
                            .formatted(
                                    quoted(many + plain(operand.paramLabel()) + action(operand))));
        }
        lines.add("            && return");
        lines.add("        ;;");
        return lines;
    }

    private static String option(OptionSpec option, String name) {
        String told = "[" + plain(String.join(" ", option.description())) + "]";
        if (option.arity().max() == 0) {
            return name + told;
        }
        return "*" + name + "=" + told + ":" + plain(option.paramLabel()) + action(option);
    }

    private static String action(ArgSpec value) {
        return switch (Completed.of(value)) {
            case CONTAINER -> ":_capdrop_containers";
            case CAPABILITY_OR_CONTAINER -> ":_capdrop_capabilities_and_containers";
            case CAPABILITIES -> ":_capdrop_capability_list";
            case WORDS -> ":(" + String.join(" ", Completed.words(value)) + ")";
            case FILE -> ":_files";
            case FOLDER -> ":_files -/";
            case NOTHING -> ": ";
        };
    }

    /// Returns the words without the characters that `_arguments` interprets.
    private static String plain(String words) {
        return words.replaceAll("([\\[\\]:\\\\])", "\\\\$1");
    }

    private static String quoted(String words) {
        return "'" + words.replace("'", "'\\''") + "'";
    }
}
