package dev.capdrop.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// That no value leaves the two places where [Template] makes it harmless, and that it does.
final class HtmlTest {
    private static final String TEMPLATE = Template.text("page.mustache");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<script>alert(1)</script> | &lt;script&gt;alert(1)&lt;/script&gt;",
                "\"><img src=x onerror='y'> | &quot;&gt;&lt;img src=x onerror=&#39;y&#39;&gt;",
                "&lt; | &amp;lt;",
                "a\u202eb | a&lt;U+202E&gt;b",
                "a\u0000b | a\\x00b",
                "{{data}} | {{data}}",
                "grün | grün"
            })
    void whatABrowserWouldObeyIsWrittenOut(String text, String escaped) {
        assertThat(Template.escape(text)).isEqualTo(escaped);
    }

    @Test
    void eachCharacterOfAsciiComesBack() {
        StringBuilder all = new StringBuilder();
        for (char character = ' '; character < 0x7f; character++) {
            all.append(character);
        }
        String text = all + "&amp;lt;&#39;";
        assertThat(Template.plain(Template.escape(text))).isEqualTo(text);
    }

    @Test
    void noValueIsPutInUnescaped() {
        assertThat(TEMPLATE).doesNotContain("{{{", "{{&", "{{=");
        assertThat(TEMPLATE).contains("{{>style}}", "{{>script}}");
        assertThat(Template.text("page.css") + Template.text("page.js")).doesNotContain("{{");
    }

    /// A value stands in an element's content or in an attribute in double quotes, of those that no
    /// browser runs or follows.
    @Test
    void aValueStandsOnlyWhereItsEscapingHolds() {
        String markup = TEMPLATE.replaceAll("\\{\\{>\\w+}}", "");
        assertThat(markup).doesNotContainPattern("=\\s*\\{\\{").doesNotContain("='");
        Matcher values = Pattern.compile("([\\w:-]+)=\"[^\"]*\\{\\{[^\"]*\"").matcher(markup);
        int found = 0;
        while (values.find()) {
            found++;
            assertThat(values.group(1))
                    .isIn(
                            "content",
                            "class",
                            "id",
                            "data-c",
                            "data-state",
                            "href",
                            "viewBox",
                            "width",
                            "aria-label",
                            "x",
                            "y",
                            "w");
        }
        assertThat(found).isGreaterThan(10);
        assertThat(markup).containsPattern("href=\"#c\\{\\{number}}\"");
        assertThat(markup.replace("href=\"#c{{number}}\"", ""))
                .doesNotContainPattern("(href|src)=\"[^\"]*\\{\\{");
        assertThat(markup).doesNotContainPattern("\\son\\w+=").doesNotContain("style=\"");
    }

    @Test
    void thePolicyAllowsTheScriptAndTheStyleOfThePageAlone() {
        assertThat(Template.policy())
                .matches(
                        "default-src 'none'; style-src 'sha256-[\\w+/=]{44}'; script-src"
                                + " 'sha256-[\\w+/=]{44}'; img-src data:; base-uri 'none';"
                                + " form-action 'none'");
    }
}
