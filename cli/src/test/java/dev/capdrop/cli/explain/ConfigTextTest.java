package dev.capdrop.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Terminal.DataStream;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.EffectiveCapabilities;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ConfigTextTest {
    private static final String MISSING = "/usr/share/lxc/config/alpine.common.conf";
    private static final int LAST = 40;

    private static ConfigText.Sections sections(List<String> missing) {
        EffectiveCapabilities effective =
                new EffectiveCapabilities(
                        EffectiveCapabilities.Mode.DROP,
                        CapabilitySet.of("sys_time"),
                        List.of(),
                        null,
                        List.of(),
                        missing);
        return new ConfigText.Sections(
                ConfigFormat.PROXMOX, "/tmp/101.conf", effective, null, Map.of());
    }

    private static String text(ConfigText.Sections sections) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal.Style style = new Terminal.Style(false, 80);
        Terminal terminal =
                new Terminal(new DataStream(bytes), style, bytes, style, StandardCharsets.UTF_8);
        new ConfigText(terminal).write(sections, LAST);
        terminal.requireWritten();
        return bytes.toString(StandardCharsets.UTF_8).replaceAll("\\s+", " ");
    }

    @Test
    void aResultThatAFileOfTheNodeIsMissingInIsSaidToBeIncompleteInTextAndJson()
            throws IOException {
        assertThat(text(sections(List.of(MISSING))))
                .contains("incomplete: there is no '" + MISSING + "' on this machine");
        assertThat(text(sections(List.of()))).doesNotContain("incomplete");
        assertThat(String.valueOf(ConfigText.config(sections(List.of(MISSING)), LAST)))
                .contains("missing=[" + MISSING + "]");
    }
}
