package dev.capdrop.linux.program;

import dev.capdrop.linux.time.Deadline;
import java.io.IOException;

/// How much may still be read of the programs of one container, whoever wrote them.
final class Allowance {
    private final Deadline deadline;
    private long left;

    /// @param bytes of all files together
    Allowance(Deadline deadline, long bytes) {
        this.deadline = deadline;
        this.left = bytes;
    }

    /// Takes some of it.
    ///
    /// @throws IOException when so much is not left, or no time
    void take(long bytes) throws IOException {
        if (bytes > left || deadline.passed()) {
            throw new IOException("too much to read");
        }
        left -= bytes;
    }
}
