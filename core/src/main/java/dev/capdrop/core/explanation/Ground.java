package dev.capdrop.core.explanation;

import dev.capdrop.core.diagnosis.Cause;
import dev.capdrop.core.snapshot.UnitExit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What put a unit into the state that it is in.
public sealed interface Ground {
    /// systemd has no such unit to start.
    ///
    /// @param loadState masked, not-found, error, bad-setting; a word of
    ///   [dev.capdrop.core.unit.LoadState] or a newer systemd's
    /// @param problems what was found wrong with its files, one sentence each
    record NotLoaded(String loadState, List<String> problems) implements Ground {
        public NotLoaded {
            problems = List.copyOf(problems);
        }
    }

    /// Nothing can be said, for not all of the other units were read.
    ///
    /// @param problems what could not be read, one sentence each
    record PartlyRead(List<String> problems) implements Ground {
        public PartlyRead {
            problems = List.copyOf(problems);
        }
    }

    /// Its conditions did not hold. Which of them says [UnitExplanation.Tests#conditions]; where
    /// none is said to have decided, systemd has forgotten it, which it does on a daemon-reload.
    record Conditions() implements Ground {}

    /// Its conditions held, an assertion did not.
    record Assertions() implements Ground {}

    /// It was started and failed.
    ///
    /// @param cause why, as far as known
    record Failure(Cause cause) implements Ground {}

    /// It was started and is active.
    ///
    /// @param by the active units that pull it in or trigger it
    record Started(List<String> by) implements Ground {
        public Started {
            by = List.copyOf(by);
        }
    }

    /// It was started and ended.
    ///
    /// @param exit how its process ended; null where it has none
    record Ended(@Nullable UnitExit exit) implements Ground {}

    /// It was not started: it waits to be triggered.
    ///
    /// @param triggers the active units that trigger it
    record Waiting(List<String> triggers) implements Ground {
        public Waiting {
            triggers = List.copyOf(triggers);
        }
    }

    /// It was not started: units that it requires are not active.
    ///
    /// @param missing those units
    record KeptBack(List<String> missing) implements Ground {
        public KeptBack {
            missing = List.copyOf(missing);
        }
    }

    /// It was not started: nothing that is active pulls it in.
    record NotWanted() implements Ground {}

    /// It was not started, although an active unit pulls it in: systemd has read it after the boot,
    /// or ordered it away.
    ///
    /// @param by those units
    record NotTried(List<String> by) implements Ground {
        public NotTried {
            by = List.copyOf(by);
        }
    }
}
