package dev.capdrop.core.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class NeedlesTest {
    @Test
    void oneOfThemStandsInWhateverFits() {
        Map.ofEntries(
                        Map.entry("needs (\\w+), sorry", List.of(", sorry")),
                        Map.entry("Cannot find|(?:No|no) such", List.of("cannot find", " such")),
                        Map.entry("(?:un)?able to x?map", List.of("able to ")),
                        Map.entry("(?i)Ab\\bcd[^e]f", List.of("abcd")),
                        Map.entry("a{2}bc+cd*", List.of("bc")),
                        Map.entry("(?:tun|tap){1,2}z", List.of("tun", "tap")),
                        Map.entry("(?:tun|tap){0,2}zz", List.of("zz")),
                        Map.entry("(?!tuntap)x.?yz", List.of("yz")),
                        Map.entry("(?<![:/]long)ab", List.of("ab")),
                        Map.entry("(?im:key ?ring)", List.of("ring")),
                        Map.entry("10\\.0\\(\\[x]", List.of("10.0([x]")),
                        Map.entry("[\\]a[bc]d]efg", List.of("efg")))
                .forEach((form, needles) ->
                        assertThat(Needles.of(Pattern.compile(form))).as(form).isEqualTo(needles));
    }

    @Test
    void ofOneThatFitsWithoutAWordThereIsNone() {
        assertThat(Needles.of(Pattern.compile("failed|[0-9]+"))).isEmpty();
        assertThat(Needles.of(Pattern.compile("(?:a|)"))).isEmpty();
    }

    /// What is looked for in every text costs as much as it did without this.
    @Test
    void nearlyAllRowsHaveSome() {
        List<Telling> open =
                Telling.ALL.stream()
                        .filter(row -> row.needles().isEmpty())
                        .filter(row -> !row.traits().contains("made"))
                        .toList();
        assertThat(open).hasSizeLessThan(Telling.ALL.size() / 20);
    }
}
