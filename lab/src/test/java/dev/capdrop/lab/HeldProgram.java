package dev.capdrop.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// A program that was started and stands still before its first own instruction, so that another
/// one can be attached to it.
///
/// The dynamic linker loads a library of ours into it (ld.so(8), LD_PRELOAD), which stops the
/// process when it is loaded, and no program that this one starts.
final class HeldProgram implements AutoCloseable {
    private static final String LIBRARY =
            """
            #include <signal.h>
            #include <stdlib.h>
            __attribute__((constructor)) static void hold(void) { unsetenv("LD_PRELOAD"); raise(SIGSTOP); }
            """;

    private final Process process;
    private final Path out;
    private final Path err;

    private HeldProgram(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /// Makes the library.
    ///
    /// @param folder where it lies from then on
    static Path library(Path folder) throws IOException {
        Path source = Files.writeString(folder.resolve("hold.c"), LIBRARY);
        Path library = folder.resolve("hold.so");
        Command.of("gcc", "-shared", "-fPIC", "-o", library.toString(), source.toString())
                .runOrFail();
        return library;
    }

    /// Starts a program, and returns when it stands still.
    ///
    /// @param library that which [#library] has made
    static HeldProgram start(Command command, Path library) throws IOException {
        Path out = Files.createTempFile("lab", ".out");
        Path err = Files.createTempFile("lab", ".err");
        ProcessBuilder builder = new ProcessBuilder(command.line());
        builder.environment().putAll(command.environment());
        builder.environment().put("LD_PRELOAD", library.toString());
        Process process =
                builder.redirectInput(command.input().toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        HeldProgram held = new HeldProgram(process, out, err);
        held.awaitStopped();
        return held;
    }

    private void awaitStopped() throws IOException {
        Path status = Path.of("/proc/" + process.pid() + "/status");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.readString(status).contains("State:\tT")) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it does not stand still: " + Files.readString(err));
            }
            Command.of("sleep", "0.005").runOrFail();
        }
    }

    long pid() {
        return process.pid();
    }

    /// Lets it go on.
    void go() {
        Command.of("kill", "-CONT", Long.toString(pid())).runOrFail();
    }

    /// Waits for its end.
    Command.Result end() throws IOException {
        int exit = process.onExit().orTimeout(5, TimeUnit.MINUTES).join().exitValue();
        return new Command.Result(exit, text(out), text(err));
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
        Files.delete(out);
        Files.delete(err);
    }
}
