package dev.capdrop.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.linux.snapshot.SnapshotReader;
import dev.capdrop.record.SnapshotJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The package's services hold few capabilities, and say of each container what root says.
@NeedsContainers
final class FewCapabilitiesTest {
    private static final String LIMIT = "CapabilityBoundingSet=CAP_";

    @TempDir Path folder = Path.of("");

    @ParameterizedTest
    @EnumSource(Privilege.class)
    void aServiceSaysOfAContainerWhatRootSays(Privilege privilege) throws IOException {
        Bench bench = Bench.shared();
        Tool tool = Tool.of(bench, folder);
        try (LabContainer container = SmallBoot.make(bench, Suite.TRIXIE, privilege)) {
            container.writeService(
                    "refused.service",
                    List.of(),
                    "Type=oneshot",
                    "ExecStart=/bin/sh -c 'echo Operation not permitted >&2; exit 1'");
            SmallBoot.of(container, "refused.service");
            container.boot();
            String running = assertSame(tool, container.name());
            assertThat(running).contains("refused.service");

            container.attachOrFail("systemctl", "stop", "dbus.socket", "dbus.service");
            assertAsksRootOnly(tool, container);

            container.kill();
            assertSame(tool, container.name());
            // lxc-start inherits what the command may hold that starts it
            Command.Result few =
                    tool.runUnder(as("capdrop-check.service"), "snapshot", container.name());
            String[] left = left("capdrop-check.service").toArray(String[]::new);
            assertThat(host(few)).isEqualTo(CapabilitySet.of(left));
            assertThat(host(tool.run("snapshot", container.name())))
                    .isEqualTo(SnapshotReader.host().bounding());
        }
    }

    /// Who may not enter its PID namespace asks no systemd without D-Bus; root does.
    private static void assertAsksRootOnly(Tool tool, LabContainer container) throws IOException {
        Command.Result check =
                tool.runUnder(as("capdrop-check.service"), "check", container.name());
        assertThat(check.exit()).as(check.out()).isEqualTo(2);
        assertThat(check.out().replaceAll("\\s+", " "))
                .contains("may not ask systemd itself; a shell of root's may");
        assertThat(text(tool.run("check", container.name()))).contains("refused.service");
    }

    /// What a command by hand says, which each service says, too.
    private static String assertSame(Tool tool, String name) throws IOException {
        String all = text(tool.run("check", name));
        assertThat(text(tool.runUnder(as("capdrop-check.service"), "check", name))).isEqualTo(all);
        assertThat(text(tool.runUnder(as("capdrop-metrics.service"), "metrics")))
                .isEqualTo(text(tool.run("metrics")));
        return all;
    }

    /// What a snapshot says that who starts the container may hold.
    private static CapabilitySet host(Command.Result said) throws IOException {
        byte[] snapshot = said.out().getBytes(UTF_8);
        return SnapshotJson.read(snapshot, said.err()).snapshot().host().bounding();
    }

    /// What a command says, without when and how long.
    private static String text(Command.Result said) {
        return said.err()
                + said.out()
                        .replaceAll("(?m)^capdrop_.*(timestamp|duration)_seconds.*\n?", "")
                        .strip();
    }

    /// Starts a program with what a unit leaves to it.
    private static List<String> as(String unit) throws IOException {
        String left = "-all,+" + String.join(",+", left(unit));
        return List.of("setpriv", "--no-new-privs", "--bounding-set=" + left, "--");
    }

    private static List<String> left(String unit) throws IOException {
        List<String> left = new ArrayList<>();
        for (String line : Files.readAllLines(Clone.root().resolve("package").resolve(unit))) {
            if (line.startsWith(LIMIT)) {
                String names = line.substring(LIMIT.length()).toLowerCase(Locale.ROOT);
                left.addAll(List.of(names.split(" cap_")));
            }
        }
        assertThat(left).isNotEmpty();
        return left;
    }
}
