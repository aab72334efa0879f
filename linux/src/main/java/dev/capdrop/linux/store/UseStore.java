package dev.capdrop.linux.store;

import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.snapshot.ContainerId;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The port that keeps what was learnt of containers.
public interface UseStore {
    /// Returns the histories in the files of a state directory.
    static UseStore in(Path directory, InstantSource clock) {
        return new FileHistories(directory, clock);
    }

    /// Returns what was learnt of a container, or of another that was called so; null if nothing.
    @Nullable UseHistory read(ContainerId container) throws IOException;

    /// Returns what was learnt of all containers, gone ones too, by their targets.
    ///
    /// @param unreadable is told one sentence of each record that cannot be read
    List<UseHistory.Learnt> all(Consumer<String> unreadable) throws IOException;

    void remove(UseHistory.Learnt learnt) throws IOException;

    /// Adds what a watch has seen, and gives up what was learnt of another container of that name,
    /// from which `identity` tells it.
    UseHistory add(ContainerId container, String identity, Observation seen) throws IOException;
}
