package dev.capdrop.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.record.SnapshotJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FleetTableTest {
    private static Checked example() throws IOException {
        byte[] json = Files.readAllBytes(Path.of("..", "examples", "trixie-degraded.json"));
        Snapshot snapshot = SnapshotJson.read(json, "example").snapshot();
        return new Checked(
                "lxc:web",
                "lxc:web",
                null,
                snapshot,
                NextStart.of(snapshot).configured(),
                "",
                Checked.Reasoning.of(
                        Diagnosis.of(snapshot),
                        Planner.plan(snapshot, Request.HEALTHY).orElseThrow()),
                Checked.OurChange.NONE);
    }

    @Test
    void eachRecordingIsOneLineHoweverLongItIs() throws IOException {
        String why = "'b\u001b.json' is not valid JSON " + "x".repeat(100);
        Checked unread = CheckTableTest.unread("b\u001b.json", null, why);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal terminal = CheckTableTest.terminal(bytes);
        new FleetTable(terminal)
                .write(
                        List.of(
                                FleetTable.Row.of("web.json", example()),
                                FleetTable.Row.of("b\u001b.json", unread)));
        terminal.requireWritten();
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "FILE        TARGET   STATE     FAILED  REMEDY",
                        "web.json    lxc:web  degraded  2       drop sys_module sys_rawio",
                        "b\\x1b.json  -        not read  -       'b\\x1b.json' is not valid JSON "
                                + "x".repeat(100));
    }
}
