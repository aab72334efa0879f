package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Terminal.DataStream;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.record.SnapshotJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// The recorded container that the repository ships, read and judged once for all tests of it.
public final class RecordedExample {
    /// The width of the terminal.
    public static final int COLUMNS = 80;

    public static final Snapshot SNAPSHOT = read();
    public static final Plan PLAN = Planner.plan(SNAPSHOT, Request.HEALTHY).orElseThrow();

    private RecordedExample() {}

    private static Snapshot read() {
        try {
            byte[] json = Files.readAllBytes(Path.of("..", "examples", "trixie-degraded.json"));
            return SnapshotJson.read(json, "example").snapshot();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Returns its systemd.
    public static Systemd systemd() {
        Systemd systemd = SNAPSHOT.systemd();
        assertThat(systemd).isNotNull();
        return systemd;
    }

    /// Returns a unit of it.
    public static UnitState unit(String name) {
        UnitState unit = systemd().unit(name);
        assertThat(unit).as(name).isNotNull();
        return unit;
    }

    /// Returns the lines that somebody writes.
    public static List<String> text(Consumer<Terminal> writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal.Style style = new Terminal.Style(false, COLUMNS);
        Terminal terminal =
                new Terminal(new DataStream(bytes), style, bytes, style, StandardCharsets.UTF_8);
        writer.accept(terminal);
        assertThatCode(terminal::requireWritten).doesNotThrowAnyException();
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
