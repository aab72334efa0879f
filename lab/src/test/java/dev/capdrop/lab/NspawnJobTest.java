package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.linux.store.FileConfigSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The main job on machines of systemd-nspawn, on a host of their own that is booted once.
@NeedsContainers
final class NspawnJobTest {
    private static final String SETTINGS = "/etc/systemd/nspawn/web.nspawn";
    private static final String LENT =
            "[Exec]\n# all of it\nCapability=all\n\n[Network]\nVirtualEthernet=yes\n";
    private static final int LAST = 40;

    /// What the random files are made of.
    private static final List<String> LINES =
            List.of(
                    "[Exec]",
                    " [Exec] ",
                    "[Network]",
                    "[exec]",
                    "DropCapability=CAP_KILL cap_chown 07",
                    "DropCapability=CAP_SYS_ADMIN,CAP_KILL",
                    "DropCapability = 0x5 \\",
                    "Capability=CAP_SYS_TIME CAP_NOTHING",
                    "Capability=all",
                    "Capability=",
                    "Private=yes",
                    "Private=no",
                    "VirtualEthernet=on",
                    "# a comment \\",
                    ";DropCapability=all",
                    "",
                    "nothing",
                    "=x");

    @Test
    void aMachineIsHealedAsForecastAndBroughtBackByteForByte() throws IOException {
        try (MachineHost host = MachineHost.boot(Bench.shared())) {
            host.make(Suite.TRIXIE, "web");
            settingsFilesComeToWhatSystemdNspawnMakesOfThem(host);
            whatSystemdNspawnRefusesIsOneSentence(host);
            aDegradedOneIsHealedAndBroughtBack(host);
            whatNoneCanUseIsTakenAsForecast(host);
            aPrivilegedOneIsWatchedAndGivesOneUp(host);
            oneWithoutASettingsFileGetsOneAndLosesIt(host);
            oneThatWasStartedByHandIsReadAndNotEdited(host);
        }
    }

    private static void settingsFilesComeToWhatSystemdNspawnMakesOfThem(MachineHost host)
            throws IOException {
        Path file = settings(host);
        Files.createDirectories(file.getParent());
        CapabilitySet limit = bounding(host.runOrFail("grep", "CapBnd", "/proc/self/status"));
        Random random = new Random(16);
        for (int round = 0; round < 12; round++) {
            List<String> lines = new ArrayList<>(List.of("[Exec]"));
            for (int i = 0; i < 6; i++) {
                lines.add(LINES.get(random.nextInt(LINES.size())));
            }
            String text = String.join("\n", lines) + "\n";
            Files.writeString(file, text);
            String said =
                    host.runOrFail(
                            "systemd-nspawn",
                            "-qD/var/lib/machines/web",
                            "--register=no",
                            "--keep-unit",
                            "--settings=override",
                            "--pipe",
                            "/bin/grep",
                            "CapBnd",
                            "/proc/self/status");
            // the unit of this very machine may give it another network
            CapabilitySet ours =
                    ConfigFormat.NSPAWN
                            .resolve(file.toString(), new FileConfigSource(), LAST)
                            .bounding(LAST);
            CapabilitySet network = CapabilitySet.of("net_admin");
            assertThat(bounding(said).minus(network))
                    .as(text)
                    .isEqualTo(ours.intersect(limit).minus(network));
        }
        Files.delete(file);
    }

    private static CapabilitySet bounding(String status) {
        return CapabilitySet.parseHex(status.replaceAll("(?s).*CapBnd:\\s*", "").strip());
    }

    private static void whatSystemdNspawnRefusesIsOneSentence(MachineHost host) throws IOException {
        Path file = settings(host);
        for (String text : List.of("[Exec\nBoot=yes\n", "[Exec]\nAmbientCapability=CAP_KILL\n")) {
            Files.writeString(file, text);
            assertThat(host.run("systemctl", "start", "systemd-nspawn@web.service").exit())
                    .isNotZero();
            Command.Result config = host.capdrop("config", "nspawn:web");
            assertThat(config.exit()).isEqualTo(1);
            assertThat(config.out()).contains("systemd-nspawn refuses it: " + SETTINGS + ":");
            Command.Result apply =
                    host.capdrop("apply", "web", "--goal", "none", "--drop", "kill", "--yes");
            assertThat(apply.exit()).as(apply.toString()).isEqualTo(2);
            assertThat(apply.err().lines()).as(apply.toString()).hasSize(1);
            assertThat(Files.readString(file)).isEqualTo(text);
        }
        host.run("systemctl", "reset-failed");
    }

