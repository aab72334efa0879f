package dev.capdrop.linux.runtime;

import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.change.ContainerRuntime;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.SharedLines.HostConfiguration;
import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import dev.capdrop.linux.store.TrialFolder;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A runtime of a host: which containers it has, where it keeps their configurations and their
/// roots, how it starts and stops them, and what of that may not be done.
public interface HostRuntime extends ContainerRuntime {
    RuntimeKind kind();

    /// Refuses to go on where a folder that was named for it is none, or does not answer.
    default void requireReachable() throws IOException {}

    /// Returns its containers, in its own order; none where the host does not have this runtime.
    List<HostContainer> containers() throws IOException;

    /// Returns the uid that runs a container on the host; 0 also for one that does not run.
    default int user(ContainerId container) throws IOException {
        return 0;
    }

    boolean canBeCalled(String word);

    /// Returns why it lists none of its containers, whatever there are; empty where it lists them.
    default String silence() throws IOException {
        return "";
    }

    /// Returns what may have been meant by a word that names none of its containers; may be empty.
    default String meant(String word) throws IOException {
        return "";
    }

    /// Returns what it had on other hosts when it was last listed; may be empty.
    default String elsewhere() throws IOException {
        return "";
    }

    /// Whether it made a container that liblxc knows, though another runtime may list it.
    default boolean made(ContainerId container) {
        return false;
    }

    /// Whether LXC may list a container of its making under this name without a trace of that.
    default boolean mayHaveMade(String name) {
        return false;
    }

    /// Returns a container of its making that it does not list; null where that has gone.
    default @Nullable HostContainer unlisted(ContainerId container) throws IOException {
        return null;
    }

    /// Returns the words behind its title that say why another runtime's prefix does not fit.
    default String claim() {
        return "";
    }

    /// Whether it looks at the folder where this container would be.
    default boolean covers(ContainerId container) {
        return true;
    }

    /// Returns the owner of a container's configuration, as lists call it.
    default String owner(ContainerId container) throws IOException {
        return container.target();
    }

    /// Returns its name for this host; null where it has none of its own.
    default @Nullable String node() throws IOException {
        return null;
    }

    ConfigStore store();

    /// Returns the snapshots of a container that could be started one day.
    default List<HostConfiguration> snapshots(HostConfiguration configuration, ConfigSource source)
            throws IOException {
        return List.of();
    }

    /// Returns the name of the snapshot with the lines that the configuration has now; or "".
    default String snapshotWith(ContainerId container, String text) throws IOException {
        return "";
    }

    ConfiguredRoot root(ContainerId container, ConfigurationText text) throws IOException;

    /// Returns what keeps a container from being changed, whatever its plan; null when nothing
    /// does.
    ///
    /// @param amongAll whether nobody has named it
    /// @param restarts whether the change is to restart it where it runs
    Decision.@Nullable LeftOut unchangeable(HostContainer one, boolean amongAll, boolean restarts)
            throws IOException;

    /// Returns a sentence that says what [#release] lets go; empty where nothing is open.
    default String opened(ContainerId container) throws IOException {
        return "";
    }

    /// Returns what keeps a container that runs from being restarted; null when nothing does.
    Decision.@Nullable LeftOut notRestartable(ContainerId container) throws IOException;

    /// Shows in the runtime's own lists, where it has any, that a container was changed, or not.
    default void tag(ContainerId container, boolean changed) throws IOException {}

    /// Makes throw-away copies of a container, which is left alone.
    default Copies copies(Original original) throws IOException {
        throw new IOException(
                "no throw-away copies are made of containers of %s; 'capdrop learn %s' shows what it uses"
                        .formatted(kind().title(), original.id().target()));
    }

    /// Ends and removes the copies of its containers that a killed trial has left.
    default List<Original.LeftCopy> removeCopies(TrialFolder left) throws IOException {
        return List.of();
    }

    /// Returns the look at what it is on this host; null where their common survey tells.
    ///
    /// @param root whether this process sees the containers of others
    default @Nullable Errand<HostSurvey.Fact<HostSurvey.Other>> survey(boolean root) {
        return null;
    }

    /// Refuses to go on where containers can be neither stopped nor started.
    void requireInstalled() throws IOException;

    /// The root directory of a container that does not run.
    ///
    /// Source: lxc.container.conf(5), `lxc.rootfs.path`; pct(1), `mount`.
    sealed interface ConfiguredRoot {
        record Directory(Path path) implements ConfiguredRoot {}

        /// A root directory that is none before the start, and one sentence of why.
        record Elsewhere(String why) implements ConfiguredRoot {}
    }

    /// A container that copies are made of, which need not run, and what they are to be like.
    ///
    /// @param stateDirectory where what belongs to them is kept and recorded
    /// @param network whether they have the container's network
    /// @param keep whether what they wrote stays when they have ended
    /// @param snapshot the snapshot that they are made of; empty for the container as it is
    public record Original(
            ContainerId id,
            ConfigurationText text,
            int lastCapability,
            Path stateDirectory,
            boolean network,
            boolean keep,
            String snapshot) {
        /// A copy that a killed trial left, and a sentence of why; empty if it was removed.
        public record LeftCopy(String name, String why) {}
    }
}
