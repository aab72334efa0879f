package dev.capdrop.cli.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.cli.render.Terminal.DataStream;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class DataStreamTest {
    @Test
    void aFullDiskIsAFailure() throws IOException {
        try (FileOutputStream full = new FileOutputStream("/dev/full")) {
            DataStream data = new DataStream(full);
            data.write('x');
            assertThat(data.closed()).isFalse();
            assertThatThrownBy(data::requireWritten)
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot write to standard output: No space left on device");
        }
    }

    @Test
    void aReaderThatHasGoneIsNone() throws IOException {
        DataStream data = new DataStream(failing("Broken pipe"));
        data.write('x');
        data.write('y');
        assertThat(data.closed()).isTrue();
        assertThatCode(data::requireWritten).doesNotThrowAnyException();
    }

    @Test
    void aComplaintIsWrappedAndEscaped() {
        ByteArrayOutputStream talk = new ByteArrayOutputStream();
        Terminal.Style plain = new Terminal.Style(false, 40);
        new Terminal(
                        new DataStream(OutputStream.nullOutputStream()),
                        plain,
                        talk,
                        plain,
                        StandardCharsets.UTF_8)
                .complain(
                        "no container is called '%s', and this is a long sentence", "\u001b[31mx");
        String said = talk.toString(StandardCharsets.UTF_8);
        assertThat(said).startsWith("capdrop: no container is called").contains("'\\x1b[31mx'");
        assertThat(said.lines()).allMatch(line -> line.length() <= 40);
    }

    private static OutputStream failing(String reason) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(reason);
            }
        };
    }
}
