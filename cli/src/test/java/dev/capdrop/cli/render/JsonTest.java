package dev.capdrop.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void nothingThatATerminalObeysIsWrittenRaw() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Json.write(out, Json.object("unit", "a\u001b[31m\u007f\u009b2J\u202e\u2028\u00e9\u0007"));
        String json = out.toString(StandardCharsets.UTF_8);
        assertThat(json.chars().filter(c -> c != '\n' && (c < ' ' || c > '~'))).isEmpty();
        assertThat(json)
                .containsIgnoringCase("a\\u001b[31m\\u007f\\u009b2J\\u202e\\u2028\\u00e9\\u0007");
    }
}
