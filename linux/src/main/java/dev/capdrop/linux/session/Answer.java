package dev.capdrop.linux.session;

import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.time.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Takes the output of a program that may be an adversary's, within a limit of bytes and of time.
///
/// It goes through a pipe of ours and not through one of the JDK, whose own thread reads that to
/// its end once the program has ended: processes that the program has left behind may write for
/// ever, and nobody could close the stream before.
public final class Answer {
    private static final int CHUNK = 32768;
    private static final long SLICE = Duration.ofMillis(20).toNanos();

    private final Process process;
    private final Libc.Pipe pipe;
    private final int limit;
    private final Deadline end;

    /// Says that a program failed.
    public static final class FailedException extends IOException {
        private static final long serialVersionUID = 1L;

        private FailedException(String message) {
            super(message);
        }
    }

    private Answer(Process process, Libc.Pipe pipe, int limit, Deadline end) {
        this.process = process;
        this.pipe = pipe;
        this.limit = limit;
        this.end = end;
    }

    /// Runs a program and takes its standard output until it has ended, without waiting for
    /// processes that it leaves behind.
    ///
    /// @param what its name in messages, `the container's systemctl`
    /// @param limit the most bytes that are acceptable
    /// @throws FailedException when it ended with another exit status than 0: what it wrote may be
    ///   a part of its answer
    /// @throws IOException when it wrote too much, took too long or could not be started
    public static byte[] of(
            OwnSession program, List<String> arguments, String what, int limit, Deadline end)
            throws IOException {
        try (Libc.Pipe pipe = Libc.pipe()) {
            Process process = program.start(arguments, Path.of(pipe.writeEnd().path()));
            pipe.writeEnd().close();
            try {
                byte[] answer = new Answer(process, pipe, limit, end).read(what);
                if (process.exitValue() != 0) {
                    throw new FailedException(
                            what + " ended with exit status " + process.exitValue());
                }
                return answer;
            } finally {
                if (process.isAlive()) {
                    OwnSession.kill(process);
                }
            }
        }
    }

    private byte[] read(String what) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        while (true) {
            boolean ended = !process.isAlive();
            long wait = ended ? 0 : Math.clamp(end.toWait(), 0, SLICE);
            boolean ready = Libc.poll(pipe.readEnd(), Libc.POLLIN, wait) != 0;
            int count = ready ? Libc.read(pipe.readEnd(), chunk, 0, CHUNK) : 0;
            if (count == 0 && ended) {
                return answer.toByteArray();
            }
            if (count == 0 && ready) {
                // it has closed its output, and its exit status is still to come
                LockSupport.parkNanos(wait);
            }
            answer.write(chunk, 0, count);
            if (answer.size() > limit) {
                throw new IOException(what + " wrote more than " + limit + " bytes");
            }
            if (end.passed()) {
                throw new IOException(what + " did not answer in time" + end.longer());
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while waiting for " + what);
            }
        }
    }
}
