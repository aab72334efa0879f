package dev.capdrop.linux.live;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.linux.proc.ProcDir;
import dev.capdrop.linux.session.LeashedProcess;
import java.io.IOException;
import java.time.Duration;

/// A [Tracer] as who starts it sees it.
///
/// An attach waits in the kernel for as long as PID 1 is in execve(2), which is for ever where the
/// program lies on a file system that the container serves and never answers for.
record TracerProcess(TracerStart start, Duration limit) {
    /// As long as the tracer itself may take (some [Tries] that each wait for a stop), and its
    /// start on a machine with too much to do.
    private static final Duration LIMIT = Duration.ofSeconds(45);

    TracerProcess() {
        this(TracerStart.here(), LIMIT);
    }

    void requireAllowed(ProcDir process, CapabilitySet drop) throws IOException {
        String answer = answer(Tracer.ASK, process, drop);
        if (!answer.equals(Tracer.ALLOWED)) {
            throw unexpected(answer);
        }
    }

    /// Has the process drop these.
    ///
    /// @throws IOException when it has not, or not all of them, or nobody can tell; where this does
    ///   not say otherwise, nothing is attached to it then
    Tries.Traced drop(ProcDir process, CapabilitySet drop) throws IOException {
        String answer = answer(Tracer.DROP, process, drop);
        if (!answer.matches(Tracer.DROPPED + " [0-9]{1,18} [0-9]{1,9}")) {
            throw unexpected(answer);
        }
        String[] words = answer.split(" ");
        return new Tries.Traced(
                Duration.ofNanos(Long.parseLong(words[1])), Integer.parseInt(words[2]));
    }

    private static IOException unexpected(String answer) {
        String refused = Tracer.REFUSED + " ";
        return answer.startsWith(refused)
                ? new LiveException(answer.substring(refused.length()))
                : new IOException("the program that traces PID 1 says '" + answer + "'");
    }

    private String answer(String task, ProcDir process, CapabilitySet drop) throws IOException {
        return switch (start.with(Tracer.words(task, process, drop)).within(limit)) {
            case LeashedProcess.Ended ended -> {
                String answer = ended.output().strip();
                yield answer.isEmpty() ? "nothing, status " + ended.status() : answer;
            }
            case LeashedProcess.Abandoned abandoned ->
                    throw new LiveException(
                            "PID 1 does not answer: it was traced for %s s in vain%s"
                                    .formatted(limit.toSeconds(), abandoned.remark()));
        };
    }
}
