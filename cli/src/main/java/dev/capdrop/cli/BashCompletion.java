package dev.capdrop.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The completion for bash, without `compgen -W`, which would execute a container's name.
record BashCompletion(Collection<CommandSpec> commands) {
    private static final String HEAD =
            """
            # bash completion for capdrop

            CAPABILITIES_AND_CONTAINERS
            _capdrop_containers() {
                local line
                while IFS= read -r line; do
                    [[ $line == "$runtime"* && ${line#*:} == "$1"* ]] || continue
                    COMPREPLY+=("$(printf %q "${line#*:}")")
                done < <(_capdrop_known)
            }

            _capdrop_words() {
                mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W "$2" -P "$3" -- "$1")
            }

            # what $1 may become: a word of the kind $2; $3 are the words where only these are known
            _capdrop_value() {
                case $2 in
                    container) _capdrop_containers "$1" ;;
                    capability_or_container)
                        [[ $runtime ]] || _capdrop_words "$1" "$_capdrop_capabilities"
                        _capdrop_containers "$1"
                        ;;
                    capabilities) _capdrop_words "${1##*,}" "$_capdrop_capabilities" "${1%"${1##*,}"}" ;;
                    words) _capdrop_words "$1" "$3" ;;
                    file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$1") ;;
                    folder) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$1") ;;
                esac
            }

            _capdrop() {
                local at=$COMP_CWORD word=${COMP_WORDS[COMP_CWORD]} before runtime='' options='' operand=nothing
                COMPREPLY=()
                # readline takes runtime:name for three words, and --option=value, too
                if [[ $word == : && $at -gt 2 ]]; then
                    word='' runtime=${COMP_WORDS[at - 1]}:
                    ((at -= 1))
                elif [[ ${COMP_WORDS[at - 1]} == : && $at -gt 3 ]]; then
                    runtime=${COMP_WORDS[at - 2]}:
                    ((at -= 2))
                fi
                before=${COMP_WORDS[at - 1]}
                if [[ $word == = ]]; then
                    word=''
                elif [[ $before == = && $at -gt 2 ]]; then
                    before=${COMP_WORDS[at - 2]}
                fi
            """;

    private static final String TAIL =
            """
                if [[ $word == -* ]]; then
                    _capdrop_words "$word" "$options"
                else
                    _capdrop_value "$word" $operand
                fi
            }

            complete -F _capdrop capdrop
            """;

    String script() {
        List<String> lines = new ArrayList<>();
        lines.add("    if ((COMP_CWORD == 1)); then");
        lines.add(
                "        _capdrop_words \"$word\" '"
                        + String.join(" ", commands.stream().map(CommandSpec::name).toList())
                        + " --help --version'");
        lines.add("        return");
        lines.add("    fi");
        lines.add("    case ${COMP_WORDS[1]} in");
        commands.forEach(command -> lines.addAll(lines(command)));
        lines.add("        *) return ;;");
        lines.add("    esac");
        String capabilities =
                "_capdrop_capabilities='" + String.join(" ", Completed.capabilities()) + "'\n";
        String known =
                "_capdrop_known() {\n    sh -c '\n%s' 2>/dev/null\n}\n"
                        .formatted(ContainerNames.program());
        return HEAD.replace("CAPABILITIES_AND_CONTAINERS", capabilities + "\n" + known)
                + String.join("\n", lines)
                + "\n"
                + TAIL;
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
