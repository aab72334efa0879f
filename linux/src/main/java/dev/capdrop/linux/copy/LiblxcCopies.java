package dev.capdrop.linux.copy;

import dev.capdrop.capability.IdMap;
import dev.capdrop.core.container.LxcSettings;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.store.TrialFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Throw-away copies of a container that liblxc runs.
///
/// Why not lxc-copy(1): it refuses a container that runs, and to stop the original is out of the
/// question. The overlay that it would mount is mounted here.
public final class LiblxcCopies implements CopyControl {
    /// Where liblxc is told to look for copies.
    public static final Path FOLDER = OverlayCopies.FOLDER;

    private final LxcControl runtime;

    private LiblxcCopies(LxcControl runtime) {
        this.runtime = runtime;
    }

    /// Root must not start what another user of the host could have written.
    ///
    /// @param text the container's configuration
    /// @throws IOException one sentence when others than root can write to what it is made of
    public static void requireRoots(ContainerId container, ConfigurationText text)
            throws IOException {
        List<Path> places = new ArrayList<>();
        places.add(Path.of(container.lxcPath()));
        OverlayCopies.requireRoots(
                List.of(Path.of(container.lxcPath(), container.name())),
                rootUser(ConfigurationText.settings(text, container.format())));
        text.files().keySet().stream().sorted().map(Path::of).forEach(places::add);
        OverlayCopies.requireRoots(places);
    }

    /// Who the container's root user is on the host: lxc-create(1) gives it the container's folder.
    /// What root starts is decided by the files in there, which have to be root's own.
    private static long rootUser(LxcSettings settings) {
        IdMap users = settings.users();
        return users == null ? 0 : users.outside(0).orElse(0);
    }

    /// Copies of a container, which need not run.
    ///
    /// @param text its configuration
    /// @param last the number of the last capability that the kernel knows
    /// @param root its root directory on the host
    /// @param runtime starts and stops
    /// @param wanted what copies are to be like
    /// @throws IOException one sentence when no copy of it can be made
    public static Copies of(
            ContainerId container,
            ConfigurationText text,
            int last,
            Path root,
            LxcControl runtime,
            CopyWishes wanted)
            throws IOException {
        OverlayCopies.Original original = new OverlayCopies.Original(container, text, last, root);
        return OverlayCopies.of(
                original,
                new LiblxcCopies(runtime),
                wanted,
                overlays -> new CopyConfig(original, wanted.network(), overlays));
    }

    /// Ends and removes the copies that a killed trial has left, as far as that can be.
    ///
    /// @param left what it has left, whose lock is ours
    public static List<LeftCopy> removeLeft(TrialFolder left, LxcControl runtime)
            throws IOException {
        return OverlayCopies.removeLeft(new LiblxcCopies(runtime), left);
    }

    @Override
    public String prefix() {
        return "trial-";
    }

    @Override
    public ContainerId id(String name) {
        return new ContainerId(RuntimeKind.LXC, name, FOLDER.toString());
    }

    @Override
    public void start(ContainerId copy, List<String> mounting, Duration timeout)
            throws IOException {
        runtime.start(
                copy,
                timeout,
                (program, arguments) ->
                        HostProgram.find("unshare", "util-linux")
                                .run(
                                        Stream.of(
                                                        mounting.subList(1, mounting.size()),
                                                        List.of(program.path()),
                                                        arguments)
                                                .flatMap(List::stream)
                                                .toList(),
                                        timeout));
    }

    @Override
    public Copies.Answer run(ContainerId copy, String command, Duration timeout)
            throws IOException {
        HostProgram.Outcome outcome =
                HostProgram.find("lxc-attach", "lxc")
                        .run(
                                List.of(
                                        "--name=" + copy.name(),
                                        "--lxcpath=" + copy.lxcPath(),
                                        "--clear-env",
                                        "--set-var=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                        "--",
                                        "/bin/sh",
                                        "-c",
                                        command),
                                timeout);
        return new Copies.Answer(outcome.inTime(), outcome.status());
    }

    @Override
    public boolean shutDown(ContainerId copy, Duration timeout) throws IOException {
        return runtime.shutDown(copy, timeout);
    }

    @Override
    public boolean ended(ContainerId copy, Duration patience) throws IOException {
        return runtime.ended(copy, patience);
    }

    @Override
    public void kill(ContainerId copy) throws IOException {
        runtime.kill(copy);
    }

    /// Starts and ends what liblxc runs, copies as anything else.
    @SuppressWarnings("exports")
    public interface LxcControl {
        /// How a program is run.
        @FunctionalInterface
        interface Run {
            /// Runs it with these arguments.
            HostProgram.Outcome of(HostProgram program, List<String> arguments) throws IOException;
        }

        /// Starts a container by lxc-start(1), which is run as the caller says.
        ///
        /// @throws IOException with liblxc's own reason when it does not start
        void start(ContainerId container, Duration timeout, Run run) throws IOException;

        /// Has a container shut down.
        ///
        /// @return whether it has within this time
        boolean shutDown(ContainerId container, Duration timeout) throws IOException;

        /// Whether a container ended within this time, whoever ended it.
        boolean ended(ContainerId container, Duration patience) throws IOException;

        /// Kills a container where it runs.
        ///
        /// @throws IOException one sentence when it runs on
        void kill(ContainerId container) throws IOException;
    }
}
