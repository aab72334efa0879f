package dev.capdrop.core.boot;

import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.Words.WordReader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Counts the command lines of a right side of `Exec…=`, as far as they decide whether the unit
/// loads. Source: systemd.service(5), "Command lines"; systemd's `config_parse_exec`.
final class CommandLines {
    /// Returned instead of a number: systemd refuses the unit.
    static final int REFUSED = -1;

    /// Settings of services and sockets whose values are commands (systemd.service(5),
    /// systemd.socket(5)).
    private static final Set<String> COMMAND_SETTINGS =
            Set.of(
                    "ExecCondition",
                    "ExecStartPre",
                    "ExecStart",
                    "ExecStartPost",
                    "ExecReload",
                    "ExecStop",
                    "ExecStopPre",
                    "ExecStopPost");

    /// The characters that systemd refuses in the path of a program (`string_is_safe`).
    private static final String UNSAFE = "\"'\\\u007f";

    static boolean are(Setting setting) {
        return COMMAND_SETTINGS.contains(setting.key())
                && (setting.section().equals("Service") || setting.section().equals("Socket"));
    }

    /// Returns the number of commands, or [#REFUSED].
    ///
    /// systemd leaves out a command whose first word has an unclosed quote, and all behind it;
    /// likewise a wrong one with a `-` before it. A `@` takes the first argument for the program's
    /// name, without which there is no command.
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

    private static @Nullable String first(WordReader words) {
        while (words.takeAlone(';')) {
            // two semicolons with nothing between them
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
