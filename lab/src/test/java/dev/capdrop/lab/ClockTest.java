package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The clock is set while a command works, by years, back and forth: what comes of the change is
/// the same, and said as ever. The machine's own clock stays as it is; libfaketime(1) gives the
/// program another one.
@NeedsContainers
final class ClockTest {
    /// `"$@"` with a clock of its own, which jumps as soon as it has said a text. libfaketime's way
    /// around an old fault of glibc, which is off here, has the JVM's threads that wait for a time
    /// wait for none: they kept a processor busy.
    private static final String JUMPING =
            """
            echo +0 >"$CLOCK"
            env LD_PRELOAD="$FAKE" DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1 FAKETIME_NO_CACHE=1 \\
                FAKETIME_FORCE_MONOTONIC_FIX=0 \\
                FAKETIME_TIMESTAMP_FILE="$CLOCK" "$@" 2>"$CLOCK.err" & pid=$!
            for i in $(seq 9000); do [[ $(<"$CLOCK.err") == *$SAID* ]] && break; sleep 0.02; done
            echo "$JUMP" >"$CLOCK.new"; mv "$CLOCK.new" "$CLOCK"; wait $pid; status=$?
            cat "$CLOCK.err" >&2; exit $status
            """;

    @TempDir Path temp = Path.of("");
    private final Bench bench = Bench.shared();
    private Path library = Path.of("");
    private Tool tool = new Tool(Path.of(""), Path.of(""));

    @BeforeEach
    void open() throws IOException {
        Path found = library();
        assumeTrue(found != null, "libfaketime is not installed");
        library = found;
        tool = Tool.of(bench, temp.resolve("state"));
    }

    /// Debian has a folder for each architecture.
    private static @Nullable Path library() throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(Path.of("/usr/lib"))) {
            for (Path folder : folders) {
                Path library = folder.resolve("faketime/libfaketimeMT.so.1");
                if (Files.exists(library)) {
                    return library;
                }
            }
        }
        return null;
    }

    @Test
    void aClockThatIsSetInTheMiddleOfAChangeChangesNothingOfIt() throws IOException {
        try (LabContainer container =
                SmallBoot.make(bench, Suite.BOOKWORM, Privilege.UNPRIVILEGED)) {
            assertThat(container.boot()).isEqualTo("degraded");
            String old = container.config();
            Command.Result applied = jumping("+400d", "waiting until", "apply", container);
            assertThat(applied.exit()).as(applied.toString()).isZero();
            assertThat(applied.out()).as(applied.toString()).contains("verdict: better");
            assertThat(container.config()).isEqualTo(old + "lxc.cap.drop = sys_rawio\n");
            assertThat(tool.run("status").exit()).isZero();
            Command.Result undone = jumping("-9y", "shutting", "undo", container);
            assertThat(undone.exit()).as(undone.toString()).isZero();
            assertThat(container.config()).isEqualTo(old);
            assertThat(tool.run("status").exit()).isZero();
        }
    }

    private Command.Result jumping(String jump, String said, String verb, LabContainer container)
            throws IOException {
        List<String> line = new ArrayList<>(List.of("bash", "-c", JUMPING, "bash"));
        line.addAll(tool.command(verb, container.name(), "--yes").line());
        Command.Result result =
                Command.of(line.toArray(String[]::new))
                        .with("CLOCK", temp.resolve("clock").toString())
                        .with("FAKE", library.toString())
                        .with("JUMP", jump)
                        .with("SAID", said)
                        .within(Duration.ofMinutes(5))
                        .run();
        assertThat(result.err()).as(result.toString()).contains(said);
        return result;
    }
}
