package dev.capdrop.linux.scan;

import dev.capdrop.core.observe.Findings.RawPath;
import dev.capdrop.linux.libc.DirectoryCursor;
import dev.capdrop.linux.libc.DirectoryCursor.Entries;
import org.jspecify.annotations.Nullable;

/// A directory, or a part of it, that is yet to be looked at: without a descriptor of its own, so
/// that any number of them may wait.
final class PendingFolder {
    private static final byte[] HERE = {};

    /// Where the path begins; retained for this place.
    final Anchor anchor;

    /// The path from the anchor, not to be written to; empty for the anchor itself.
    final byte[] relative;

    /// The entries to look at, as they were read; null for all.
    final @Nullable Entries entries;

    private PendingFolder(Anchor anchor, byte[] relative, @Nullable Entries entries) {
        this.anchor = anchor;
        this.relative = relative;
        this.entries = entries;
    }

    static PendingFolder at(Anchor anchor) {
        return new PendingFolder(anchor, HERE, null);
    }

    /// Returns the directory that is the cursor's entry in this one.
    PendingFolder child(DirectoryCursor cursor) {
        return new PendingFolder(anchor.retain(), cursor.pathBelow(relative), null);
    }

    PendingFolder part(Entries some) {
        return new PendingFolder(anchor.retain(), relative, some);
    }

    RawPath path() {
        return anchor.path.below(RawPath.of(relative));
    }
}
