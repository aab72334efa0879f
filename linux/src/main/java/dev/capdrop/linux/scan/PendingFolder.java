package dev.capdrop.linux.scan;

import dev.capdrop.core.scan.RawPath;
import dev.capdrop.linux.libc.DirectoryCursor;
import dev.capdrop.linux.libc.DirectoryCursor.Entries;
import org.jspecify.annotations.Nullable;

/// A directory that is yet to be looked at, or a part of it: without a descriptor of its own, so
/// that any number of them may wait.
final class PendingFolder {
    private static final byte[] HERE = {};

    private final Anchor anchor;
    private final byte[] relative;
    private final @Nullable Entries entries;

    private PendingFolder(Anchor anchor, byte[] relative, @Nullable Entries entries) {
        this.anchor = anchor;
        this.relative = relative;
        this.entries = entries;
    }

    /// The directory that the anchor is.
    static PendingFolder at(Anchor anchor) {
        return new PendingFolder(anchor, HERE, null);
    }

    /// The directory that is the cursor's entry in this one.
    PendingFolder child(DirectoryCursor cursor) {
        return new PendingFolder(anchor.retain(), cursor.pathBelow(relative), null);
    }

    /// Some of this directory's entries.
    PendingFolder part(Entries some) {
        return new PendingFolder(anchor.retain(), relative, some);
    }

    /// Where the path begins; retained for this place.
    Anchor anchor() {
        return anchor;
    }

    /// The path from the anchor, not to be written to; empty for the anchor itself.
    byte[] relative() {
        return relative;
    }

    /// Those to look at, as they were read from it; null for all.
    @Nullable Entries entries() {
        return entries;
    }

    /// The path for the findings.
    RawPath path() {
        return anchor.path().below(RawPath.of(relative));
    }
}
