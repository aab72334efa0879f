package dev.capdrop.linux.scan;

import dev.capdrop.core.scan.RawPath;
import dev.capdrop.linux.libc.DirectoryCursor.Entries;
import org.jspecify.annotations.Nullable;

/// A directory that is yet to be looked at, or a part of it: without a descriptor of its own, so
/// that any number of them may wait.
///
/// @param anchor where the path begins; retained for this place
/// @param relative the path from there; empty for the anchor itself
/// @param entries those to look at, as they were read from it; null for all
record Place(Anchor anchor, RawPath relative, @Nullable Entries entries) {
    /// The directory that the anchor is.
    static Place at(Anchor anchor) {
        return new Place(anchor, RawPath.EMPTY, null);
    }

    /// The directory called `name` in this one.
    Place child(RawPath name) {
        return new Place(anchor.retain(), relative.below(name), null);
    }

    /// Some of this directory's entries.
    Place part(Entries some) {
        return new Place(anchor.retain(), relative, some);
    }

    /// The path for the findings.
    RawPath path() {
        return anchor.path().below(relative);
    }
}
