package dev.capdrop.core.unit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.unit.UnitFile.Setting;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UnitFileTest {
    private static List<Setting> parse(String text) {
        return UnitFile.parse("/f", text);
    }

    @Test
    void anAssignmentHasItsSectionAndLine() {
        assertThat(parse("# c\n[Unit]\n\nConditionCapability = CAP_SYS_RAWIO \n"))
                .containsExactly(
                        new Setting("/f", 4, "Unit", "ConditionCapability", "CAP_SYS_RAWIO"));
    }

    @Test
    void continuedLinesAreJoinedWithABlankAndCountFromTheFirst() {
        assertThat(parse("[Service]\nAmbientCapabilities=CAP_A \\\n; no\n  CAP_B\nUser=u"))
                .containsExactly(
                        new Setting("/f", 2, "Service", "AmbientCapabilities", "CAP_A    CAP_B"),
                        new Setting("/f", 5, "Service", "User", "u"));
    }

    @Test
    void aCommentIsNotContinuedByItsBackslash() {
        assertThat(parse("[Unit]\n# comment \\\nAssertPathExists=/x"))
                .containsExactly(new Setting("/f", 3, "Unit", "AssertPathExists", "/x"));
    }

    @Test
    void carriageReturnsAndLinesWithoutMeaningAreNoHarm() {
        assertThat(parse("[Unit]\r\nnonsense\r\n=x\r\nConditionUser=\\\r\nroot\r\n"))
                .containsExactly(new Setting("/f", 4, "Unit", "ConditionUser", "root"));
    }

    @Test
    void anEndOfALineMayHaveANulBehindIt() {
        assertThat(parse("[Unit]\n\0ConditionUser=\\\r\n\0root\r\0ConditionHost=a\0\0"))
                .containsExactly(
                        new Setting("/f", 2, "Unit", "ConditionUser", "root"),
                        new Setting("/f", 4, "Unit", "ConditionHost", "a"));
    }

    @Test
    void onlyABlankIsABlank() {
        assertThat(parse("[Unit]\n \tConditionUser\t= root\f\n\f#ConditionHost=a\u3000\n"))
                .containsExactly(
                        new Setting("/f", 2, "Unit", "ConditionUser", "root\f"),
                        new Setting("/f", 3, "Unit", "\f#ConditionHost", "a\u3000"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0xff, 0xc3})
    void systemdGivesUpAtALineThatIsNotUtf8(int wrong) {
        byte[] bytes = "# \u00ff\n[Unit]\nConditionHost=a\nX=?\nConditionUser=b".getBytes(UTF_8);
        bytes[new String(bytes, ISO_8859_1).indexOf('?')] = (byte) wrong;
        UnitFile file = UnitFile.read("/f", UnitFile.text(bytes));
        assertThat(file.settings()).extracting(Setting::value).containsExactly("a");
        assertThat(file.brokenLine()).isEqualTo(4);
    }

    @Test
    void aCodePointThatIsNoCharacterIsAsBadButNotInAComment() {
        assertThat(UnitFile.read("/f", "# \ufdd0\n[Unit]\nX=\ufffd\n").brokenLine()).isZero();
        assertThat(UnitFile.read("/f", "[Unit]\nX=\ufdd0\n").brokenLine()).isEqualTo(2);
        assertThat(UnitFile.read("/f", "[Unit]\nX=\ud83f\udffe\n").brokenLine()).isEqualTo(2);
    }

    @Test
    void oneByteOrderMarkIsTakenAwayWhereverALineBegins() {
        assertThat(parse("[Unit]\n\ufeffConditionHost=a\n\ufeffConditionUser=b"))
                .extracting(Setting::key)
                .containsExactly("ConditionHost", "\ufeffConditionUser");
    }

    @Test
    void aFileThatEndsInABackslashEnds() {
        assertThat(parse("[Unit]\nConditionUser=root\\"))
                .containsExactly(new Setting("/f", 2, "Unit", "ConditionUser", "root"));
    }

    @Test
    void anyEmptyConditionTakesBackAllConditionsButNoAssertion() {
        List<Setting> all =
                new ArrayList<>(parse("[Unit]\nConditionUser=a\nAssertUser=b\nConditionHost=c\n"));
        all.addAll(UnitFile.parse("/d", "[Unit]\nConditionCapability=\nConditionACPower=yes\n"));
        assertThat(UnitFile.merge(all))
                .extracting(Setting::format)
                .containsExactly("AssertUser=b", "ConditionACPower=yes");
    }

    @Test
    void theLastUserCountsAndAnEmptyAmbientSetStartsAnew() {
        assertThat(
                        UnitFile.merge(
                                parse(
                                        "[Service]\nUser=a\nAmbientCapabilities=CAP_A\nUser=b\n"
                                                + "AmbientCapabilities=\nAmbientCapabilities=CAP_B")))
                .extracting(Setting::format)
                .containsExactly("User=b", "AmbientCapabilities=CAP_B");
    }

    @Test
    void anEmptyBoundingSetIsItselfASetting() {
        assertThat(
                        UnitFile.merge(
                                parse(
                                        "[Service]\nCapabilityBoundingSet=CAP_A\nCapabilityBoundingSet=")))
                .extracting(Setting::format)
                .containsExactly("CapabilityBoundingSet=");
    }
}
