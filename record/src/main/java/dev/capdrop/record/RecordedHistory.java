package dev.capdrop.record;

import dev.capdrop.core.observe.UseHistory;

/// What was learnt of a container, as it was read, with what a newer program wrote beside it.
///
/// @param target the container, as `lxc:NAME`
/// @param lxcPath the folder that it is in
/// @param history what this program understands
/// @param unknown the fields it does not know
public record RecordedHistory(
        String target, String lxcPath, UseHistory history, UnknownFields unknown) {
    /// The same document about more.
    public RecordedHistory with(UseHistory more) {
        return new RecordedHistory(target, lxcPath, more, unknown);
    }
}
