package dev.capdrop.linux.scan;

import dev.capdrop.core.observe.Findings.RawPath;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.DirectoryCursor;
import java.util.concurrent.atomic.AtomicInteger;

/// A directory that is yet to be looked at: without a descriptor of its own, so that any number of
/// them may wait.
final class PendingFolder {
    private static final byte[] HERE = {};

    /// The beginning of the path, retained for this place.
    final Anchor anchor;

    /// The path from the anchor, not to be written to; empty for the anchor itself.
    final byte[] relative;

    private PendingFolder(Anchor anchor, byte[] relative) {
        this.anchor = anchor;
        this.relative = relative;
    }

    static PendingFolder at(Anchor anchor) {
        return new PendingFolder(anchor, HERE);
    }

    PendingFolder child(DirectoryCursor cursor) {
        return new PendingFolder(anchor.retain(), cursor.pathBelow(relative));
    }

    RawPath path() {
        return anchor.path.below(RawPath.of(relative));
    }

    /// An open directory that relative paths begin at, until the last one has been looked at.
    static final class Anchor {
        final Descriptor directory;
        final RawPath path;
        private final AtomicInteger users = new AtomicInteger(1);

        Anchor(Descriptor directory, RawPath path) {
            this.directory = directory;
            this.path = path;
        }

        private Anchor retain() {
            users.incrementAndGet();
            return this;
        }

        void release() {
            if (users.decrementAndGet() == 0) {
                directory.close();
            }
        }
    }
}
