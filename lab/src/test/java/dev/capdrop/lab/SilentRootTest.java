package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A container whose root directory asks a program of its own, which never answers: whoever asks it
/// waits where SIGKILL does not reach. Such a root is not looked at, and that is said.
@NeedsContainers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SilentRootTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String SCRIPT = "/silent-root.pl";

    @TempDir Path folder = Path.of("");
    private final Bench bench = Bench.shared();

    private LabContainer good = new LabContainer(Path.of(""), "");

    @BeforeAll
    void bootAGoodContainer() throws IOException {
        assumeTrue(Files.exists(Path.of("/dev/fuse")), "/dev/fuse is not there");
        good = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED);
        assertThat(good.boot()).isEqualTo("degraded");
    }

    @AfterAll
    void removeTheGoodContainer() throws IOException {
        good.close();
    }

    @ParameterizedTest
    @CsvSource({
        "overlay, UNPRIVILEGED, 'overlay'",
        "overlay, PRIVILEGED, 'overlay'",
        "fuse, UNPRIVILEGED, 'fuse'",
        "fuse, PRIVILEGED, 'fuse'"
    })
    void aRootThatAsksTheContainerIsNotLookedAt(String kind, Privilege privilege, String type)
            throws IOException {
        try (LabContainer silent = silent(kind, privilege)) {
            silent.start();
            awaitSilence(silent, kind);
            Tool tool = Tool.of(bench, folder.resolve("state"));
            for (String command : new String[] {"check", "status", "ps"}) {
                Command.Result result = tool.runWithin(SOON, command);
                assertThat(result.out() + result.err()).as(command).isNotEmpty();
            }
            Command.Result check = tool.runWithin(SOON, "check");
            assertThat(check.out())
                    .as(check.toString())
                    .contains(good.name(), "sys-kernel-debug.mount")
                    .contains(silent.name())
                    .containsPattern("of\\s+type\\s+'" + type + "'");
            for (String command : new String[] {"plan", "snapshot", "explain"}) {
                Command.Result result = tool.runWithin(SOON, command, silent.name());
                assertThat(result.out() + result.err())
                        .containsPattern("of\\s+type\\s+'" + type + "'");
            }
        }
    }

    @Test
    void aRunDirectoryThatAsksTheContainerIsNotLookedAt() throws IOException {
        try (LabContainer silent = silent("run", Privilege.PRIVILEGED)) {
            silent.start();
            awaitSilence(silent, "run");
            Tool tool = Tool.of(bench, folder.resolve("state"));
            Command.Result check = tool.runWithin(SOON, "check");
            assertThat(check.out()).contains(silent.name());
        }
    }

    private LabContainer silent(String kind, Privilege privilege) throws IOException {
        Path device = bench.lxcPath().resolve("fuse-" + kind + "-" + privilege);
        // one that was killed has left its own
        Files.deleteIfExists(device);
        Command.of("mknod", "-m", "666", device.toString(), "c", "10", "229").runOrFail();
        LabContainer container =
                bench.make(
                        Suite.TRIXIE,
                        privilege,
                        "lxc.init.cmd = /silent/systemd " + SCRIPT + " " + kind,
                        "lxc.mount.entry = " + device + " dev/fuse none bind,create=file 0 0");
        container.write(
                SCRIPT,
                Files.readString(Clone.root().resolve("lab/src/test/perl/silent-root.pl")),
                "rw-r--r--");
        Path root = container.rootfs();
        Files.createDirectories(root.resolve("silent"));
        Files.copy(
                root.resolve("usr/bin/perl"),
                root.resolve("silent/systemd"),
                StandardCopyOption.COPY_ATTRIBUTES,
                LinkOption.NOFOLLOW_LINKS);
        return container;
    }

    private static void awaitSilence(LabContainer container, String kind) throws IOException {
        long end = System.nanoTime() + SOON.toNanos();
        Path said = container.rootfs().resolve("silent.txt");
        while (!Files.exists(said) || !Files.readString(said).equals(kind + "\n")) {
            assertThat(System.nanoTime())
                    .as(container.name() + " has not got silent")
                    .isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
