package dev.capdrop.linux.scan;

import dev.capdrop.core.observe.Findings.RawPath;
import dev.capdrop.linux.libc.Descriptor;
import java.util.concurrent.atomic.AtomicInteger;

/// An open directory that relative paths begin at, until the last one has been looked at.
final class Anchor {
    final Descriptor directory;
    final RawPath path;
    private final AtomicInteger users = new AtomicInteger(1);

    Anchor(Descriptor directory, RawPath path) {
        this.directory = directory;
        this.path = path;
    }

    /// Returns this for one more user, who will release it, too.
    Anchor retain() {
        users.incrementAndGet();
        return this;
    }

    void release() {
        if (users.decrementAndGet() == 0) {
            directory.close();
        }
    }
}
