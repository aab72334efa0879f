package dev.capdrop.linux.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// strace(1) on a process that runs already: it writes down the calls on files and descriptors, and
/// makes one of them fail or kill the process.
final class Strace implements AutoCloseable {
    private static final Pattern LINE = Pattern.compile("(\\d+) +(\\w+)\\((.*)");

    /// What the first call of a round that names a file names. The read that brought the round's
    /// line may have been under way when strace came.
    private static final String FIRST = "/state";

    private final Process process;
    private final Path output;
    private final Path said;

    private Strace(Process process, Path output, Path said) {
        this.process = process;
        this.output = output;
        this.said = said;
    }

    /// One call of the thread that did the work.
    ///
    /// @param name the system call's
    /// @param number which call of this name it is, from 1, as strace's `when=` counts
    /// @param text the call and its result
    record Call(String name, int number, String text) {
        /// What makes this very call fail, or more.
        String inject(String how) {
            return "--inject=" + name + ":" + how + ":when=" + number;
        }
    }

    static boolean installed() {
        return Files.isExecutable(Path.of("/usr/bin/strace"));
    }

    /// Returns when every thread of the process is traced.
    static Strace attach(long pid, Path folder, String... more) throws Exception {
        Path output = Files.createTempFile(folder, "strace", ".out");
        Path said = Files.createTempFile(folder, "strace", ".said");
        List<String> line = new ArrayList<>(List.of("strace", "-f", "-p", Long.toString(pid)));
        line.addAll(List.of("-e", "trace=%file,%desc", "-o", output.toString()));
        line.addAll(List.of(more));
        Strace strace =
                new Strace(
                        new ProcessBuilder(line).redirectError(said.toFile()).start(),
                        output,
                        said);
        strace.awaitAttached();
        return strace;
    }

    private void awaitAttached() throws Exception {
        for (int i = 0; i < 1000; i++) {
            if (Files.readString(said).contains("attached")) {
                return;
            }
            assertThat(process.isAlive()).as(() -> "strace: " + text(said)).isTrue();
            Thread.sleep(5);
        }
        throw new AssertionError("strace does not attach: " + text(said));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /// Lets go of the process, or sees it ended; then its output is whole.
    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }

    /// The calls of one round: from the line that began it to the answer, both left out.
    List<Call> calls() throws IOException {
        List<String> lines = Files.readAllLines(output);
        String thread = thread(lines);
        List<Call> calls = new ArrayList<>();
        Map<String, Integer> numbers = new HashMap<>();
        boolean within = false;
        for (String line : lines) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches() && matcher.group(1).equals(thread)) {
                String text = line.substring(matcher.start(2));
                int number = numbers.merge(matcher.group(2), 1, Integer::sum);
                within |= text.contains(FIRST);
                if (within && !matcher.group(3).matches("[01],.*")) {
                    calls.add(new Call(matcher.group(2), number, text));
                }
            }
        }
        return calls;
    }

    private static String thread(List<String> lines) {
        for (String line : lines) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches() && line.contains(FIRST)) {
                return matcher.group(1);
            }
        }
        throw new AssertionError("no thread has touched a file of the round");
    }

    /// The calls that did not happen, because an error was put in their place.
    List<String> injected() throws IOException {
        return Files.readAllLines(output).stream()
                .filter(line -> line.contains("(INJECTED)"))
                .toList();
    }
}
