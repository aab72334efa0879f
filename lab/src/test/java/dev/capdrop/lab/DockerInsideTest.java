package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What Docker and Podman run in a container runs after a drop and after its undo, or the plan has
/// named it.
@NeedsContainers
final class DockerInsideTest {
    private static final String COMPOSE =
            """
            services:
              hardened:
                image: bb
                command: /bin/busybox sleep 1000000
                network_mode: none
                restart: always
                cap_drop: [SYS_MODULE]
              bare:
                image: bb
                command: /bin/busybox sleep 1000000
                network_mode: none
                restart: always
                cap_drop: [ALL]
            """;

    /// Some kernels have control groups in which crun can make none.
    private static final String PODMAN = "[engine]\nruntime = \"runc\"\n";

    private static final String QUADLET =
            """
            [Container]
            Image=localhost/bb:latest
            ContainerName=quadlet
            Network=none
            AddCapability=SYS_MODULE
            DropCapability=CAP_SYS_RAWIO
            Exec=/bin/busybox sleep 1000000
            [Service]
            TimeoutStopSec=5
            [Install]
            WantedBy=multi-user.target
            """;

    private static final Duration SETTLING = Duration.ofSeconds(60);

    @TempDir Path state = Path.of("");
    private final Bench bench = Bench.shared();

    @Test
    void whatDockerRunsGoesOnRunningOrThePlanHasNamedIt() throws IOException {
        try (LabContainer container = booted()) {
            image(container, "docker");
            docker(container, "plain");
            docker(container, "drops", "--cap-drop", "SYS_MODULE");
            docker(container, "adds", "--cap-add", "CAP_SYS_RAWIO");
            docker(container, "all", "--cap-drop", "ALL", "--cap-add", "CHOWN");
            docker(container, "strong", "--privileged");
            container.write("/srv/app/compose.yaml", COMPOSE, "rw-r--r--");
            container.attachOrFail(
                    "docker", "compose", "-f", "/srv/app/compose.yaml", "up", "--detach");
            everythingRunsBeforeAfterAndUndone(container, "docker", 7);
        }
    }

    @Test
    void whatPodmanRunsGoesOnRunningOrThePlanHasNamedIt() throws IOException {
        try (LabContainer container = booted()) {
            container.attachOrFail("systemctl", "disable", "--now", "docker.socket", "docker");
            container.write("/etc/containers/containers.conf", PODMAN, "rw-r--r--");
            image(container, "podman");
            container.attachOrFail("systemctl", "enable", "podman-restart.service");
            podman(container, "plain");
            podman(container, "drops", "--cap-drop", "SYS_MODULE");
            podman(container, "adds", "--cap-add", "SYS_RAWIO");
            podman(container, "strong", "--privileged");
            container.write("/etc/containers/systemd/quadlet.container", QUADLET, "rw-r--r--");
            container.attachOrFail("systemctl", "daemon-reload");
            container.attachOrFail("systemctl", "start", "quadlet.service");
            everythingRunsBeforeAfterAndUndone(container, "podman", 5);
        }
    }

    private void everythingRunsBeforeAfterAndUndone(
            LabContainer container, String engine, int count) {
        Set<String> before = running(container, engine);
        assertThat(before).hasSize(count);
        Tool tool = Tool.of(bench, state);
        String plan = tool.run("plan", container.name(), "--goal", "inert").out();
        Command.Result apply = tool.run("apply", container.name(), "--goal", "inert", "--yes");
        assertThat(apply.exit()).as(apply.toString()).isZero();
        for (String missing : missing(container, engine, before)) {
            assertThat(plan).as("%s no longer runs", missing).contains(missing);
        }
        Command.Result undo = tool.run("undo", container.name(), "--yes");
        assertThat(undo.exit()).as(undo.toString()).isZero();
        assertThat(missing(container, engine, before)).isEmpty();
    }

    /// Which of these do not run, once an engine has had time to start what it starts.
    private static Set<String> missing(
            LabContainer container, String engine, Set<String> expected) {
        long end = System.nanoTime() + SETTLING.toNanos();
        Set<String> missing;
        do {
            missing = new TreeSet<>(expected);
            missing.removeAll(running(container, engine));
            LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
        } while (!missing.isEmpty() && System.nanoTime() < end);
        return missing;
    }

    private static Set<String> running(LabContainer container, String engine) {
        return container
                .attachOrFail(engine, "ps", "--format", "{{.Names}}")
                .lines()
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private LabContainer booted() throws IOException {
        LabContainer container =
                bench.makeOnDisk(RootTarball.withDocker(Suite.TRIXIE), Privilege.UNPRIVILEGED);
        container.boot();
        return container;
    }

    /// An image of one program, since no registry is asked.
    private static void image(LabContainer container, String engine) {
        container.attachOrFail("mkdir", "-p", "/srv/bb/bin");
        container.attachOrFail("cp", "/usr/bin/busybox", "/srv/bb/bin/busybox");
        container.attachOrFail("tar", "-C", "/srv/bb", "-cf", "/srv/bb.tar", ".");
        container.attachOrFail(engine, "import", "/srv/bb.tar", "bb");
    }

    private static void docker(LabContainer container, String name, String... options) {
        run(container, "docker", name, "unless-stopped", options);
    }

    private static void podman(LabContainer container, String name, String... options) {
        run(container, "podman", name, "always", options);
    }

    private static void run(
            LabContainer container, String engine, String name, String restart, String... options) {
        List<String> line =
                new ArrayList<>(
                        List.of(engine, "run", "--detach", "--name", name, "--network", "none"));
        line.addAll(List.of("--restart", restart));
        line.addAll(List.of(options));
        line.addAll(List.of("bb", "/bin/busybox", "sleep", "1000000"));
        container.attachOrFail(line.toArray(String[]::new));
    }
}
