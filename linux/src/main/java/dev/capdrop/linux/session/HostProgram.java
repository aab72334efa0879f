package dev.capdrop.linux.session;

import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import dev.capdrop.linux.time.Patience;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A program of the host, run with a cleared environment, no input, bounded output and a deadline.
///
/// It runs in a session of its own: a ^C or a hang-up of the administrator's terminal is for
/// capdrop to answer and must not end it half-way.
public final class HostProgram {
    private static final int MOST = 600;
    private static final int MOST_LINES = 5;

    private final OwnSession program;

    private HostProgram(OwnSession program) {
        this.program = program;
    }

    /// The end of a run.
    ///
    /// @param inTime whether it ended by itself before the deadline
    /// @param status its exit status; 128 and the signal when a signal ended it
    /// @param output the first 64 KiB of both streams
    public record Outcome(boolean inTime, int status, String output) {
        public boolean succeeded() {
            return inTime && status == 0;
        }

        /// Returns why it failed, in its own words where it has some.
        ///
        /// @param name the program's, for a sentence
        public String failure(String name) {
            String said = lastLines();
            if (!inTime) {
                return name + " did not end" + (said.isEmpty() ? "" : ", it said: " + said);
            }
            return said.isEmpty() ? name + " gave no reason (status " + status + ")" : said;
        }

        /// Returns the end of its output on one line; the last line alone often says little.
        public String lastLines() {
            List<String> lines = new ArrayList<>();
            for (String line : output.split("[\n\r]+")) {
                if (!line.isBlank()) {
                    lines.add(line.strip().replaceAll("\\p{Cntrl}", "?"));
                }
            }
            int first = Math.max(0, lines.size() - MOST_LINES);
            String last = String.join(" / ", lines.subList(first, lines.size()));
            return last.length() <= MOST ? last : "…" + last.substring(last.length() - MOST);
        }
    }

    /// Looks the program up in the system's own folders.
    ///
    /// @param debianPackage what to install when it is missing
    /// @throws IOException one sentence when it is not installed
    public static HostProgram find(String name, String debianPackage) throws IOException {
        return new HostProgram(OwnSession.of(name, OwnSession.FOLDERS, debianPackage));
    }

    /// Looks the program up in the absolute folders of our own `PATH` first.
    ///
    /// @param debianPackage what to install when it is missing
    /// @throws IOException one sentence when it is not installed
    public static HostProgram onPath(String name, String debianPackage) throws IOException {
        List<String> folders = new ArrayList<>();
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
            if (folder.startsWith("/")) {
                folders.add(folder);
            }
        }
        folders.addAll(OwnSession.FOLDERS);
        return new HostProgram(OwnSession.of(name, folders, debianPackage));
    }

    /// Returns what [#onPath] finds; null where it is not installed.
    public static @Nullable HostProgram ifInstalled(String name) {
        return Errand.orNull(() -> onPath(name, ""));
    }

    /// Whether anybody's run of a program with these first arguments is under way.
    public static boolean underWay(String name, List<String> first) throws IOException {
        return ProcessCommands.HERE.anyOfRoot(name, first);
    }

    /// Whether a process of the host's root has such a title, as tasks of Proxmox VE do.
    public static boolean titled(String begin, String part) throws IOException {
        return ProcessCommands.HERE.anyTitled(begin, part);
    }

    /// Whether one process has such a title; false where it has ended.
    public static boolean isTitled(long pid, String begin, String part) {
        return ProcessCommands.HERE.titled(pid, begin, part);
    }

    /// Returns its absolute path.
    public String path() {
        return program.program().toString();
    }

    /// Runs it and waits; past the deadline it and its children are killed. A process that has
    /// detached itself, as a container's monitor does, is left alone.
    ///
    /// @throws InterruptedIOException when this thread is interrupted; the program is killed then
    public Outcome run(List<String> arguments, Duration deadline) throws IOException {
        return run(arguments, Patience.exactly(deadline));
    }

    /// Runs it within a patience that a busy machine may prolong.
    public Outcome run(List<String> arguments, Patience patience) throws IOException {
        Deadline deadline = patience.begin();
        Process process = program.start(arguments);
        BoundedOutput output = BoundedOutput.of(process.getInputStream());
        try {
            boolean inTime = ended(process, deadline);
            if (!inTime) {
                OwnSession.kill(process);
            }
            return new Outcome(inTime, inTime ? process.exitValue() : -1, output.text());
        } catch (InterruptedException interrupted) {
            OwnSession.kill(process);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(
                    "interrupted while '" + program.program() + "' was running");
        }
    }

    private static boolean ended(Process process, Deadline deadline) throws InterruptedException {
        long wait = deadline.toWait();
        while (wait > 0 && !process.waitFor(wait, TimeUnit.NANOSECONDS)) {
            wait = deadline.toWait();
        }
        return !process.isAlive();
    }
}
