package dev.capdrop.cli.command;

import dev.capdrop.cli.render.Terminal;
import java.io.Console;
import java.util.Locale;

/// Asks the administrator.
final class Consent {
    private Consent() {}

    static boolean given(Terminal terminal, String question) {
        terminal.ask(question + " [y/N]");
        Console console = Output.console();
        String answer = console == null ? null : console.readLine();
        if (answer == null) {
            terminal.endQuestion();
        }
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    }
}
