package dev.capdrop.linux.runtime;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.ContainerRuntime;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.trial.Copies;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The means of a runtime for throw-away copies, also for those that another run has left.
interface Copier {
    record Copy(ContainerId id, Path record) {}

    ContainerRuntime runtime();

    Copy fresh(Path folder);

    /// Returns the copies of these records that are its own, in the order in which they can go.
    List<Copy> recorded(Path folder, List<String> names);

    /// Whether no container says of itself that it is the copy of this record; throws where it is
    /// about to be made, or nobody tells.
    boolean isGone(Copy copy) throws IOException;

    void kill(ContainerId copy) throws IOException;

    /// Removes a copy that is there, whatever it does, but for what it wrote where it is to `keep`.
    void delete(Copy copy, boolean keep) throws IOException;

    /// Gives up copies that are being made, where that can take long.
    default void interrupt() {}

    Copies.Answer run(ContainerId copy, String command, Duration timeout) throws IOException;

    interface Making {
        List<String> differences();

        /// Returns one sentence each of what an administrator has to know before copies are made.
        default List<String> complaints() {
            return List.of();
        }

        String lacking() throws IOException;

        /// Returns what is wrong with the room for one more copy, else for what copies write; empty
        /// where it is enough.
        default String lackingForOne() throws IOException {
            return lacking();
        }

        /// Whether copies are made of a first one, the seed, which never runs: all that is compared
        /// begins alike, and a container that is edited meanwhile makes no difference.
        default boolean seeded() {
            return true;
        }

        /// Makes a copy, not running yet, of the seed, or of the container where that is null.
        void make(@Nullable ContainerId seed, Copy copy, CapabilitySet dropped) throws IOException;

        /// Returns as soon as the copy's init runs; throws with the runtime's own reason.
        void start(Copy copy, Duration timeout) throws IOException;
    }
}
