package dev.capdrop.core.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.container.NspawnEdit.NspawnLines;
import dev.capdrop.core.document.LineDocument;
import org.junit.jupiter.api.Test;

final class NspawnLinesTest {
    private static NspawnLines of(String text) {
        return NspawnLines.of(LineDocument.parse(text));
    }

    @Test
    void whatContinuesALineIsNoAssignmentAndNoSection() {
        NspawnLines lines =
                of(
                        "[Exec]\nParameters=a \\\n# between\nDropCapability=CAP_KILL \\\n[Network]\nBoot=1\n");
        assertThat(lines.assignments())
                .containsExactly(new LxcLine.Setting(5, 0, "Boot=1", "Boot", "1", 5));
        assertThat(lines.end()).isEqualTo(6);
    }

    @Test
    void commentsAndBlankLinesEndNoSectionAndAreNotItsEnd() {
        NspawnLines lines =
                of("[Exec]\n\n ; x=1\n DropCapability =  7 \n\n# end\n[Files]\nBind=/x\n");
        assertThat(lines.assignments())
                .containsExactly(
                        new LxcLine.Setting(
                                3, 0, " DropCapability =  7 ", "DropCapability", "7", 19));
        assertThat(lines.end()).isEqualTo(4);
    }
}
