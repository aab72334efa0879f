package dev.capdrop.cli.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Terminal.DataStream;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.Observation.Coverage;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.Observation.Tallies.Tally;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The table that is shown while a container is watched, on terminals of many sizes.
class LearnTableTest {
    private static final int CHOWN = 0;
    private static final int NET_ADMIN = 12;
    private static final int SYS_ADMIN = 21;
    private static final long SECOND = 1_000_000_000L;
    private static final ContainerId WEB = new ContainerId(RuntimeKind.LXC, "web", "/var/lib/lxc");
    private static final String LONG = "systemd-a-service-with-a-name-of-no-end@instance.service";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Terminal terminal = terminal(false);
    private final LearnTable table = new LearnTable(terminal, WEB, 600);

    private Terminal terminal(boolean color) {
        Terminal.Style style = new Terminal.Style(color, 80);
        return new Terminal(new DataStream(bytes), style, bytes, style, StandardCharsets.UTF_8);
    }

    private static Observation seen(long lost, Tally... tallies) {
        CapabilitySet held = CapabilitySet.of("chown", "net_admin", "net_raw");
        Coverage coverage =
                new Coverage(
                        61,
                        0,
                        lost,
                        Coverage.End.TIME,
                        List.of(),
                        CapabilitySet.EMPTY,
                        Map.of(),
                        Coverage.UnitResults.NONE);
        return new Observation(Instant.EPOCH, false, held, List.of(tallies), coverage, 0);
    }

    private static Tally tally(String unit, int capability, Meaning meaning) {
        return new Tally(unit, capability, meaning, 3, 3600 * SECOND, 3671 * SECOND);
    }

    private List<String> lines(Observation seen, int columns, int rows) {
        return table.lines(seen, Text.EMPTY, columns, rows).stream().map(Text::toString).toList();
    }

    private static Observation many(int units) {
        List<Tally> tallies = new ArrayList<>();
        for (int i = 0; i < units; i++) {
            tallies.add(tally(LONG.replace("instance", "i" + i), CHOWN, Meaning.USED));
        }
        return seen(0, tallies.toArray(Tally[]::new));
    }

    @Test
    void whatWasUsedStandsFirstWithTheTimesAndWhatIsNotTheContainersIsLeftOut() {
        Observation seen =
                seen(
                        0,
                        tally("", SYS_ADMIN, Meaning.NEVER_HONOURED),
                        tally("host", CHOWN, Meaning.HOST),
                        tally("a.service", NET_ADMIN, Meaning.MISSED),
                        tally("web.service", CHOWN, Meaning.USED),
                        tally("a.service", CHOWN, Meaning.BELOW));
        assertThat(lines(seen, 100, 24))
                .containsExactly(
                        "lxc:web used 1 of its 3 capabilities in 61 s of 10 min; ^C ends it",
                        "capability  seen            unit         first (UTC)  last",
                        "chown       used            web.service  01:00:00     01:01:11",
                        "net_admin   refused here    a.service    01:00:00     01:01:11",
                        "sys_admin   never honoured  (no unit)    01:00:00     01:01:11");
    }

    @ParameterizedTest
    @CsvSource({"80, 24, 40", "120, 24, 40", "80, 24, 3", "41, 7, 9", "20, 3, 9", "1, 1, 1"})
    void itFitsEveryTerminal(int columns, int rows, int units) {
        List<Text> lines = table.lines(many(units), Text.EMPTY, columns, rows);
        assertThat(lines).hasSizeLessThanOrEqualTo(rows).isNotEmpty();
        assertThat(lines).allMatch(line -> line.columns() < Math.max(columns, 5));
    }

    @Test
    void whatHasNoRoomIsCountedInTheLastLine() {
        List<String> lines = lines(many(40), 80, 24);
        assertThat(lines).hasSize(24).last().isEqualTo("and 19 more");
        assertThat(lines(many(21), 80, 23)).hasSize(23).last().asString().startsWith("chown");
        assertThat(lines.get(2).length()).isLessThanOrEqualTo(79);
    }

    @Test
    void aLongNameIsCutAtEightyColumnsAndWholeAtOneHundredAndTwenty() {
        Observation seen = seen(0, tally(LONG, CHOWN, Meaning.USED));
        assertThat(lines(seen, 80, 24)).last().asString().contains("... ").doesNotContain(LONG);
        assertThat(lines(seen, 120, 24)).last().asString().contains(LONG);
    }

    @Test
    void aNameThatATerminalWouldObeyIsEscapedAndCountedAsItIsShown() {
        String name = "a\u001b[31m\u202e\u8a9e.service";
        Observation seen = seen(0, tally(name, CHOWN, Meaning.USED));
        assertThat(lines(seen, 80, 24))
                .last()
                .asString()
                .contains("\\x1b[31m")
                .doesNotContain("\u001b", "\u202e");
        assertThat(table.lines(many(1), Text.foreign(name), 40, 24))
                .allMatch(line -> line.columns() < 40);
    }

    @Test
    void aLossAndWhatWasSaidStandBelowTheTitle() {
        List<Text> lines = table.lines(seen(7), Text.of("the disk is full"), 100, 24);
        assertThat(lines.stream().map(Text::toString))
                .contains("7 checks were lost", "the disk is full");
    }

    @Test
    void aScreenIsDrawnInPlaceAndTheFirstOneIsThereAgainAtItsEnd() {
        try (Terminal.Screen screen = terminal.screen()) {
            screen.show(List.of(Text.of("one"), Text.of("two")));
            terminal.complain("a disk is full");
            assertThat(screen.said().toString()).contains("a disk is full");
            assertThat(written())
                    .isEqualTo(
                            "\u001b[?1049h\u001b[?25l\u001b[?7l"
                                    + "\u001b[Hone\u001b[K\r\ntwo\u001b[K\u001b[J");
            bytes.reset();
        }
        assertThat(written())
                .isEqualTo("\u001b[?7h\u001b[?25h\u001b[?1049lcapdrop: a disk is full\n");
        bytes.reset();
        terminal.talk("more");
        assertThat(written()).isEqualTo("capdrop: more\n");
    }

    @Test
    void aScreenThatIsClosedShowsNothingMore() {
        Terminal.Screen screen = terminal.screen();
        screen.close();
        bytes.reset();
        screen.close();
        screen.show(List.of(Text.of("late")));
        assertThat(written()).isEmpty();
    }

    private String written() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
