package dev.capdrop.linux.scan;

import dev.capdrop.core.scan.RawPath;

/// A directory that is yet to be looked at: without a descriptor of its own, so that any number of
/// them may wait.
///
/// @param anchor where the path begins; retained for this place
/// @param relative the path from there; empty for the anchor itself
record Place(Anchor anchor, RawPath relative) {
    /// The directory that the anchor is.
    static Place at(Anchor anchor) {
        return new Place(anchor, RawPath.EMPTY);
    }

    /// The directory called `name` in this one.
    Place child(RawPath name) {
        return new Place(anchor.retain(), relative.below(name));
    }

    /// The path for the findings.
    RawPath path() {
        return anchor.path().below(relative);
    }
}
