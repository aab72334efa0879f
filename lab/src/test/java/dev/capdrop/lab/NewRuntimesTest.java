package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The main job with LXC 7 and Incus 7, which Debian unstable has, on a host of their own.
@NeedsContainers
final class NewRuntimesTest {
    private static final String FOLDER = "/var/lib/lxc";
    private static final String NAME = "plain";
    private static final String CONFIG = FOLDER + "/" + NAME + "/config";

    private static IncusHost host;

    @BeforeAll
    static void bootHost() throws IOException {
        host = IncusHost.withNewRuntimes(Bench.shared());
    }

    @AfterAll
    static void removeHost() throws IOException {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void aContainerOfLxc7IsHealedAsForecastAndBroughtBack() {
        assertThat(host.runOrFail("lxc-info", "--version")).startsWith("7.");
        host.runOrFail("chmod", "711", FOLDER);
        host.runOrFail(
                Clone.root().resolve("scripts/make-container").toString(),
                FOLDER,
                NAME,
                RootTarball.of(Suite.TRIXIE).toString(),
                "unprivileged",
                "1000000");
        host.runOrFail("lxc-start", "-n", NAME);
        assertThat(settled()).isEqualTo("degraded");
        String before = host.runOrFail("cat", CONFIG);
        Command.Result check = host.capdrop("check", "lxc:" + NAME);
        assertThat(check.exit()).as(check.toString()).isEqualTo(1);
        assertThat(check.out()).contains("sys-kernel-debug.mount", "systemd-modules-load.service");
        applied("lxc:" + NAME);
        assertThat(settled()).isEqualTo("running");
        assertThat(host.runOrFail("cat", CONFIG))
                .isEqualTo(before + "\nlxc.cap.drop = sys_module sys_rawio");
        undone("lxc:" + NAME);
        assertThat(settled()).isEqualTo("degraded");
        assertThat(host.runOrFail("cat", CONFIG)).isEqualTo(before);
        aKeyThatLxc7HasNoMoreIsNamed();
    }

    /// The configurations of LXC 6 and before have it.
    private static void aKeyThatLxc7HasNoMoreIsNamed() {
        host.runOrFail("sh", "-c", "echo 'lxc.cgroup.devices.deny = a' >>" + CONFIG);
        Command.Result config = host.capdrop("config", "lxc:" + NAME);
        assertThat(config.exit()).as(config.toString()).isEqualTo(1);
        assertThat(config.out().replaceAll("\\s+", " "))
                .contains(
                        "liblxc refuses it: "
                                + CONFIG
                                + ":11: liblxc does not know the key 'lxc.cgroup.devices.deny'");
        assertThat(host.capdrop("check", "lxc:" + NAME).out().replaceAll("\\s+", " "))
                .contains("would not start again: " + CONFIG + ":11: liblxc does not know");
    }

    private static String settled() {
        // the container's bus comes up some time after its PID 1
        return host.runOrFail(
                "timeout",
                "300",
                "sh",
                "-c",
                "until s=$(lxc-attach -n %s -- systemctl is-system-running --wait 2>/dev/null);"
                                .formatted(NAME)
                        + " [ \"$s\" = running ] || [ \"$s\" = degraded ]; do sleep 0.2; done;"
                        + " echo $s");
    }

    @Test
    void anInstanceOfIncus7IsHealedAsForecastAndBroughtBack() throws IOException {
        assertThat(host.runOrFail("incus", "version")).contains("Server version: 7.");
        host.make(Suite.TRIXIE, "web", "--config=user.mine=a \"b\"");
        host.bootDegraded("web");
        String before = host.told("web");
        Command.Result check = host.capdrop("check", "incus:web");
        assertThat(check.exit()).as(check.toString()).isEqualTo(1);
        assertThat(check.out()).contains("mnt.mount", "systemd-modules-load.service");
        applied("incus:web");
        assertThat(host.settled("web")).isEqualTo("running");
        assertThat(host.rawLxc("web")).isEqualTo("lxc.cap.drop = sys_module sys_rawio");
        undone("incus:web");
        assertThat(host.settled("web")).isEqualTo("degraded");
        assertThat(host.told("web")).isEqualTo(before);
        host.runOrFail(
                "incus", "exec", "web", "--", "systemctl", "stop", "dbus.socket", "dbus.service");
        assertThat(host.capdrop("check", "incus:web").out())
                .startsWith("incus:web  degraded")
                .contains("mnt.mount");
    }

    private static void applied(String target) {
        Command.Result apply = host.capdrop("apply", target, "--yes");
        assertThat(apply.exit()).as(apply.toString()).isZero();
        assertThat(apply.out()).endsWith("verdict: better, the container is running\n");
        MainJobTest.assertAllAsForecast(apply);
    }

    private static void undone(String target) {
        Command.Result undo = host.capdrop("undo", target, "--yes");
        assertThat(undo.exit()).as(undo.toString()).isZero();
        MainJobTest.assertAllAsForecast(undo);
    }
}
