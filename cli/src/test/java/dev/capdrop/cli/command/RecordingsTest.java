package dev.capdrop.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.record.SnapshotJson;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RecordingsTest {
    private static final Path EXAMPLE = Path.of("../examples/trixie-degraded.json");

    @TempDir Path folder;

    @Test
    void aPipeIsReadToItsEnd() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        Process writer =
                new ProcessBuilder("sh", "-c", "cat $0 >$1", EXAMPLE.toString(), pipe.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        assertThat(Targets.recorded(pipe)).isEqualTo(Targets.recorded(EXAMPLE));
        assertThat(writer.waitFor()).isZero();
    }

    @Test
    void whatIsNeitherFileNorPipeIsRefused() {
        for (Path path : new Path[] {folder, Path.of("/dev/zero"), folder.resolve("absent")}) {
            assertThatThrownBy(() -> Targets.recorded(path))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("is no file, expected a snapshot");
        }
    }

    @Test
    void whatSeveralContainersShareIsNoContainer() throws IOException {
        Path lines = folder.resolve("lines.json");
        Snapshot example = Targets.recorded(EXAMPLE);
        Subject file = new Subject.HostFile("/l/capdrop.conf");
        Files.write(
                lines, SnapshotJson.write(Snapshot.of(example.takenAt(), file, example.host())));
        assertThatThrownBy(() -> Targets.recorded(lines))
                .isInstanceOf(UsageException.class)
                .hasMessage("'%s' is of 'host:all', expected a snapshot of one container", lines);
    }

    @Test
    void anEndlessFileIsReadToALimit() throws IOException {
        Path endless = Files.createFile(folder.resolve("endless"));
        try (var file = new RandomAccessFile(endless.toFile(), "rw")) {
            file.setLength(1L << 40);
        }
        assertThatThrownBy(() -> Targets.recorded(endless))
                .hasMessageEndingWith("has more than 64 MiB, no snapshot is that large");
    }
}
