package dev.capdrop.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A program to run, with bounded time.
///
/// Its output goes through files, not pipes: a daemon that the program leaves behind (lxc-start -d)
/// would keep a pipe open for ever.
///
/// @param line the program and its arguments
/// @param input what it reads from its standard input, to the end of the file
/// @param environment added to this process's own environment
/// @param limit after which it is killed, with all its children
public record Command(
        List<String> line, Path input, Map<String, String> environment, Duration limit) {
    private static final Path NOTHING = Path.of("/dev/null");

    public Command {
        line = List.copyOf(line);
        environment = Map.copyOf(environment);
    }

    /// A command without input that may take three minutes, on a machine that is busy.
    public static Command of(String... line) {
        return new Command(List.of(line), NOTHING, Map.of(), Duration.ofMinutes(3));
    }

    /// The same command, reading this file.
    public Command reading(Path file) {
        return new Command(line, file, environment, limit);
    }

    /// The same command, with one more variable in its environment.
    public Command with(String variable, String value) {
        Map<String, String> more = new LinkedHashMap<>(environment);
        more.put(variable, value);
        return new Command(line, input, more, limit);
    }

    /// The same command with another limit.
    public Command within(Duration other) {
        return new Command(line, input, environment, other);
    }

    /// Runs it to its end.
    ///
    /// @throws AssertionError when it was still running at its limit, with what it had printed
    public Result run() {
        try {
            Path out = Files.createTempFile("lab", ".out");
            Path err = Files.createTempFile("lab", ".err");
            try {
                return run(out, err);
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + line, e);
        }
    }

    /// Runs it to its end.
    ///
    /// @return its standard output, without the last newline
    /// @throws AssertionError when it fails, with all it printed
    public String runOrFail() {
        Result result = run();
        if (result.exit() != 0) {
            throw new AssertionError(line + " failed: " + result);
        }
        return result.out().stripTrailing();
    }

    private Result run(Path out, Path err) throws IOException {
        Process process = start(out, err);
        boolean ended;
        try {
            ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            end(process);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + line, e);
        }
        if (!ended) {
            end(process);
            throw new AssertionError(
                    line + " still ran after " + limit + ": " + text(out) + text(err));
        }
        return new Result(process.exitValue(), text(out), text(err));
    }

    private Process start(Path out, Path err) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().putAll(environment);
        return builder.redirectInput(input.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    /// How a command ended.
    ///
    /// @param exit its exit status; 128 and the signal's number when a signal ended it
    /// @param out all it wrote to its standard output
    /// @param err all it wrote to its standard error
    public record Result(int exit, String out, String err) {}
}
