package dev.capdrop.cli.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.render.Json;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Terminal.DataStream;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.Observation.Coverage;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.Observation.Tallies.Tally;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LearnTextTest {
    private static final int CHOWN = 0;
    private static final int NET_ADMIN = 12;
    private static final ContainerId WEB = new ContainerId(RuntimeKind.LXC, "web", "/var/lib/lxc");

    private static Observation seen(Coverage coverage, Tally... tallies) {
        CapabilitySet held = CapabilitySet.of("chown", "net_admin", "net_raw");
        return new Observation(Instant.EPOCH, false, held, List.of(tallies), coverage, 0);
    }

    private static Coverage coverage(long lost, Coverage.End end) {
        return new Coverage(
                600,
                0,
                lost,
                end,
                List.of("web.service"),
                CapabilitySet.EMPTY,
                Map.of(),
                Coverage.UnitResults.NONE);
    }

    private static String text(Observation seen) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal.Style style = new Terminal.Style(false, 80);
        Terminal terminal =
                new Terminal(new DataStream(bytes), style, bytes, style, StandardCharsets.UTF_8);
        new LearnText(terminal).write(WEB, seen);
        assertThatCode(terminal::requireWritten).doesNotThrowAnyException();
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatWasUsedStandsFirstAndWhatWasNotSeenIsNamed() {
        Tally used = new Tally("web.service", CHOWN, Meaning.USED, 3, 1, 2);
        Tally inVain = new Tally("", NET_ADMIN, Meaning.NEVER_HONOURED, 3, 1, 2);
        assertThat(text(seen(coverage(0, Coverage.End.TIME), used, inVain)).lines())
                .startsWith(
                        "lxc:web used 1 of the 3 capabilities that it holds, watched for 10 min.",
                        "capability  seen            units",
                        "chown       used            web.service",
                        "net_admin   never honoured  (no unit)",
                        "  not seen: net_raw",
                        "  coverage: 10 min, no boot; units that had processes: 1; no check was lost");
    }

    @Test
    void aLossAndAnEarlyEndAreSaid() {
        assertThat(text(seen(coverage(7, Coverage.End.CONTAINER))).replace("\n  ", " "))
                .contains("used 0 of the 3 capabilities")
                .contains("7 checks were lost, so that what was not seen may have happened")
                .contains("The container stopped before the time was over.");
    }

    @Test
    void aUnitsNameIsEscaped() {
        Tally used = new Tally("a\u001b[31m.service", CHOWN, Meaning.USED, 1, 1, 1);
        assertThat(text(seen(coverage(0, Coverage.End.TIME), used)))
                .doesNotContain("\u001b")
                .contains("a\\x1b[31m.service");
    }

    @Test
    void aServiceInNoUnitIsNullInJson() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Tally used = new Tally("", CHOWN, Meaning.USED, 1, 1_000_000_000L, 2_000_000_000L);
        Json.write(
                bytes,
                LearnText.report(
                        List.of(
                                LearnText.target(
                                        WEB, seen(coverage(0, Coverage.End.USER), used)))));
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("\"schema\" : \"capdrop/learn/1\"", "\"ended\" : \"user\"")
                .contains("\"units\" : [ null ]")
                .contains("\"first\" : \"1970-01-01T00:00:01Z\"");
    }
}
