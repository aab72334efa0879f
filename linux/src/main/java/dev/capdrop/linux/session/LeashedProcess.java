package dev.capdrop.linux.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program that may never end, whatever is done to it, because in our place it does what the
/// kernel may have it wait for without end: it is waited for up to a limit, then killed, and left
/// behind where even that does not end it.
///
/// Its standard input ends when this process does, in whatever way, so that it can end, too.
public final class LeashedProcess {
    /// The most output, no more than a pipe holds: nobody reads before it has ended.
    public static final int MOST_OUTPUT = 64 << 10;

    private final Process process;

    private LeashedProcess(Process process) {
        this.process = process;
    }

    public static LeashedProcess start(OwnSession program, List<String> arguments)
            throws IOException {
        return new LeashedProcess(program.startOnLeash(arguments));
    }

    /// The end of the process, or that it has not ended.
    public sealed interface Outcome {}

    /// The process ended by itself.
    ///
    /// @param output its standard output
    /// @param whole whether that is all of it
    public record Ended(int status, String output, boolean whole) implements Outcome {}

    /// The process did not end in its time; if stuck, not even when it was killed.
    public record Abandoned(long pid, boolean stuck) implements Outcome {
        /// Returns a remark on a stuck process, to follow a sentence; else empty.
        public String remark() {
            return stuck
                    ? "; process " + pid + " is stuck in the kernel with it and is left behind"
                    : "";
        }
    }

    /// Waits for its end. An interruption does not end the wait.
    public Outcome within(Duration limit) throws IOException {
        if (!endsWithin(process, limit)) {
            boolean ended = endsWithin(process.destroyForcibly(), OwnSession.ENDS);
            return new Abandoned(process.pid(), !ended);
        }
        try (var said = process.getInputStream()) {
            byte[] bytes = said.readNBytes(MOST_OUTPUT);
            String output = new String(bytes, StandardCharsets.UTF_8);
            return new Ended(process.exitValue(), output, bytes.length < MOST_OUTPUT);
        }
    }

    /// Ends its standard input, as the end of this process would.
    public void letGo() throws IOException {
        process.getOutputStream().close();
    }

    static boolean endsWithin(Process process, Duration time) {
        long end = System.nanoTime() + time.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
