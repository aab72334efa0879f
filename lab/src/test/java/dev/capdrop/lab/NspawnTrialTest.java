package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `trial` on a machine of systemd-nspawn that runs: what it finds is exactly what the machine
/// needs, the machine does not notice, and nothing stays.
@NeedsContainers
final class NspawnTrialTest {
    private static final String SETTINGS =
            "[Exec]\nCapability=all\n\n[Files]\nBind=/srv/shared\n\n[Network]\nVirtualEthernet=yes\n";

    /// The host's root is an overlay, which cannot hold what is written to another.
    private static final String STATE = "/run/capdrop-state";

    private static final String SEEN = "/srv/shared/seen";

    private static final String MAPPED = "/var/lib/machines/mapped";

    @Test
    void theSetFoundIsMinimalAndNothingStaysOfTheCopies() throws IOException {
        try (MachineHost host = MachineHost.boot(Bench.shared())) {
            machine(host);
            // on a file system that can give files other owners by a mount; that of web cannot
            host.runOrFail(
                    "sh",
                    "-c",
                    "mkdir \"$0\" && mount -t tmpfs -o mode=755 tmpfs \"$0\" && cp -a"
                            + " /var/lib/machines/web/. \"$0\" && cd /etc/systemd/nspawn && cp"
                            + " web.nspawn mapped.nspawn",
                    MAPPED);
            for (String machine : List.of("mapped", "web")) {
                assertThat(host.boot(machine)).isIn("running", "degraded");
            }
            assertThat(host.runOrFail("stat", "-c", "%u", MAPPED)).isEqualTo("0");
            assertThat(host.file(SEEN)).as("the machine writes into what it is lent").exists();
            host.runOrFail("rm", SEEN);
            String leader = host.runOrFail("machinectl", "show", "web", "-p", "Leader");
            String files = files(host);
            String copy = killedInTheMiddle(host);
            assertThat(copies(host)).as("a copy outlives the killed trial").contains(copy);
            host.settled(copy);
            assertThat(
                            host.runOrFail(
                                    "systemd-run", "-qPM" + copy, "/usr/bin/stat", "-c%u", "/usr"))
                    .isEqualTo("0");
            host.runOrFail("machinectl", "terminate", "mapped");

            Command.Result tried =
                    host.capdrop(
                            trial(
                                    "web",
                                    "chown,mknod,wake_alarm",
                                    "1s",
                                    "ip link set lo up && ip link show host0"));
            assertThat(tried.exit()).as(tried.toString()).isZero();
            assertThat(TrialRun.kept(tried)).as(tried.toString()).containsExactly("chown");
            assertThat(TrialRun.words(tried))
                    .contains(TrialRun.OWNER_KEPT)
                    .contains("other hardware addresses, but the same host name")
                    .contains("without its setting 'Bind=/srv/shared'");
            assertThat(copies(host)).as("the killed trial's copy is gone, too").isEmpty();
            assertThat(host.runOrFail("find", "/run/capdrop-trial", "-mindepth", "1")).isEmpty();
            assertThat(host.runOrFail("find", STATE + "/trials", "-name", "nspawn-trial-*"))
                    .isEmpty();
            assertThat(host.runOrFail("find", "/run/systemd", "-name", "*nspawn-trial-*"))
                    .isEmpty();
            assertThat(host.runOrFail("machinectl", "show", "web", "-p", "Leader"))
                    .isEqualTo(leader);
            assertThat(files(host)).isEqualTo(files);
            assertThat(host.file("/etc/systemd/nspawn/web.nspawn")).content().isEqualTo(SETTINGS);
            assertThat(host.file(SEEN)).as("no copy did").doesNotExist();
        }
    }

    /// One that boots in no time, with a service that needs CAP_CHOWN and one that writes into what
    /// the host has lent the machine.
    private static void machine(MachineHost host) throws IOException {
        Path root = host.makeSmall("web");
        Path settings = host.file("/etc/systemd/nspawn/web.nspawn");
        Files.createDirectories(settings.getParent());
        Files.writeString(settings, SETTINGS);
        host.runOrFail("mkdir", "-p", "-m", "777", "/srv/shared");
        SmallBoot.service(root, "owner.service", TrialRun.OWNER);
        SmallBoot.service(
                root,
                "guest.service",
                "Type=oneshot",
                "RemainAfterExit=yes",
                "ExecStart=-/bin/sh -c 'test -e /run/host && touch " + SEEN + "'");
        SmallBoot.of(root, "owner.service guest.service");
    }

    /// @param probes what is asked of copies, in the machine's network
    private static String[] trial(String name, String drop, String settle, String... probes) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "trial",
                                name,
                                "--goal",
                                "none",
                                "--drop",
                                drop,
                                "--settle",
                                settle,
                                "--state-dir",
                                STATE));
        for (String probe : probes) {
            words.addAll(List.of("--network", "--probe", probe));
        }
        return words.toArray(String[]::new);
    }

    /// Kills a trial as soon as a copy of it runs.
    ///
    /// @return the copy
    private static String killedInTheMiddle(MachineHost host) {
        Command.Result killed =
                host.run(
                        TrialRun.signalled(
                                "KILL",
                                "machinectl list --no-legend | grep -o 'nspawn-trial-[0-9a-f]*'",
                                trial("mapped", "mknod", "60s")));
        assertThat(killed.out()).as(killed.toString()).startsWith("nspawn-trial-");
        return killed.out().lines().toList().getFirst();
    }

    private static String copies(MachineHost host) {
        return host.run(
                        "sh",
                        "-c",
                        "machinectl list --no-legend | grep nspawn-trial; systemctl"
                                + " list-units --all --no-legend 'capdrop-*'")
                .out()
                .strip();
    }

    /// What lies on its disk, but for what it writes itself.
    private static String files(MachineHost host) {
        return host.runOrFail("sh", "-c", TrialRun.files("/var/lib/machines/web"));
    }
}
