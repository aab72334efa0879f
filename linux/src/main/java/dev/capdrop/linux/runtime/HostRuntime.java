package dev.capdrop.linux.runtime;

import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.change.ContainerRuntime;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.SharedLines.HostConfiguration;
import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.linux.copy.Original;
import dev.capdrop.linux.copy.Original.LeftCopy;
import dev.capdrop.linux.store.TrialFolder;
import dev.capdrop.linux.time.Errand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A runtime of a host: which containers it has, where it keeps their configurations and their
/// roots, how it starts and stops them, and what of that may not be done.
public interface HostRuntime extends ContainerRuntime {
    /// Returns its kind, which has its words.
    RuntimeKind kind();

    /// Refuses to go on where a folder that somebody has named for it is not there, or where it is
    /// there and does not answer.
    ///
    /// @throws IOException one sentence
    default void requireReachable() throws IOException {}

    /// Returns its containers, in its own order; none where the host does not have this runtime.
    ///
    /// @throws IOException one sentence when they cannot be told
    List<HostContainer> containers() throws IOException;

    /// The user of the host who runs one of its containers (uid); 0 for root, and for one that does
    /// not run.
    default int user(ContainerId container) throws IOException {
        return 0;
    }

    /// Whether a word can be the name of one of its containers.
    boolean canBeCalled(String word);

    /// Why it lists none of its containers here, whatever there are: a sentence, or nothing where
    /// it does list them.
    ///
    /// @throws IOException one sentence when that cannot be told
    default String silence() throws IOException {
        return "";
    }

    /// Returns what somebody may have meant by a word that names none of its containers: a
    /// sentence, or nothing.
    default String meant(String word) throws IOException {
        return "";
    }

    /// Returns what it has on other hosts and does not list: a sentence, or nothing. Where its
    /// containers were listed before, it is what was seen then.
    ///
    /// @throws IOException one sentence when that cannot be told
    default String elsewhere() throws IOException {
        return "";
    }

    /// Whether a container that liblxc knows is of its making, though another runtime lists it.
    default boolean made(ContainerId container) {
        return false;
    }

    /// Whether a container that LXC has under this name may be of its making without a trace of
    /// that, so that it counts as plain LXC's only when this runtime was asked.
    default boolean mayHaveMade(String name) {
        return false;
    }

    /// Returns its name for a container of its making that it does not list; null where that is
    /// only what a container that has gone left.
    default @Nullable HostContainer unlisted(ContainerId container) throws IOException {
        return null;
    }

    /// Why a container of another runtime's prefix is this one's: what follows its title.
    default String claim() {
        return "";
    }

    /// Whether these folders are where it would have found this container, were it there.
    boolean covers(ContainerId container);

    /// Returns the words by which lists call the owner of a configuration.
    default String owner(ContainerId container) throws IOException {
        return container.target();
    }

    /// Returns its name for this host; null where it has none of its own.
    ///
    /// @throws IOException one sentence when that cannot be told
    default @Nullable String node() throws IOException {
        return null;
    }

    /// Where it keeps configurations.
    ConfigStore store();

    /// The snapshots of a container that could be started one day.
    ///
    /// @param configuration the container's own
    /// @param source the host's files
    /// @throws IOException when they cannot be looked at
    default List<HostConfiguration> snapshots(HostConfiguration configuration, ConfigSource source)
            throws IOException {
        return List.of();
    }

    /// The snapshot that has the very lines that a container's own configuration has now, where the
    /// runtime keeps snapshots beside configurations; empty where there is none.
    ///
    /// @param text these lines
    /// @throws IOException one sentence when that cannot be told
    default String snapshotWith(ContainerId container, String text) throws IOException {
        return "";
    }

    /// Where the root directory of a container is that does not run.
    ///
    /// @param text its configuration
    ConfiguredRoot root(ContainerId container, ConfigurationText text) throws IOException;

    /// Returns what keeps a container from being changed, whatever its plan would be; null when
    /// nothing does.
    ///
    /// @param amongAll whether it is one of all of the host, and nobody has named it
    /// @param restarts whether the change is to restart it where it runs
    Decision.@Nullable LeftOut unchangeable(HostContainer one, boolean amongAll, boolean restarts)
            throws IOException;

    /// Returns a sentence that says what [#release] lets go; empty where nothing is open.
    default String opened(ContainerId container) throws IOException {
        return "";
    }

    /// Returns what keeps a container that runs from being restarted; null when nothing does.
    Decision.@Nullable LeftOut notRestartable(ContainerId container) throws IOException;

    /// Shows an administrator in the runtime's own lists that a container was changed, or shows it
    /// no longer; does nothing where the runtime has no such lists.
    ///
    /// @throws IOException one sentence when it cannot be done
    default void tag(ContainerId container, boolean changed) throws IOException {}

    /// Makes throw-away copies of a container, which is left alone.
    ///
    /// @throws IOException one sentence when it cannot be copied
    default Copies copies(Original original) throws IOException {
        throw new IOException(
                "no throw-away copies are made of containers of %s; 'capdrop learn %s' shows what it uses"
                        .formatted(kind().title(), original.id().target()));
    }

    /// Ends and removes the copies of its containers that a killed trial has left.
    ///
    /// @param left what that has left, which no trial has meanwhile
    default List<LeftCopy> removeCopies(TrialFolder left) throws IOException {
        return List.of();
    }

    /// Returns the look at it that tells what it is on this host; null where [RuntimeSurvey] does
    /// so itself.
    ///
    /// @param root whether this process sees the containers of others
    default @Nullable Errand<Fact<HostSurvey.Other>> survey(boolean root) {
        return null;
    }

    /// Refuses to go on where containers can be neither stopped nor started.
    ///
    /// @throws IOException one sentence that names what is missing
    void requireInstalled() throws IOException;

    /// Where a container's root directory is, as long as it does not run.
    ///
    /// Source: lxc.container.conf(5), `lxc.rootfs.path`; pct(1), `mount`.
    sealed interface ConfiguredRoot {
        /// A root directory that is a directory of this host.
        ///
        /// @param path absolute
        record Directory(Path path) implements ConfiguredRoot {}

        /// A root directory that is none, before the start.
        ///
        /// @param why one sentence
        record Elsewhere(String why) implements ConfiguredRoot {}
    }
}
