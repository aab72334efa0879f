package dev.capdrop.core.load;

import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.WordReader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The command lines of a right side of `Exec…=`, as far as they decide whether the unit loads.
///
/// Source: systemd.service(5), "Command lines"; systemd's `config_parse_exec`.
final class CommandLines {
    /// Instead of a number: systemd refuses the unit.
    static final int REFUSED = -1;

    private static final Set<String> KEYS =
            Set.of(
                    ("ExecCondition ExecStartPre ExecStart ExecStartPost ExecReload ExecStop "
                                    + "ExecStopPre ExecStopPost")
                            .split(" "));

    /// systemd wants none of these in the path of a program (`string_is_safe`).
    private static final String UNSAFE = "\"'\\\u007f";

    private CommandLines() {}

    /// Whether a setting is of command lines.
    static boolean are(Setting setting) {
        return KEYS.contains(setting.key())
                && (setting.section().equals("Service") || setting.section().equals("Socket"));
    }

    /// How many commands a right side holds, or [#REFUSED].
    ///
    /// Where the first word of one has a quote without an end, systemd leaves out that one and what
    /// follows; so it does with one that is wrong and has a `-` before it. A `@` takes the first
    /// argument for the program's name, without which there is no command.
    static int count(String value) {
        int count = 0;
        WordReader words = new WordReader(value);
        for (String first = first(words); first != null; first = first(words)) {
            String program = first.replaceFirst("^[@:+!|-]+", "");
            String prefixes = first.substring(0, first.length() - program.length());
            int arguments = isProgram(program) ? passArguments(words) : REFUSED;
            if (arguments == REFUSED) {
                return prefixes.contains("-") ? count : REFUSED;
            }
            if (arguments == 0 && prefixes.contains("@")) {
                return REFUSED;
            }
            count++;
        }
        return count;
    }

    /// The first word of the next command, semicolons before it passed.
    private static @Nullable String first(WordReader words) {
        while (words.takeAlone(';')) {
            // there is nothing between two of them
        }
        return next(words);
    }

    private static @Nullable String next(WordReader words) {
        return words.next(WordReader.BLANKS, true);
    }

    private static boolean isProgram(String path) {
        boolean plain =
                path.chars().allMatch(c -> c >= ' ' && UNSAFE.indexOf(c) < 0)
                        && !path.endsWith("/")
                        && !Specifiers.isWrong(path);
        if (path.isEmpty() || !plain || path.equals(".") || path.equals("..")) {
            return false;
        }
        return path.startsWith("/") || path.contains("%") || !path.contains("/");
    }

    /// Passes the arguments of one command, and the semicolon that ends them.
    ///
    /// @return how many there are, or REFUSED where one is wrong
    private static int passArguments(WordReader words) {
        int count = 0;
        while (!words.atEnd() && !words.takeAlone(';')) {
            String argument = next(words);
            if (argument == null || Specifiers.isWrong(argument)) {
                return REFUSED;
            }
            count++;
        }
        return count;
    }
}
