package dev.capdrop.cli;

import module java.base;

import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

record FishCompletion(Collection<CommandSpec> commands) {
    String script() {
        String words =
                commands.stream().map(FishCompletion::word).collect(Collectors.joining("\n"));
        return Completed.script("completion.fish", ",", commands, FishCompletion::lines)
                .replace("@WORDS@", words);
    }

    private static String word(CommandSpec command) {
        return "complete -c capdrop -n __fish_use_subcommand -a %s -d %s"
                .formatted(command.name(), quoted(Documents.sentence(command)));
    }

    private static List<String> lines(CommandSpec command) {
        List<String> lines = new ArrayList<>();
        String begin =
                "complete -c capdrop -n '__fish_seen_subcommand_from " + command.name() + "'";
        for (OptionSpec option : command.options()) {
            StringBuilder line = new StringBuilder(begin);
            for (String name : option.names()) {
                line.append(name.startsWith("--") ? " -l " : " -s ")
                        .append(name.replaceFirst("^--?", ""));
            }
            line.append(option.arity().max() == 0 ? "" : " -r" + offered(option));
            lines.add(line + " -d " + quoted(String.join(" ", option.description())));
        }
        for (PositionalParamSpec operand : command.positionalParameters()) {
            String offered = offered(operand);
            if (!offered.isEmpty()) {
                lines.add(begin + offered);
            }
        }
        return lines;
    }

    private static String offered(ArgSpec value) {
        return switch (Completed.of(value)) {
            case CONTAINER -> " -a '(__capdrop_containers)'";
            case CAPABILITY_OR_CONTAINER ->
                    " -a '(__capdrop_containers) %s'"
                            .formatted(String.join(" ", Completed.capabilities()));
            case CAPABILITIES -> " -a '(__capdrop_capability_list)'";
            case WORDS -> " -a '" + String.join(" ", Completed.words(value)) + "'";
            case FILE -> " -F";
            case FOLDER -> " -a '(__fish_complete_directories)'";
            case NOTHING -> "";
        };
    }

    private static String quoted(String words) {
        return "'" + words.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
