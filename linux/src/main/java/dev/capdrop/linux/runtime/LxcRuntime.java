package dev.capdrop.linux.runtime;

import dev.capdrop.core.change.ContainerRuntime;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.proc.RunningContainer;
import dev.capdrop.linux.proc.RunningContainers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Plain LXC, by the host's own lxc-start(1) and lxc-stop(1).
///
/// A container counts as running from the moment its start begins until liblxc calls it stopped,
/// because until then it cannot be started again.
public final class LxcRuntime implements ContainerRuntime {
    private static final String PACKAGE = "lxc";
    private static final List<String> NO_OPTION = List.of();

    /// What a program may take beyond the time that it was told to wait.
    private static final Duration GRACE = Duration.ofSeconds(10);

    /// Nothing is looked up before it is needed.
    public LxcRuntime() {}

    /// Why root must not restart a container: another user of the host runs it, so that whatever
    /// that user's configuration names, its hooks above all, would run as root.
    ///
    /// @return a sentence without its name; null when nothing speaks against it
    public @Nullable String refusal(ContainerId container) throws IOException {
        return running(container) ? refusal(new RunningContainers().find(container)) : null;
    }

    static @Nullable String refusal(@Nullable RunningContainer init) {
        return init == null || init.user() == 0
                ? null
                : "another user of this host (uid %d) runs it, and what that user's configuration names would run as root; 'capdrop plan' shows the line that he can add himself, before he stops and starts it"
                        .formatted(init.user());
    }

    /// Refuses to go on where root must not restart it.
    ///
    /// @throws IOException one sentence
    public void requireRoots(ContainerId container) throws IOException {
        String refusal = refusal(container);
        if (refusal != null) {
            throw new IOException("'" + container.target() + "': " + refusal);
        }
    }

    /// Refuses to go on where containers can be neither stopped nor started.
    ///
    /// @throws IOException one sentence that names what is missing
    public void requireInstalled() throws IOException {
        HostProgram.find("lxc-stop", PACKAGE);
        HostProgram.find("lxc-start", PACKAGE);
    }

    @Override
    public boolean running(ContainerId container) throws IOException {
        return MonitorSocket.exists(container);
    }

    @Override
    public void stop(ContainerId container, Duration timeout, boolean force) throws IOException {
        if (!running(container)) {
            return;
        }
        requireRoots(container);
        long began = System.nanoTime();
        String reason = stop(container, timeout, force ? NO_OPTION : List.of("--nokill"));
        if (force && running(container)) {
            reason = stop(container, GRACE, List.of("--kill"));
        }
        if (!ended(container, reason.isEmpty() ? GRACE : Duration.ZERO)) {
            throw Waiting.stillRuns(container, began, force, reason.isEmpty() ? "" : ": " + reason);
        }
    }

    @Override
    public void start(ContainerId container, Duration timeout) throws IOException {
        if (running(container)) {
            throw new IOException("'" + container.target() + "' runs already, nothing was started");
        }
        HostProgram program = HostProgram.find("lxc-start", PACKAGE);
        try (LxcLog log = LxcLog.open()) {
            HostProgram.Outcome outcome =
                    program.run(arguments(container, log, List.of("--daemon")), timeout);
            if (!outcome.inTime()) {
                throw new IOException(givenUp(container, timeout));
            }
            if (!outcome.succeeded()) {
                throw new IOException(
                        "'%s' does not start: %s"
                                .formatted(container.target(), log.reason(outcome)));
            }
        }
        if (!running(container)) {
            throw new IOException("'" + container.target() + "' ended as soon as it had started");
        }
    }

    /// @return why lxc-stop failed, empty when it did not
    private static String stop(ContainerId container, Duration timeout, List<String> how)
            throws IOException {
        List<String> options = new ArrayList<>(how);
        options.add("--timeout=" + Waiting.wholeSeconds(timeout));
        HostProgram program = HostProgram.find("lxc-stop", PACKAGE);
        try (LxcLog log = LxcLog.open()) {
            HostProgram.Outcome outcome =
                    program.run(arguments(container, log, options), timeout.plus(GRACE));
            return outcome.succeeded() ? "" : log.reason(outcome);
        }
    }

    private static List<String> arguments(ContainerId container, LxcLog log, List<String> more) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--name=" + container.name());
        arguments.add("--lxcpath=" + container.lxcPath());
        arguments.add("--logfile=" + log.file());
        arguments.add("--logpriority=ERROR");
        arguments.addAll(more);
        return arguments;
    }

    private boolean ended(ContainerId container, Duration patience) throws IOException {
        return Waiting.until(() -> !running(container), patience);
    }

    /// liblxc itself ends a start whose lxc-start is gone, once a hook that runs has returned.
    private String givenUp(ContainerId container, Duration timeout) throws IOException {
        return "'%s' has not started within %s; the start was given up%s"
                .formatted(
                        container.target(),
                        seconds(timeout),
                        ended(container, GRACE) ? "" : " but has not ended yet (a hook may hang)");
    }

    private static String seconds(Duration duration) {
        return Waiting.wholeSeconds(duration) + " s";
    }
}
