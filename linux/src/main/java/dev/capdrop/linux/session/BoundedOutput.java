package dev.capdrop.linux.session;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A program's output: 64 KiB are kept, the rest is drained so that it never waits for us.
final class BoundedOutput {
    static final int LIMIT = 64 << 10;

    /// The time the pipe may stay open after the program's end: a daemon can have inherited it.
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final InputStream in;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final Thread reader;

    private BoundedOutput(InputStream in) {
        this.in = in;
        this.reader = Thread.ofPlatform().daemon().name("output").unstarted(this::drain);
    }

    static BoundedOutput of(InputStream in) {
        BoundedOutput output = new BoundedOutput(in);
        output.reader.start();
        return output;
    }

    String text() throws InterruptedException {
        reader.join(PATIENCE);
        return kept.toString(StandardCharsets.UTF_8);
    }

    private void drain() {
        byte[] buffer = new byte[8192];
        try {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                kept.write(buffer, 0, Math.min(n, LIMIT - kept.size()));
            }
        } catch (IOException ended) {
            // a killed program's pipe closes under the reader; the kept text stands
        }
    }
}
