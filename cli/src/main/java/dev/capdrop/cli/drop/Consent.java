package dev.capdrop.cli.drop;

import dev.capdrop.cli.command.Interruption.AtExit;
import dev.capdrop.cli.command.Output;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Asks the administrator.
final class Consent {
    private static final int LONGEST = 80;

    private Consent() {}

    /// Whether they agree. Who interrupts the question, or hangs up, is told what that means.
    static boolean given(Output output, Terminal terminal, Text question) throws IOException {
        String answer;
        try (AtExit _ = AtExit.say(() -> sayThatItIsUnchanged(terminal))) {
            terminal.ask(Text.of("%s [y/N]", question));
            answer = line(output.in());
        }
        if (answer == null) {
            terminal.endQuestion();
        }
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    }

    private static void sayThatItIsUnchanged(Terminal terminal) {
        terminal.endQuestion();
        terminal.complain("interrupted; nothing was changed");
    }

    /// The next line of standard input, byte by byte: what follows is for the next question. Null
    /// at its end.
    private static @Nullable String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        int next = in.read();
        if (next < 0) {
            return null;
        }
        while (next >= 0 && next != '\n') {
            if (line.length() < LONGEST) {
                line.append((char) next);
            }
            next = in.read();
        }
        return line.toString();
    }
}
