package dev.capdrop.core.container;

import static dev.capdrop.core.container.TextSource.MAIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.document.LineDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What holds for every configuration, tried on many generated ones.
final class RandomConfigTest {
    private static final int LAST = 40;
    private static final int TRIES = 4000;
    private static final String[] LINES = {
        "# a comment",
        "",
        "  lxc.tty.max = 4",
        "foo = bar",
        "lxc.include = /d/",
        "lxc.include = /keep",
        "lxc.include = /reset",
        "lxc.cap.drop =",
        "lxc.cap.keep = ''",
        "lxc.cap.drop = kill",
        "lxc.cap.drop = \"net_raw 0x11\"",
        "lxc.cap.drop=17 5\tchown ",
        "lxc.cap.keep = kill",
        "lxc.cap.keep = kill sys_rawio chown",
        " lxc.cap.keep = '5  17  0'",
        "lxc.cap.keep = none",
        "lxc.cap.keep = none kill fowner",
        "lxc.cap.keep = chown\rlxc.cap.keep = kill",
        "\u00ff\u0000"
    };
    private static final String[] ENDS = {"\n", "\n", "\n", "\r\n"};

    private final Random random = new Random(20260117);

    @Test
    void aDropIsProvenTakesNothingElseAndIsTakenBack() {
        int edited = 0;
        for (int i = 0; i < TRIES; i++) {
            TextSource source = source(text());
            CapabilitySet drop = drop();
            EffectiveCapabilities now = ConfigFormat.LXC.resolve(MAIN, source, LAST);
            if (now.loads() && check(source, now, drop)) {
                edited++;
            }
        }
        assertThat(edited).isGreaterThan(TRIES / 10);
    }

    @Test
    void takingBackFromAFileThatOthersChangedIsIdempotentAndLeavesTheirLines() {
        for (int i = 0; i < TRIES; i++) {
            TextSource source = source(text());
            if (!ConfigFormat.LXC.resolve(MAIN, source, LAST).loads()) {
                continue;
            }
            ConfigEdit edit = ConfigFormat.LXC.drop(MAIN, source, drop(), LAST).orElseThrow();
            LineDocument changed = LineDocument.parse(edit.after());
            String current =
                    changed.insert(random.nextInt(changed.size() + 1), "# theirs").format();
            String once = ConfigFormat.LXC.takeBack(current, edit);
            assertThat(once).contains("# theirs");
            assertThat(ConfigFormat.LXC.resolve(MAIN, source(once), LAST).bounding(LAST))
                    .as("%s\nchanged %s\ncame to %s", edit, current, once)
                    .isEqualTo(ConfigFormat.LXC.resolve(MAIN, source, LAST).bounding(LAST));
            assertThat(ConfigFormat.LXC.takeBack(once, edit)).isEqualTo(once);
            if (edit.removedFromKeep().isEmpty()) {
                assertThat(once.replaceFirst("(\r?\n)?# theirs(\r?\n)?", ""))
                        .isEqualToIgnoringNewLines(edit.before().replaceAll("\r?\n", ""));
            }
        }
    }

    private static boolean check(TextSource source, EffectiveCapabilities now, CapabilitySet drop) {
        ConfigEdit edit = ConfigFormat.LXC.drop(MAIN, source, drop, LAST).orElseThrow();
        TextSource then = source(edit.after());
        assertThat(ConfigFormat.LXC.resolve(MAIN, then, LAST).bounding(LAST))
                .isEqualTo(now.bounding(LAST).minus(drop));
        assertThat(ConfigFormat.LXC.drop(MAIN, then, drop, LAST).orElseThrow().changes()).isFalse();
        assertThat(ConfigFormat.LXC.takeBack(edit.after(), edit)).isEqualTo(edit.before());
        assertThat(ConfigFormat.LXC.takeBack(edit.before(), edit)).isEqualTo(edit.before());
        assertThat(others(edit.after())).isEqualTo(others(edit.before()));
        return edit.changes();
    }

    /// The lines that say nothing of capabilities.
    private static List<String> others(String text) {
        List<String> others = new ArrayList<>();
        LineDocument document = LineDocument.parse(text);
        for (int i = 0; i < document.size(); i++) {
            if (!document.body(i).contains("lxc.cap.")) {
                others.add(document.body(i));
            }
        }
        return others;
    }

    private static TextSource source(String text) {
        return TextSource.of(
                text,
                "/d/1.conf",
                "lxc.cap.drop = chown\n",
                "/keep",
                "lxc.cap.keep = kill chown",
                "/reset",
                "lxc.cap.drop =");
    }

    private CapabilitySet drop() {
        long half = random.nextLong();
        return new CapabilitySet(half & random.nextLong() & 0x1ff_ffff_ffffL);
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        int lines = random.nextInt(7);
        for (int i = 0; i < lines; i++) {
            text.append(LINES[random.nextInt(LINES.length)]);
            boolean unended = i == lines - 1 && random.nextInt(3) == 0;
            text.append(unended ? "" : ENDS[random.nextInt(ENDS.length)]);
        }
        return text.toString();
    }
}
