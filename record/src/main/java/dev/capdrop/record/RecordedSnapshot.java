package dev.capdrop.record;

import dev.capdrop.core.snapshot.Snapshot;

/// A snapshot as it was read, with what a newer program wrote beside it.
///
/// @param snapshot what this program understands
/// @param unknown the fields it does not know
public record RecordedSnapshot(Snapshot snapshot, UnknownFields unknown) {}
