package dev.capdrop.cli;

import module java.base;

import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The completion for bash, without `compgen -W`, which would execute a container's name.
record BashCompletion(Collection<CommandSpec> commands) {
    String script() {
        return Completed.script("completion.bash", " ", commands, BashCompletion::lines);
    }

    private static List<String> lines(CommandSpec command) {
        List<String> lines = new ArrayList<>();
        List<String> names = new ArrayList<>();
        lines.add("        " + command.name() + ")");
        lines.add("            case $before in");
        for (OptionSpec option : command.options()) {
            names.addAll(List.of(option.names()));
            if (option.arity().max() > 0) {
                lines.add(
                        "                %s) _capdrop_value \"$word\" %s; return ;;"
                                .formatted(String.join(" | ", option.names()), kind(option)));
            }
        }
        lines.add("            esac");
        lines.add("            options='" + String.join(" ", names) + "'");
        if (!command.positionalParameters().isEmpty()) {
            lines.add("            operand=" + kind(command.positionalParameters().getFirst()));
        }
        lines.add("            ;;");
        return lines;
    }

    private static String kind(ArgSpec value) {
        Completed kind = Completed.of(value);
        String word = kind.name().toLowerCase(Locale.ROOT);
        return kind == Completed.WORDS
                ? word + " '" + String.join(" ", Completed.words(value)) + "'"
                : word;
    }
}
