package dev.capdrop.lab;

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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// strace(1) on a process that is there already, which lets go of the programs that this one
/// starts: it writes down the calls that change a file, and makes one of them fail or the last.
final class Strace implements AutoCloseable {
    /// The calls that change a file or its name, or make that durable.
    private static final String CHANGING =
            "mkdir,rmdir,openat,write,pwrite64,copy_file_range,ftruncate,rename,renameat2,unlink,"
                    + "unlinkat,fsync,fchmod,fchown,fsetxattr,utimensat";

    private static final String MKDIR = "mkdir";

    private static final Pattern LINE = Pattern.compile("(\\d+) +((\\w+)\\(.*)");

    private static final Pattern RESUMED = Pattern.compile("(\\d+) +<\\.\\.\\. \\w+ resumed>(.*)");

    private static final String UNFINISHED = " <unfinished ...>";

    private final Process process;
    private final Path output;
    private final Path said;

    private Strace(Process process, Path output, Path said) {
        this.process = process;
        this.output = output;
        this.said = said;
    }

    /// A call of the thread that carries the command out.
    ///
    /// @param name the system call's
    /// @param mkdirs how many mkdir(2) its thread has made by then, with this one
    /// @param number which call of this name it is since the last mkdir(2), as strace's `when=`
    ///   counts; which mkdir(2) of all where it is one itself
    /// @param text the call and its result
    record Call(String name, int mkdirs, int number, String text) {
        boolean isMkdir() {
            return name.equals(MKDIR);
        }

        /// Whether an error took its place.
        boolean injected() {
            return text.contains("(INJECTED)");
        }

        /// Whether its thread has not come back from it.
        boolean unfinished() {
            return text.endsWith(UNFINISHED) || text.endsWith("= ?");
        }

        /// Without what is another in each run: numbers of descriptors, times, what it gave.
        String form() {
            return text.replaceAll("( <unfinished \\.\\.\\.>|\\) += ).*", "")
                    .replaceAll("\\d+", "#");
        }
    }

    static boolean installed() {
        return Files.isExecutable(Path.of("/usr/bin/strace"));
    }

    /// Writes down the calls that change a file.
    ///
    /// @param fault what to do to one of them, as `--inject` has it; nothing where it is empty
    static Strace attach(long pid, Path folder, String fault) throws IOException {
        return attach(pid, folder, CHANGING, fault);
    }

    /// Returns when the process has been stopped at one of its calls of mkdir(2), which it has made
    /// then, and is traced no more.
    ///
    /// @param number which, from 1
    /// @param begin lets the process go on to there
    static void stopAtMkdir(long pid, Path folder, int number, Step begin) throws IOException {
        String stop = MKDIR + ":signal=STOP:when=" + number;
        try (Strace strace = attach(pid, folder, MKDIR, stop)) {
            begin.run();
            // the first words are those of the stop in which it was found
            strace.awaitSaid("SIGSTOP {", "stopped by SIGSTOP");
        }
    }

    /// A step that may fail.
    interface Step {
        void run() throws IOException;
    }

    /// Returns when every thread of the process is traced.
    private static Strace attach(long pid, Path folder, String calls, String fault)
            throws IOException {
        Path output = Files.createTempFile(folder, "strace", ".out");
        Path said = Files.createTempFile(folder, "strace", ".said");
        List<String> line = new ArrayList<>(List.of("strace", "-f", "-b", "execve", "-y"));
        line.addAll(List.of("-p", Long.toString(pid)));
        line.addAll(List.of("-e", "trace=" + calls, "-o", output.toString()));
        if (!fault.isEmpty()) {
            line.addAll(List.of("-e", "inject=" + fault));
        }
        Process process = new ProcessBuilder(line).redirectError(said.toFile()).start();
        Strace strace = new Strace(process, output, said);
        strace.awaitAttached();
        return strace;
    }

    private void awaitAttached() throws IOException {
        await(said, "attached");
    }

    /// Returns when it has written one of these behind the other.
    void awaitSaid(String... texts) throws IOException {
        await(output, texts);
    }

    /// Lets go of the process as soon as an error has come, or it has ended; or nothing of the kind
    /// has happened for long.
    void closeAfterFault() throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (process.isAlive()
                && System.nanoTime() < end
                && !Files.readString(output).contains("(INJECTED)")) {
            pause();
        }
        close();
    }

    private void await(Path file, String... texts) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        Pattern wanted =
                Pattern.compile(
                        Stream.of(texts).map(Pattern::quote).collect(Collectors.joining(".*")),
                        Pattern.DOTALL);
        while (!wanted.matcher(Files.readString(file)).find()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new AssertionError(
                        "strace has not said " + wanted + ": " + Files.readString(said));
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while strace attaches", e);
        }
    }

    /// Lets go of the process, or sees it ended; then its output is whole.
    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }

    /// The calls on these files, and those in whose place an error came.
    ///
    /// @param paths of files that count, or of folders above them
    List<Call> calls(List<String> paths) throws IOException {
        List<Call> calls = new ArrayList<>();
        Map<String, Integer> numbers = new HashMap<>();
        for (String line : whole(Files.readAllLines(output))) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                String thread = matcher.group(1) + " ";
                String text = matcher.group(2);
                String name = matcher.group(3);
                int number = numbers.merge(thread + name, 1, Integer::sum);
                if (name.equals(MKDIR)) {
                    numbers.keySet().removeIf(of -> of.startsWith(thread) && !of.endsWith(MKDIR));
                }
                boolean ours = paths.stream().anyMatch(text::contains);
                if (text.contains("(INJECTED)") || (ours && !text.contains("O_RDONLY"))) {
                    int mkdirs = numbers.getOrDefault(thread + MKDIR, 0);
                    calls.add(new Call(name, mkdirs, number, text));
                }
            }
        }
        return calls;
    }

    /// With the two lines of a call that another thread's has interrupted made one.
    private static List<String> whole(List<String> lines) {
        List<String> whole = new ArrayList<>();
        Map<String, Integer> begun = new HashMap<>();
        for (String line : lines) {
            Matcher resumed = RESUMED.matcher(line);
            Integer at = resumed.matches() ? begun.remove(resumed.group(1)) : null;
            if (at != null) {
                whole.set(at, whole.get(at).replace(UNFINISHED, "") + resumed.group(2));
            } else {
                if (line.endsWith(UNFINISHED)) {
                    begun.put(line.split(" ", 2)[0], whole.size());
                }
                whole.add(line);
            }
        }
        return whole;
    }
}
