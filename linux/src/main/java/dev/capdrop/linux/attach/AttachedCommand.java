package dev.capdrop.linux.attach;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.bus.Deadline;
import dev.capdrop.linux.session.OwnSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/// A program run in the container, with nothing of ours in its hands: no environment, no terminal,
/// no standard input, and only so many bytes and so much time for its answer.
final class AttachedCommand {
    private static final int LIMIT = 64 << 20;
    private static final int PAUSE_MILLIS = 2;

    private AttachedCommand() {}

    /// What the program wrote to its standard output.
    ///
    /// @throws IOException when it wrote too much, took too long or could not be started
    static String run(ContainerId container, Deadline deadline, List<String> program)
            throws IOException {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(
                List.of("-n", container.name(), "-P", container.lxcPath(), "--clear-env", "--"));
        arguments.addAll(program);
        Process process =
                OwnSession.of("lxc-attach", OwnSession.FOLDERS, "lxc")
                        .start(arguments, OwnSession.Complaints.DISCARDED);
        try (InputStream in = process.getInputStream()) {
            return collect(process, in, deadline, program.getFirst());
        } finally {
            if (process.isAlive()) {
                OwnSession.kill(process);
            }
        }
    }

    /// Never waits in a read: a process left behind in the container may hold the pipe open.
    private static String collect(
            Process process, InputStream in, Deadline deadline, String program) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (true) {
            boolean ended = !process.isAlive();
            int ready = in.available();
            if (ready > 0) {
                out.writeBytes(in.readNBytes(ready));
            } else if (ended) {
                return out.toString(UTF_8);
            } else {
                pause(process, program);
            }
            if (out.size() > LIMIT || deadline.passed()) {
                throw new IOException(
                        "the container's "
                                + program
                                + (out.size() > LIMIT
                                        ? " wrote more than " + LIMIT + " bytes"
                                        : " did not answer in time"));
            }
        }
    }

    private static void pause(Process process, String program) throws IOException {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + program, e);
        }
    }
}
