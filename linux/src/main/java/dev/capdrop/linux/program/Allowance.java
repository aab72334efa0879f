package dev.capdrop.linux.program;

import dev.capdrop.linux.time.Deadline;
import java.io.IOException;

/// The limit on reading the programs of one container, whoever wrote them.
final class Allowance {
    private final Deadline deadline;
    private long left;

    Allowance(Deadline deadline, long bytes) {
        this.deadline = deadline;
        this.left = bytes;
    }

    /// Takes some bytes of it, or throws when not enough is left, or no time.
    void take(long bytes) throws IOException {
        if (bytes > left || deadline.passed()) {
            throw new IOException("too much to read");
        }
        left -= bytes;
    }
}
