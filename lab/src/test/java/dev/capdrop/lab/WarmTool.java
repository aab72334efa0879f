package dev.capdrop.lab;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/// capdrop in a process that runs one command line after the other, so that only the first pays for
/// the start of a JVM, the loading of classes and their translation.
///
/// What is the same as in a process for each command, and how what a command leaves is noticed, is
/// [WarmProcess]'s to say. What a test has of signals, of the process's limits, environment, input
/// or terminal takes a process of its own: [Tool#command(String...)].
final class WarmTool implements AutoCloseable {
    private final UnaryOperator<List<String>> options;
    private final Path root;
    private final Path folder;
    private final Process process;
    private final DataOutputStream asks;
    private final DataInputStream answers;
    private Path out = Path.of("");
    private Path err = Path.of("");

    /// What the last command has left.
    private String left = "";

    /// @param options makes of a command's words its whole line
    /// @param root the root directory of the process
    /// @param folder for what it says
    private WarmTool(
            UnaryOperator<List<String>> options, Path root, Path folder, ProcessBuilder builder)
            throws IOException {
        this.options = options;
        this.root = root;
        this.folder = folder;
        this.process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        this.asks = new DataOutputStream(process.getOutputStream());
        this.answers = new DataInputStream(process.getInputStream());
    }

    /// @param tool whose options each command gets
    static WarmTool start(Tool tool) throws IOException {
        return start(tool.path(), tool::withOptions);
    }

    /// The same without options.
    ///
    /// @param path where it finds programs, as `PATH` says
    static WarmTool start(String path) throws IOException {
        return start(path, words -> words);
    }

    private static WarmTool start(String path, UnaryOperator<List<String>> options)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(QuickStart.line(WarmProcess.class));
        builder.environment().put("PATH", path);
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        return new WarmTool(options, Path.of("/"), temporary, builder);
    }

    /// The same in a container that is a host of its own, with the environment that
    /// [MachineHost#run(String...)] gives; without options.
    ///
    /// @param starter what starts a program there
    static WarmTool inside(LabContainer host, List<String> starter) throws IOException {
        List<String> line = new ArrayList<>(starter);
        line.addAll(QuickStart.line(WarmProcess.class));
        // not its /tmp, which is in memory and not seen from here
        Path folder = host.rootfs().resolve("srv");
        return new WarmTool(words -> words, host.rootfs(), folder, new ProcessBuilder(line));
    }

    long pid() {
        return process.pid();
    }

    /// Runs a command to its end.
    Command.Result run(String... arguments) throws IOException {
        begin(arguments);
        return end();
    }

    /// Begins a command, whose output is [#end]'s. It writes to new files: a program that the
    /// command before has left running may still write to the others.
    void begin(String... arguments) throws IOException {
        beginLine(options.apply(List.of(arguments)));
    }

    /// The same with a command line that is whole, as that of another [Tool] is.
    void beginLine(List<String> line) throws IOException {
        out = Files.createTempFile(folder, "lab", ".out");
        err = Files.createTempFile(folder, "lab", ".err");
        List<String> words = new ArrayList<>(List.of(inside(out), inside(err)));
        words.addAll(line);
        WarmProcess.write(asks, words);
    }

    private String inside(Path file) {
        return "/" + root.relativize(file);
    }

    /// Waits until the command has ended, or the process.
    Command.Result end() throws IOException {
        List<String> answer = WarmProcess.read(answers);
        int exit;
        if (answer.isEmpty()) {
            exit = process.onExit().orTimeout(60, TimeUnit.SECONDS).join().exitValue();
        } else {
            exit = Integer.parseInt(answer.getFirst());
            left = answer.getLast();
        }
        Command.Result result = new Command.Result(exit, text(out), text(err));
        Files.delete(out);
        Files.delete(err);
        return result;
    }

    /// The same within a time.
    ///
    /// @throws AssertionError when it still ran then; it runs no longer
    Command.Result end(Duration limit) throws IOException {
        FutureTask<Command.Result> task = new FutureTask<>(this::end);
        Thread.ofPlatform().daemon().name("warm command's end").start(task);
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | InterruptedException late) {
            String said = text(out) + text(err);
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            close();
            throw new AssertionError("still ran after " + limit + ": " + said, late);
        } catch (ExecutionException failed) {
            throw new IOException("the process for capdrop's commands is ill", failed);
        }
    }

    /// Whether the process has ended.
    boolean killed() {
        return !process.isAlive();
    }

    /// What the last command has left of itself in the process: then it is no place for another
    /// one.
    String left() {
        return left;
    }

    /// Whether it can run another command.
    boolean fit() {
        return !killed() && left.isEmpty();
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }
}
