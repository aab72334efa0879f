package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a document tells a reader to type works as it stands there, one line after the other.
@NeedsContainers
final class DocumentedCommandsTest {
    /// A line of an indented block; what the line says about the command follows two blanks.
    private static final Pattern COMMAND =
            Pattern.compile("(?m)^ {4}(?:\\./)?capdrop ((?:\\S+ ?)+)(?: .*)?$");

    /// The variable in which the tutorial keeps the options that [Tool] gives.
    private static final String WHERE = "$where";

    @TempDir Path state = Path.of("");
    private final Bench bench = Bench.shared();

    @ParameterizedTest
    @CsvSource({"README.md, web, 5", "docs/tutorial/first-container.md, capdrop-demo, 5"})
    void eachLineOfADocumentCanBeTyped(String document, String name, int lines) throws IOException {
        List<String> commands = commands(Files.readString(Clone.root().resolve(document)));
        assertThat(commands).hasSize(lines);
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            assertThat(container.boot()).isEqualTo("degraded");
            Tool tool = Tool.of(bench, state);
            for (String command : commands) {
                List<String> words = new ArrayList<>(List.of(command.split(" ")));
                words.replaceAll(word -> word.equals(name) ? container.name() : word);
                words.remove(WHERE);
                Command.Result typed = tool.runOnTerminal("y\n", words.toArray(String[]::new));
                assertThat(typed.exit()).as(command + ": " + typed).isBetween(0, 1);
                assertThat(typed.out()).as(command).isNotBlank();
            }
        }
    }

    private static List<String> commands(String text) {
        return COMMAND.matcher(text).results().map(line -> line.group(1).strip()).toList();
    }
}
