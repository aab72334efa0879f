package dev.capdrop.linux.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class SignatureTest {
    static Stream<String> valid() {
        return Stream.of(
                "",
                "y",
                "ybnqiuxtdsogh",
                "v",
                "ii",
                "aai",
                "(i)",
                "(i(ii)v)",
                "a{sv}",
                "a{y(ii)}",
                "a{oa{sa{sv}}}",
                "aa{sv}",
                "a(sbbsi)",
                "a(ssssssouso)",
                "y".repeat(255),
                "a".repeat(32) + "y",
                "(".repeat(32) + "y" + ")".repeat(32),
                "(".repeat(32) + "y" + ")".repeat(32) + "(y)",
                "a(".repeat(32) + "y" + ")".repeat(32),
                "a" + "{ya".repeat(31) + "y" + "}".repeat(31));
    }

    @ParameterizedTest
    @MethodSource("valid")
    void whatTheSpecificationAllowsIsTaken(String text) throws MalformedMessageException {
        assertThat(Signature.parse(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    ()        | an empty structure
                    a()       | an empty structure
                    a(())     | an empty structure
                    a{()()}   | an unknown or misplaced type
                    a{s()}    | an empty structure
                    (i        | no end of what it begins
                    (         | no end of what it begins
                    i)        | an unknown or misplaced type
                    a         | no end of what it begins
                    (a)       | an unknown or misplaced type
                    aa        | no end of what it begins
                    a{        | no end of what it begins
                    a{s       | no end of what it begins
                    a{s}      | an unknown or misplaced type
                    a{sv      | no end of what it begins
                    a{}       | an unknown or misplaced type
                    a{svs}    | a dictionary's entry of more than two types
                    a{vs}     | an unknown or misplaced type
                    a{(i)s}   | an unknown or misplaced type
                    a{ais}    | an unknown or misplaced type
                    a{s(}     | an unknown or misplaced type
                    {sv}      | an unknown or misplaced type
                    ({sv})    | an unknown or misplaced type
                    (i}       | an unknown or misplaced type
                    a{sv)     | a dictionary's entry of more than two types
                    r         | an unknown or misplaced type
                    e         | an unknown or misplaced type
                    m         | an unknown or misplaced type
                    z         | an unknown or misplaced type
                    ' '       | an unknown or misplaced type
                    ä         | an unknown or misplaced type
                    """,
            delimiter = '|')
    void whatItDoesNotAllowIsRefused(String text, String why) {
        assertRefused(text, why);
    }

    @Test
    void whatIsLongerOrDeeperThanTheSpecificationAllowsIsRefused() {
        assertRefused("y".repeat(256), "more than 255 characters");
        assertRefused("a".repeat(33) + "y", "more than 32 arrays in each other");
        assertRefused("a{y".repeat(33) + "y" + "}".repeat(33), "more than 32 arrays in each other");
        assertRefused(
                "(".repeat(33) + "y" + ")".repeat(33), "more than 32 structures in each other");
    }

    @Test
    void aVariantHoldsOneCompleteType() throws MalformedMessageException {
        assertThat(Signature.parse("a{sv}").single()).isInstanceOf(Signature.Array.class);
        assertThatThrownBy(() -> Signature.parse("").single())
                .hasMessageEndingWith("a signature with 0 types where one has its place");
        assertThatThrownBy(() -> Signature.parse("ii").single())
                .hasMessageEndingWith("a signature with 2 types where one has its place");
    }

    private static void assertRefused(String text, String why) {
        assertThatThrownBy(() -> Signature.parse(text))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("D-Bus sent a malformed message: a signature with " + why);
    }
}
