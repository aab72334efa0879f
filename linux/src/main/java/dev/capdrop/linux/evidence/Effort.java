package dev.capdrop.linux.evidence;

import dev.capdrop.linux.time.Deadline;
import java.io.IOException;

/// The limit on reads from a container's journal: its lists can be endless, or rings.
final class Effort {
    private static final int READS = 50_000;

    private final Deadline deadline;
    private int left = READS;

    Effort(Deadline deadline) {
        this.deadline = deadline;
    }

    void spend() throws IOException {
        if (left-- <= 0 || deadline.passed()) {
            throw new IOException("the journal takes too long to read");
        }
    }
}
