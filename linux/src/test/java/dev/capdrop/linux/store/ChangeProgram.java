package dev.capdrop.linux.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.change.Change;
import dev.capdrop.record.JournalEntryJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A process of its own that carries out a change for each line of its standard input, which names
/// the home, the command and the folder, and answers each with a line: `done`, or why not.
final class ChangeProgram implements AutoCloseable {
    /// One class of each place that it needs.
    private static final List<Class<?>> USED =
            List.of(ChangeProgram.class, FileJournal.class, Change.class, JournalEntryJson.class);

    private final Process process;

    private ChangeProgram(Process process) {
        this.process = process;
    }

    static ChangeProgram start() throws IOException, URISyntaxException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> line = new ArrayList<>(List.of(java, "-XX:TieredStopAtLevel=1"));
        line.add("--enable-native-access=ALL-UNNAMED");
        line.addAll(List.of("-XX:+UseSerialGC", "-cp", ClassPath.of(USED)));
        line.add(ChangeProgram.class.getName());
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

    /// Answers lines until there are no more.
    public static void main(String[] arguments) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        String line = lines.readLine();
        while (line != null) {
            String[] words = line.split(" ", 3);
            TriedChange change = TriedChange.Home.valueOf(words[0]).in(Path.of(words[2]));
            System.out.println(answer(TriedChange.Verb.valueOf(words[1]), change));
            line = lines.readLine();
        }
    }

    private static String answer(TriedChange.Verb verb, TriedChange change) {
        try {
            verb.of(change);
            return "done";
        } catch (IOException failed) {
            return "failed: " + failed.getMessage();
        } catch (RuntimeException mistake) {
            return "mistake: " + mistake;
        }
    }

    /// What it answers; null when it was killed.
    @Nullable String carryOut(TriedChange.Verb verb, TriedChange change) throws IOException {
        String line = change.home() + " " + verb + " " + change.folder() + "\n";
        process.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        return process.inputReader().readLine();
    }

    /// Its exit status, once it has ended.
    int exit() {
        return process.onExit().orTimeout(60, TimeUnit.SECONDS).join().exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        var _ = exit();
    }
}
