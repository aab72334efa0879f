package dev.capdrop.linux.runtime;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A program of the host, run with a cleared environment, no input, bounded output and a deadline.
///
/// It runs in a session of its own (setsid(1)): a ^C or a hang-up of the administrator's terminal
/// is for capdrop to answer and must not end it half-way.
public final class HostProgram {
    private static final List<String> FOLDERS = List.of("/usr/bin", "/usr/sbin", "/bin", "/sbin");

    private static final Map<String, String> ENVIRONMENT =
            Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C.UTF-8", "HOME", "/root");

    private final Path setsid;
    private final Path path;

    private HostProgram(Path setsid, Path path) {
        this.setsid = setsid;
        this.path = path;
    }

    /// How a run ended.
    ///
    /// @param inTime whether it ended by itself before the deadline
    /// @param status its exit status; 128 and the signal when a signal ended it
    /// @param output what it wrote to both streams, its first 64 KiB
    public record Outcome(boolean inTime, int status, String output) {
        public boolean succeeded() {
            return inTime && status == 0;
        }
    }

    /// Looks the program up in the system's own folders.
    ///
    /// @param name the program
    /// @param debianPackage what to install when it is missing
    /// @throws IOException one sentence when it is not installed
    public static HostProgram find(String name, String debianPackage) throws IOException {
        return new HostProgram(
                lookUp("setsid", FOLDERS, "util-linux"), lookUp(name, FOLDERS, debianPackage));
    }

    /// Looks the program up in the absolute folders of our own `PATH` first.
    ///
    /// @param name the program
    /// @param debianPackage what to install when it is missing
    /// @throws IOException one sentence when it is not installed
    public static HostProgram onPath(String name, String debianPackage) throws IOException {
        List<String> folders = new ArrayList<>();
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
            if (folder.startsWith("/")) {
                folders.add(folder);
            }
        }
        folders.addAll(FOLDERS);
        return new HostProgram(
                lookUp("setsid", FOLDERS, "util-linux"), lookUp(name, folders, debianPackage));
    }

    private static Path lookUp(String name, List<String> folders, String debianPackage)
            throws IOException {
        for (String folder : folders) {
            Path candidate = Path.of(folder, name);
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        throw new IOException(
                "the program '"
                        + name
                        + "' is not installed on this host (Debian package '"
                        + debianPackage
                        + "')");
    }

    /// Runs it and waits; past the deadline it and its children are killed. What has detached
    /// itself from it, as a container's monitor does, is left alone.
    ///
    /// @throws InterruptedIOException when this thread is interrupted; the program is killed then
    public Outcome run(List<String> arguments, Duration deadline) throws IOException {
        Process process = start(arguments);
        BoundedOutput output = BoundedOutput.of(process.getInputStream());
        try {
            boolean inTime = process.waitFor(deadline.toNanos(), TimeUnit.NANOSECONDS);
            if (!inTime) {
                kill(process);
            }
            return new Outcome(inTime, inTime ? process.exitValue() : -1, output.text());
        } catch (InterruptedException interrupted) {
            kill(process);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while '" + path + "' was running");
        }
    }

    private Process start(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(setsid.toString());
        command.add("--wait");
        command.add(path.toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(ENVIRONMENT);
        builder.directory(new File("/"));
        builder.redirectInput(new File("/dev/null"));
        builder.redirectErrorStream(true);
        return builder.start();
    }

    /// Kills it, so that it can fork no more, and then all that is left of its process group in one
    /// step. A container's monitor is in a session of its own and so not among them.
    private static void kill(Process process) throws IOException {
        process.destroyForcibly().onExit().join();
        Process kill =
                new ProcessBuilder("/bin/sh", "-c", "kill -KILL -" + process.pid())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        kill.onExit().join();
    }
}
