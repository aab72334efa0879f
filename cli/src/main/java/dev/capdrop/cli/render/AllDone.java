package dev.capdrop.cli.render;

import dev.capdrop.core.change.Result;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What became of the changes of a whole host.
///
/// @param ended those that were begun, in the order of the plan
/// @param notBegun the targets that were not, because one before them got worse
public record AllDone(List<Ended> ended, List<String> notBegun) {
    public AllDone {
        ended = List.copyOf(ended);
        notBegun = List.copyOf(notBegun);
    }

    /// Whether any got worse or failed.
    public boolean bad() {
        return ended.stream().anyMatch(Ended::bad);
    }

    /// How one change ended.
    ///
    /// @param target as the command line takes it
    /// @param command what follows a command's name to mean it
    /// @param result null when it failed
    /// @param problem why it failed; empty when it did not
    public record Ended(String target, String command, @Nullable Result result, String problem) {
        /// Whether it failed, was rolled back, or left the container worse.
        public boolean bad() {
            return result == null || result.failed();
        }
    }
}
