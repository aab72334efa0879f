package dev.capdrop.linux.copy;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.ContainerRuntime;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.trial.Copies;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The means of a runtime for throw-away copies, also for those that another run has left.
interface Copier {
    /// A copy, and the folder that records it.
    record Copy(ContainerId id, Path record) {}

    /// Tells whether a copy runs, and shuts it down.
    ContainerRuntime runtime();

    /// Returns a copy of a name that no container has.
    Copy fresh(Path folder);

    /// Returns the copies that these records are of, in the order in which they can go.
    ///
    /// @param names the records in `folder`, those of other runtimes among them
    List<Copy> recorded(Path folder, List<String> names);

    /// Whether no container says of itself that it is the copy of this record.
    ///
    /// @throws IOException where it is about to be made, or nobody tells
    boolean isGone(Copy copy) throws IOException;

    /// Ends a copy at once, where it runs.
    void kill(ContainerId copy) throws IOException;

    /// Removes a copy that is there, whatever it does.
    ///
    /// @param keep whether what it wrote stays in its record
    void delete(Copy copy, boolean keep) throws IOException;

    /// Gives up making the copies that are being made, where that can take long.
    default void interrupt() {}

    /// As [Copies#run].
    Copies.Answer run(ContainerId copy, String command, Duration timeout) throws IOException;

    /// The means to make the copies of one container.
    interface Making {
        List<String> differences();

        /// Returns what an administrator has to know before copies are made, one sentence each.
        default List<String> complaints() {
            return List.of();
        }

        /// Returns what is wrong with the room for what copies write; empty where it is enough.
        String lacking() throws IOException;

        /// Returns what is wrong with the room for one more copy; empty where it is enough.
        default String lackingForOne() throws IOException {
            return lacking();
        }

        /// Whether copies are made of a first one, the seed, which never runs: so the container's
        /// disk is read once, all that is compared begins alike, and a container that is edited
        /// meanwhile makes no difference.
        default boolean seeded() {
            return true;
        }

        /// Makes a copy, which does not run yet.
        ///
        /// @param seed what it is a copy of; null for the container itself
        /// @param dropped what its configuration drops more
        void make(@Nullable ContainerId seed, Copy copy, CapabilitySet dropped) throws IOException;

        /// Starts a copy and returns as soon as its init runs.
        ///
        /// @throws IOException with the runtime's own reason when it does not start
        void start(Copy copy, Duration timeout) throws IOException;
    }
}
