package dev.capdrop.cli.drop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Terminal.DataStream;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.StartReview;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PlanTextTest {
    /// A reason names files with capabilities, and whoever is root in a container names those.
    @Test
    void aFileNameInAReasonIsEscaped() throws IOException {
        String file = "/usr/bin/\u001b]0;owned\u0007\n";
        Plan.Reason reason =
                new Plan.Reason(
                        Capability.of("net_raw"),
                        List.of(),
                        true,
                        "permits to sniff; beware: " + file + " has it as a file capability");
        assertThat(text(reason))
                .contains("/usr/bin/\\x1b]0;owned\\x07\\x0a has")
                .doesNotContain("\u001b", "\u0007");
    }

    private static String text(Plan.Reason reason) throws IOException {
        Plan plan =
                new Plan(
                        Goal.NONE,
                        CapabilitySet.of(List.of(reason.capability())),
                        CapabilitySet.EMPTY,
                        new Plan.Weighing(List.of(reason), List.of(), null, null),
                        Forecast.NONE,
                        List.of(),
                        Plan.Remarks.NONE,
                        null);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal.Style style = new Terminal.Style(false, 200);
        Terminal terminal =
                new Terminal(new DataStream(bytes), style, bytes, style, StandardCharsets.UTF_8);
        new PlanText(terminal, false).write("lxc:web", plan, StartReview.SAME);
        terminal.requireWritten();
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
