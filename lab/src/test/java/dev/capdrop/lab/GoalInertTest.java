package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal `inert` takes nothing from who would miss it, and says who that is.
@NeedsContainers
final class GoalInertTest {
    private static final String PROGRAM = "/usr/local/bin/lock";

    /// A container as an engine writes it down for runc and crun, with what Docker gives its own of
    /// what the kernel never honours here.
    private static final String BUNDLE =
            """
            {"ociVersion": "1.0.2",
             "process": {"user": {"uid": 0, "gid": 0}, "cwd": "/", "args": ["/usr/bin/true"],
                         "capabilities": {"bounding": [CAPS], "effective": [CAPS], "permitted": [CAPS]}},
             "root": {"path": "rootfs"},
             "mounts": [{"destination": "/dev", "type": "tmpfs", "source": "tmpfs"},
                        {"destination": "/usr", "type": "bind", "source": "/usr", "options": ["rbind"]},
                        {"destination": "/proc", "type": "proc", "source": "proc"}],
             "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}]}}
            """
                    .replace("CAPS", "\"CAP_KILL\", \"CAP_MKNOD\", \"CAP_AUDIT_WRITE\"");

    @TempDir Path state = Path.of("");
    private final Bench bench = Bench.shared();

    @Test
    void whatAnEngineOrAFileNeedsIsKeptAndGoesOnWorking() throws IOException {
        Path root = RootTarball.withEngines(Suite.TRIXIE);
        try (LabContainer container = bench.make(root, Privilege.UNPRIVILEGED)) {
            prepare(container);
            Tool tool = Tool.of(bench, state);
            assertThat(flat(tool.run("plan", container.name(), "--goal", "inert")))
                    .contains(
                            "kept: ipc_lock, execve of /usr/local/bin/lock takes it: the file"
                                    + " capabilities are effective")
                    .contains(
                            "kept: mknod audit_write, crun, runc are installed, and start no"
                                    + " container without it");
            String before = running(container);
            Command.Result apply = tool.run("apply", container.name(), "--goal", "inert", "--yes");
            assertThat(apply.exit()).as(apply.toString()).isZero();
            MainJobTest.assertAllAsForecast(apply);
            assertThat(running(container)).isEqualTo(before).contains("systemd-journald.service");
            container.attachOrFail(PROGRAM);
            container.attachOrFail("runc", "run", "-b", "/root/bundle", "a");
            container.attachOrFail("crun", "run", "-b", "/root/bundle", "b");

            tool.run(
                    "apply",
                    container.name(),
                    "--goal",
                    "none",
                    "--drop",
                    "ipc_lock,mknod",
                    "--yes");
            assertThat(container.attach("sh", "-c", PROGRAM).err())
                    .contains("Operation not permitted");
            assertThat(container.attach("runc", "run", "-b", "/root/bundle", "a").err())
                    .contains("unable to apply caps: operation not permitted");
            assertThat(container.attach("crun", "run", "-b", "/root/bundle", "b").exit())
                    .isNotZero();
        }
    }

    /// A program with effective file capabilities, and a bundle.
    private static void prepare(LabContainer container) throws IOException {
        container.boot();
        container.attachOrFail("mkdir", "-p", "/root/bundle/rootfs");
        for (String library : List.of("lib", "lib64")) {
            container.attachOrFail("ln", "-s", "usr/" + library, "/root/bundle/rootfs/" + library);
        }
        container.write("/root/bundle/config.json", BUNDLE, "rw-r--r--");
        container.attachOrFail("cp", "/usr/bin/true", PROGRAM);
        container.attachOrFail("setcap", "cap_ipc_lock+ep", PROGRAM);
    }

    private static String running(LabContainer container) {
        return container.attachOrFail(
                "systemctl",
                "list-units",
                "--type=service",
                "--state=running",
                "--plain",
                "--no-legend");
    }

    /// What was printed, without its line breaks and indents.
    private static String flat(Command.Result result) {
        return result.out().replaceAll("\\s+", " ");
    }
}
