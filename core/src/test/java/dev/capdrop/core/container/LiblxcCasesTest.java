package dev.capdrop.core.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.container.EffectiveCapabilities.Mode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Recorded answers of six liblxc versions; those from 5.0.2 on are the rule.
final class LiblxcCasesTest {
    private static final int LAST = 40;
    private static final Pattern ANSWER =
            Pattern.compile(
                    "\"([0-9][^\"]*)\": \\{\\s*\"loads\": (true|false),\\s*\"mode\": \"(\\w+)\","
                            + "\\s*\"names\": \\[([^]]*)]");
    private static final Pattern NAME = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a-empty-quoted",
                "c-keep-reset-then-drop",
                "e-include-missing-file",
                "g-indented-and-comment",
                "i-unknown-key",
                "k-mid-quote",
                "m-crlf",
                "o-two-equals",
                "q-tabs",
                "s-numeric-41",
                "u-legacy-lxc.cap",
                "w-backslash"
            })
    void weReadACaseAsLiblxcDoes(String name) throws IOException {
        String path = "/cases/" + name + ".conf";
        TextSource source =
                TextSource.of(
                        "",
                        path,
                        resource(name + ".conf", StandardCharsets.ISO_8859_1)
                                .replace("CASE_DIR", "/cases"),
                        "/cases/rel.conf",
                        resource("rel.conf", StandardCharsets.ISO_8859_1));
        EffectiveCapabilities ours = ConfigFormat.LXC.resolve(path, source, LAST);
        List<Answer> answers = answers(resource(name + ".json", StandardCharsets.UTF_8));
        assertThat(answers).hasSize(6);
        for (Answer answer : answers) {
            if (answer.version.startsWith("4.0.6")) {
                assertThat(answer.agreesWith(ours) || !ours.remarks().isEmpty()).isTrue();
            } else if (!answer.version.startsWith("4.")) {
                assertThat(answer.agreesWith(ours)).as("%s: %s", answer, ours).isTrue();
            }
        }
    }

    private static String resource(String name, java.nio.charset.Charset charset)
            throws IOException {
        try (InputStream in = LiblxcCasesTest.class.getResourceAsStream("liblxc/" + name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), charset);
        }
    }

    private static List<Answer> answers(String json) {
        List<Answer> answers = new ArrayList<>();
        for (Matcher match = ANSWER.matcher(json); match.find(); ) {
            List<String> names =
                    NAME.matcher(match.group(4)).results().map(name -> name.group(1)).toList();
            boolean loads = Boolean.parseBoolean(match.group(2));
            Mode mode = Mode.valueOf(match.group(3).toUpperCase(Locale.ROOT));
            answers.add(new Answer(match.group(1), loads, mode, names));
        }
        return answers;
    }

    private record Answer(String version, boolean loads, Mode mode, List<String> names) {
        /// A refused file has no names: what liblxc had read until then is nobody's concern.
        boolean agreesWith(EffectiveCapabilities ours) {
            if (!loads || !ours.loads()) {
                return loads == ours.loads();
            }
            return mode == ours.mode()
                    && names.stream()
                            .sorted()
                            .toList()
                            .equals(ours.names().names().stream().sorted().toList());
        }
    }
}
