package dev.capdrop.core.document;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LineDocumentTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a\n", "\n\n", "a\r\nb", "a\rb\r", "\u0000\u00ff\n\r\n"})
    void formatIsTheInverseOfParse(String text) {
        assertThat(LineDocument.parse(text).format()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "'',0,x_",
        "a_b_,1,a_x_b_",
        "a_b_,2,a_b_x_",
        "a_b,2,a_b_x",
        "a,1,a_x",
        "a_b,0,x_a_b",
        "a%b%,2,a%b%x%",
        "a%b,2,a%b%x",
        "a%b_,0,x%a%b_",
        "a%b_,2,a%b_x_"
    })
    void anInsertedLineEndsAsItsNeighbour(String text, int index, String expected) {
        LineDocument document = LineDocument.parse(ends(text));
        assertThat(document.insert(index, "x").format()).isEqualTo(ends(expected));
    }

    @ParameterizedTest
    @CsvSource({"a_x_b_,1,a_b_", "a_x,1,a", "x,0,''", "a%x%,1,a%", "a_x_,1,a_"})
    void aRemovedLineLeavesTheOthersAsTheyWere(String text, int index, String expected) {
        assertThat(LineDocument.parse(ends(text)).remove(index).format()).isEqualTo(ends(expected));
    }

    private static String ends(String text) {
        return text.replace("_", "\n").replace("%", "\r\n");
    }
}