    private static void aDegradedOneIsHealedAndBroughtBack(MachineHost host) throws IOException {
        Path file = settings(host);
        Files.writeString(file, LENT);
        assertThat(host.boot("web")).isEqualTo("degraded");
        Command.Result check = host.capdrop("check");
        assertThat(check.exit()).as(check.toString()).isEqualTo(1);
        assertThat(check.out())
                .startsWith("nspawn:web  degraded")
                .contains("sys-kernel-debug.mount", "fix: capdrop apply nspawn:web");
        Command.Result plan = host.capdrop("plan", "web");
        assertThat(plan.out()).contains("\n+DropCapability=CAP_SYS_MODULE CAP_SYS_RAWIO\n");
        Command.Result apply = host.capdrop("apply", "web", "--yes");
        assertThat(apply.exit()).as(apply.toString()).isZero();
        assertThat(apply.out()).endsWith("verdict: better, the container is running\n");
        MainJobTest.assertAllAsPredicted(apply);
        assertThat(host.settled("web")).isEqualTo("running");
        assertThat(Files.readString(file))
                .isEqualTo(
                        LENT.replace(
                                "all\n\n", "all\nDropCapability=CAP_SYS_MODULE CAP_SYS_RAWIO\n\n"));
        assertThat(host.capdrop("status").out()).contains("as it was left");
        Command.Result undo = host.capdrop("undo", "web", "--yes");
        assertThat(undo.exit()).as(undo.toString()).isZero();
        MainJobTest.assertAllAsPredicted(undo);
        assertThat(host.settled("web")).isEqualTo("degraded");
        assertThat(Files.readString(file)).isEqualTo(LENT);
        host.runOrFail("machinectl", "terminate", "web");
        Files.delete(file);
    }

    private static void whatNoneCanUseIsTakenAsForecast(MachineHost host) throws IOException {
        Files.writeString(settings(host), LENT);
        assertThat(host.boot("web")).isEqualTo("degraded");
        Command.Result inert = host.capdrop("apply", "web", "--goal", "inert", "--yes");
        assertThat(inert.exit()).as(inert.toString()).isZero();
        MainJobTest.assertAllAsPredicted(inert);
        Command.Result undo = host.capdrop("undo", "web", "--yes");
        assertThat(undo.exit()).as(undo.toString()).isZero();
        assertThat(settings(host)).content().isEqualTo(LENT);
        host.runOrFail("machinectl", "terminate", "web");
    }

    private static void aPrivilegedOneIsWatchedAndGivesOneUp(MachineHost host) throws IOException {
        String own = "[Exec]\nCapability=CAP_WAKE_ALARM\nPrivateUsers=no\n";
        Files.writeString(settings(host), own);
        host.boot("web");
        assertThat(host.capdrop("config", "web").out()).contains("leave to it: wake_alarm");
        host.runOrFail("mount", "-t", "tracefs", "tracefs", "/sys/kernel/tracing");
        if (Files.exists(Path.of("/sys/kernel/tracing/events/capability/cap_capable"))) {
            Command.Result learnt = host.capdrop("learn", "web", "--for", "2s");
            assertThat(learnt.exit()).as(learnt.toString()).isZero();
            assertThat(learnt.out()).startsWith("nspawn:web used ").contains("no check was lost");
        }
        Command.Result apply =
                host.capdrop("apply", "web", "--goal", "none", "--drop", "wake_alarm", "--yes");
        assertThat(apply.exit()).as(apply.toString()).isZero();
        MainJobTest.assertAllAsPredicted(apply);
        assertThat(settings(host)).content().contains("DropCapability=CAP_WAKE_ALARM");
        Command.Result undo = host.capdrop("undo", "web", "--yes");
        assertThat(undo.exit()).as(undo.toString()).isZero();
        assertThat(settings(host)).content().isEqualTo(own);
        host.runOrFail("machinectl", "terminate", "web");
        Files.delete(settings(host));
    }

    private static void oneWithoutASettingsFileGetsOneAndLosesIt(MachineHost host) {
        Command.Result apply =
                host.capdrop("apply", "web", "--goal", "none", "--drop", "mknod", "--yes");
        assertThat(apply.exit()).as(apply.toString()).isZero();
        assertThat(settings(host)).content().endsWith("[Exec]\nDropCapability=CAP_MKNOD\n");
        Command.Result undo = host.capdrop("undo", "web", "--yes");
        assertThat(undo.exit()).as(undo.toString()).isZero();
        assertThat(settings(host)).doesNotExist();
    }

    private static void oneThatWasStartedByHandIsReadAndNotEdited(MachineHost host) {
        host.runOrFail(
                "systemd-run",
                "--quiet",
                "--property=Delegate=yes",
                "systemd-nspawn",
                "--keep-unit",
                "--boot",
                "-D",
                "/var/lib/machines/web",
                "-M",
                "hand",
                "--capability=CAP_SYS_RAWIO",
                "--private-network",
                "-U");
        assertThat(host.settled("hand")).isEqualTo("degraded");
        Command.Result check = host.capdrop("check", "hand");
        assertThat(check.out()).contains("fix: capdrop plan nspawn:hand");
        Command.Result plan = host.capdrop("plan", "hand");
        assertThat(plan.out()).contains("\n+--drop-capability=CAP_SYS_RAWIO\n");
        Command.Result apply = host.capdrop("apply", "hand", "--yes");
        assertThat(apply.exit()).as(apply.toString()).isEqualTo(1);
        assertThat(apply.err()).contains("a command line is not edited");
        assertThat(host.capdrop("ps", "hand").out()).contains("nspawn:hand");
    }

    private static Path settings(MachineHost host) {
        return host.file(SETTINGS);
    }
}
