package dev.capdrop.cli.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.render.Terminal.DataStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class TerminalTest {
    @Test
    void whatIsSaidStandsBehindTheDataThatWasWrittenBeforeIt() throws IOException {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        Terminal.Style style = new Terminal.Style(false, 80);
        Terminal terminal = new Terminal(new DataStream(screen), style, screen, style, UTF_8);
        terminal.line("first");
        terminal.talk("second");
        terminal.line("third");
        terminal.complain("fourth");
        terminal.line("fifth");
        terminal.hint("sixth");
        terminal.requireWritten();
        assertThat(screen.toString(UTF_8).lines())
                .containsExactly(
                        "first", "capdrop: second", "third", "capdrop: fourth", "fifth", "sixth");
    }
}
