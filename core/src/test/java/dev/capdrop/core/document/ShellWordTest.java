package dev.capdrop.core.document;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ShellWordTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "web | web",
                "incus:proj/web | incus:proj/web",
                "getty@tty1.service | getty@tty1.service",
                "dev-a\\x2db.mount | 'dev-a\\x2db.mount'",
                "/srv/my lxc | '/srv/my lxc'",
                "$(touch x) | '$(touch x)'",
                "it's | 'it'\\''s'",
                "~root | '~root'",
                "A=b | 'A=b'",
                "\"\" | ''",
            })
    void aWordIsQuotedWhereAShellWouldTakeItForMore(String word, String quoted) {
        assertThat(ShellWord.quoted(word)).isEqualTo(quoted);
    }
}
