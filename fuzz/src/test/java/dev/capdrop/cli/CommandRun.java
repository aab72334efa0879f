package dev.capdrop.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.command.Environment;
import dev.capdrop.cli.command.Host;
import dev.capdrop.linux.session.TerminalSize;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/// What a command line came to, on this very host.
///
/// @param line the words
record CommandRun(List<String> line, int exit, String out, String err) {
    private static final List<String> NEVER =
            List.of("mistake in capdrop", "Exception", "more memory", "\u001b", "\0", "\r");

    /// Runs one.
    static CommandRun of(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Environment.Streams streams =
                new Environment.Streams(
                        out, err, InputStream.nullInputStream(), false, () -> TerminalSize.NONE);
        List<String> line = new ArrayList<>(List.of(words));
        line.addAll(List.of("--config", Defaults.NOTHING));
        int exit =
                CommandLineTool.run(
                        new Environment(streams, new Host.Facts(), Environment.own().hosts()),
                        line.toArray(String[]::new));
        return new CommandRun(line, exit, out.toString(UTF_8), err.toString(UTF_8));
    }

    /// Holds it against what is promised of every command: a known exit status, sentences on
    /// standard error, none about a mistake in capdrop, and nothing that a terminal obeys.
    CommandRun requireClear() {
        String what = line + " " + exit + " " + err;
        assertThat(exit).as("%s", what).isBetween(0, 2);
        for (String odd : NEVER) {
            assertThat((out + err).contains(odd))
                    .as("'%s' in what came of %s", odd, what)
                    .isFalse();
        }
        assertThat(err.lines()).as("%s", what).allMatch(one -> one.matches("(capdrop: | |try ).*"));
        // a page says so itself
        assertThat(exit == 2 ? out + err : "0").as("%s", what).isNotBlank();
        return this;
    }
}
