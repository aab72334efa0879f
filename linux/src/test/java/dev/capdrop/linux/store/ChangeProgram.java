package dev.capdrop.linux.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.change.Change;
import dev.capdrop.record.JournalEntryJson;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// [StoppedChange] as a process of its own.
final class ChangeProgram implements AutoCloseable {
    /// One class of each place that it needs.
    private static final List<Class<?>> USED =
            List.of(StoppedChange.class, FileJournal.class, Change.class, JournalEntryJson.class);

    private final Process process;

    private ChangeProgram(Process process) {
        this.process = process;
    }

    static ChangeProgram start() throws IOException, URISyntaxException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> line = new ArrayList<>(List.of(java, "-XX:TieredStopAtLevel=1"));
        line.add("--enable-native-access=ALL-UNNAMED");
        line.addAll(List.of("-XX:+UseSerialGC", "-cp", ClassPath.of(USED)));
        line.add(StoppedChange.class.getName());
        ChangeProgram program =
                new ChangeProgram(
                        new ProcessBuilder(line)
                                .redirectError(ProcessBuilder.Redirect.INHERIT)
                                .start());
        assertThat(program.process.inputReader().readLine()).isEqualTo("ready");
        return program;
    }

    long pid() {
        return process.pid();
    }

    /// What it answers; null when it was killed.
    @Nullable String change(StoppedChange change) throws IOException {
        process.getOutputStream()
                .write(
                        (change.home() + " " + change.folder() + "\n")
                                .getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        return process.inputReader().readLine();
    }

    /// Its exit status, once it has ended.
    int exit() {
        return process.onExit().orTimeout(10, TimeUnit.SECONDS).join().exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        var _ = exit();
    }
}
