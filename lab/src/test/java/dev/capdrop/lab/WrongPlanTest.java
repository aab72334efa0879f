package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Drops that are wrong on purpose, in a container of the stand-in node with sshd and ifupdown:
/// what they cost is noticed and named, and the container is as it was.
@NeedsContainers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WrongPlanTest {
    private static final String CONF =
            """
            #web of the lab%3A
            arch: amd64
            hostname: web
            ostype: debian
            unprivileged: 1
            lxc.cap.drop: mknod

            [before]
            arch: amd64
            hostname: old
            ostype: debian
            unprivileged: 1
            """;

    @TempDir static Path temp = Path.of("");
    private final Bench bench = Bench.shared();
    private Tool tool;
    private StandInNode.Guest guest;
    private LabContainer container;

    @BeforeAll
    void bootWithAddressAndSshd() throws IOException {
        StandInNode node = StandInNode.in(bench, temp);
        tool = node.tool(temp.resolve("state"));
        guest = node.make(RootTarball.withNetwork(Suite.BOOKWORM), CONF);
        container = guest.container();
        container.write(
                "/etc/network/interfaces",
                "auto lo\niface lo inet loopback\n    up ip address add 192.0.2.10/32 dev lo\n",
                "rw-r--r--");
        assertThat(guest.boot()).isEqualTo("degraded");
    }

    @BeforeEach
    void itIsAsItWasBooted() throws IOException {
        assertNetworkAndSshd();
    }

    @AfterAll
    void remove() throws IOException {
        guest.close();
    }

    private void assertNetworkAndSshd() throws IOException {
        assertThat(guest.conf()).isEqualTo(CONF);
        assertThat(container.settled()).isEqualTo("degraded");
        assertThat(container.failedUnits()).isEqualTo(Set.of("sys-kernel-debug.mount"));
        assertThat(container.attachOrFail("ip", "address", "show", "dev", "lo"))
                .contains("inet 192.0.2.10/32");
        assertThat(container.attachOrFail("ss", "-Hltn", "sport = :22")).contains("0.0.0.0:22");
    }

    private String applyDropOf(String capability, String... more) {
        List<String> line = new ArrayList<>(List.of("apply", guest.vmid(), "--yes"));
        line.addAll(List.of("--goal", "none", "--drop", capability));
        line.addAll(List.of(more));
        Command.Result applied = tool.run(line.toArray(String[]::new));
        assertThat(applied.exit()).as(applied.toString()).isEqualTo(1);
        return applied.out().replaceAll("\\s+", " ");
    }

    private void assertTakenBack(String said) throws IOException {
        assertThat(said).contains("rolled back: the old configuration is back; degraded; forecast");
        assertNetworkAndSshd();
        assertThat(tool.run("undo", guest.vmid(), "--yes").err())
                .contains("capdrop has changed nothing in '" + guest.vmid() + "'");
    }

    @Test
    void aDropThatKillsTheNetworkIsTakenBack() throws IOException {
        String[] lost = {
            "proc-sys-net.mount",
            "run-credentials-systemd\\x2dsysctl.service.mount",
            "systemd-sysctl.service"
        };
        String refused = applyDropOf("net_admin");
        assertThat(refused)
                .contains("conflict: --drop net_admin and keeping " + String.join(", ", lost))
                .contains("undecided: runs as root with net_admin in its bounding set")
                .doesNotContain("rolled back");
        assertNetworkAndSshd();
        String[] allowed = {
            "--allow-skip", lost[0], "--allow-skip", lost[1], "--allow-skip", lost[2]
        };
        String said = applyDropOf("net_admin", allowed);
        assertThat(said).contains("networking.service: forecast active, is failed");
        assertTakenBack(said);
    }

    @Test
    void aDropThatKillsSshdIsTakenBack() throws IOException {
        String said = applyDropOf("net_bind_service");
        assertThat(said).contains("ssh.service: forecast active, is failed");
        assertTakenBack(said);
    }
}
