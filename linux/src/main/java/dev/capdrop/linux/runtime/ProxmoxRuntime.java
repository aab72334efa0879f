package dev.capdrop.linux.runtime;

import dev.capdrop.core.change.ContainerRuntime;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.store.FileConfigStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Proxmox VE, by the host's own pct(1).
///
/// A start or a stop of a container that the HA manager looks after is only queued by pct, so that
/// what counts is whether the container runs, and that is waited for.
///
/// What pct is told to do is done by a task, a process in a session of its own that holds the
/// configuration's lock and outlives pct. A shutdown of T seconds may last 2T+5: pct waits for
/// lxc-stop, and then as long again and 5 s for the container's end (`vm_stop` in pve-container's
/// `PVE/LXC.pm`). Nothing can be written before that is over.
public final class ProxmoxRuntime implements ContainerRuntime {
    private static final String PROGRAM = "pct";
    private static final String PACKAGE = "pve-container";
    private static final int MOST = 600;
    private static final int MOST_LINES = 5;

    /// What pct may take beyond the time that it was told to wait; it waits 10 s for a lock.
    private static final Duration GRACE = Duration.ofSeconds(20);

    private final Path directory;

    /// @param directory where the cluster file system is mounted
    public ProxmoxRuntime(Path directory) {
        this.directory = directory;
    }

    /// Refuses to go on where containers can be neither stopped nor started.
    ///
    /// @throws IOException one sentence that names what is missing
    public void requireInstalled() throws IOException {
        HostProgram.onPath(PROGRAM, PACKAGE);
    }

    /// What would keep a guest that runs from starting again, whatever we change; empty when
    /// nothing is known to.
    public String startObstacle(ContainerId container) throws IOException {
        String conf = FileConfigStore.proxmox(directory).read(container.configPath());
        return running(container) ? StartObstacles.ofHost().first(conf) : "";
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
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("shutdown", container.name()));
        arguments.addAll(List.of("--timeout", Long.toString(Waiting.wholeSeconds(timeout))));
        if (force) {
            arguments.addAll(List.of("--forceStop", "1"));
        }
        long began = System.nanoTime();
        HostProgram.Outcome outcome = run(arguments, longestShutdown(timeout).plus(GRACE));
        Duration patience = outcome.succeeded() ? patience(container, timeout) : Duration.ZERO;
        if (!Waiting.until(() -> !running(container), patience)) {
            throw Waiting.stillRuns(container, began, force, because(container, outcome));
        }
    }

    @Override
    public void start(ContainerId container, Duration timeout) throws IOException {
        if (running(container)) {
            throw new IOException("'" + container.target() + "' runs already, nothing was started");
        }
        HostProgram.Outcome outcome = run(List.of("start", container.name()), timeout);
        Duration patience = outcome.succeeded() ? patience(container, timeout) : Duration.ZERO;
        if (!Waiting.until(() -> running(container), patience)) {
            throw new IOException(
                    "'" + container.target() + "' does not start" + because(container, outcome));
        }
    }

    private static Duration longestShutdown(Duration timeout) {
        return timeout.multipliedBy(2).plusSeconds(5);
    }

    private static HostProgram.Outcome run(List<String> arguments, Duration deadline)
            throws IOException {
        return HostProgram.onPath(PROGRAM, PACKAGE).run(arguments, deadline);
    }

    /// How long a request that pct has accepted may take.
    private Duration patience(ContainerId container, Duration timeout) throws IOException {
        return managed(container) ? timeout : GRACE;
    }

    private boolean managed(ContainerId container) throws IOException {
        return HaResources.containers(directory).contains(container.name());
    }

    /// Why, behind a sentence: what pct said, and whether something still goes on.
    private String because(ContainerId container, HostProgram.Outcome outcome) throws IOException {
        String said = lastLines(outcome.output());
        if (outcome.succeeded()) {
            String queued =
                    managed(container)
                            ? "; the request is queued with the HA manager (see 'ha-manager status')"
                            : "";
            return (said.isEmpty() ? "" : ": " + said) + queued;
        }
        if (!outcome.inTime()) {
            return ": pct did not end" + (said.isEmpty() ? "" : ", it said: " + said);
        }
        return ": "
                + (said.isEmpty() ? "pct gave no reason (status " + outcome.status() + ")" : said);
    }

    /// The end of what it said: the last line alone often says no more than that it failed.
    static String lastLines(String output) {
        List<String> lines = new ArrayList<>();
        for (String line : output.split("[\n\r]+")) {
            if (!line.isBlank()) {
                lines.add(line.strip().replaceAll("\\p{Cntrl}", "?"));
            }
        }
        int first = Math.max(0, lines.size() - MOST_LINES);
        String last = String.join(" / ", lines.subList(first, lines.size()));
        return last.length() <= MOST ? last : "…" + last.substring(last.length() - MOST);
    }
}
