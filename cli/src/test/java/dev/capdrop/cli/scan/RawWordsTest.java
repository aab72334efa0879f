package dev.capdrop.cli.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RawWordsTest {
    private static final byte[] LINE =
            "java\0scan\0/\u00c3\u00a9\0/\u00ff\0/\u00fe\0/plain\0"
                    .getBytes(StandardCharsets.ISO_8859_1);

    private static String next(RawWords words, String word) {
        return new String(words.next(word), StandardCharsets.ISO_8859_1);
    }

    @Test
    void aWordThatTheLocaleCannotWriteKeepsItsBytes() {
        Charset[] charsets = {StandardCharsets.UTF_8, StandardCharsets.US_ASCII};
        String[][] decoded = {{"/\u00e9", "/\ufffd", "/\ufffd"}, {"/??", "/?", "/?"}};
        for (int i = 0; i < charsets.length; i++) {
            RawWords words = new RawWords(LINE, charsets[i]);
            assertThat(next(words, decoded[i][0])).isEqualTo("/\u00c3\u00a9");
            assertThat(next(words, decoded[i][1])).isEqualTo("/\u00ff");
            assertThat(next(words, decoded[i][2])).isEqualTo("/\u00fe");
            assertThat(next(words, "/plain")).isEqualTo("/plain");
        }
    }

    @Test
    void aWordThatIsNoneOfThemIsEncoded() {
        RawWords words = new RawWords(LINE, StandardCharsets.UTF_8);
        assertThat(next(words, "/\u00e9\u00e9")).isEqualTo("/\u00c3\u00a9\u00c3\u00a9");
    }
}
