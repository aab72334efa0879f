package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/// The main job on a container of Debian's LXD, on a host of its own: what LXD answers as Incus
/// does, and its own words.
@NeedsContainers
final class LxdJobTest {
    private static final String OWN = "# mine\nlxc.environment = A=b";

    @Test
    void aDegradedOneIsHealedAsForecastAndBroughtBack() throws IOException {
        try (IncusHost host = IncusHost.withLxd(Bench.shared())) {
            host.make(Suite.TRIXIE, "web", "--config=raw.lxc=" + OWN, "--config=user.mine=yes");
            host.runOrFail(
                    "lxc",
                    "query",
                    "-X",
                    "PATCH",
                    "-d",
                    "{\"description\":\"who runs it\"}",
                    "/1.0/instances/web");
            assertThat(host.capdrop("check", "web").out()).startsWith("lxd:web  not running");
            assertThat(host.capdrop("snapshot", "web").out()).doesNotContain("proc-sys-net.mount");
            host.bootDegraded("web");
            String before = host.told("web");
            assertThat(before).contains("\"description\": \"who runs it\"");
            seen(host);
            healedAndBroughtBack(host, before);
            frozen(host, before);
        }
    }

    private static void seen(IncusHost host) {
        Command.Result check = host.capdrop("check");
        assertThat(check.exit()).as(check.toString()).isEqualTo(1);
        assertThat(check.out())
                .contains("lxd:web  degraded", "mnt.mount", "fix: capdrop apply lxd:web");
        assertThat(host.capdrop("doctor").out()).contains("LXD", "version 5.0.2 at /var/lib/lxd/");
        assertThat(host.capdrop("config", "lxd:web").out())
                .startsWith("/var/lib/lxd/containers/web/raw.lxc");
        assertThat(host.capdrop("explain", "lxd:web").exit()).isZero();
        Command.Result profile = host.capdrop("plan", "--profile", "default");
        assertThat(profile.exit()).as(profile.toString()).isEqualTo(2);
        assertThat(profile.err()).contains("capdrop does not edit those of LXD");
        assertThat(host.capdrop("ps", "lxd:web").out()).contains("systemd");
        assertThat(host.capdrop("plan", "web").out())
                .contains("\n+lxc.cap.drop = sys_module sys_rawio\n");
    }

    private static void healedAndBroughtBack(IncusHost host, String before) {
        Command.Result apply = host.capdrop("apply", "lxd:web", "--yes");
        assertThat(apply.exit()).as(apply.toString()).isZero();
        assertThat(apply.out()).endsWith("verdict: better, the container is running\n");
        MainJobTest.assertAllAsForecast(apply);
        assertThat(host.settled("web")).isEqualTo("running");
        assertThat(host.rawLxc("web")).isEqualTo(OWN + "\nlxc.cap.drop = sys_module sys_rawio");
        assertThat(host.capdrop("status", "web").out()).contains("as it was left");
        Command.Result undo = host.capdrop("undo", "web", "--yes");
        assertThat(undo.exit()).as(undo.toString()).isZero();
        MainJobTest.assertAllAsForecast(undo);
        assertThat(host.settled("web")).isEqualTo("degraded");
        assertThat(host.told("web")).isEqualTo(before);
    }

    private static void frozen(IncusHost host, String before) {
        host.runOrFail("lxc", "pause", "web");
        Command.Result refused =
                host.capdrop("apply", "web", "--goal", "none", "--drop", "mknod", "--yes");
        assertThat(refused.exit()).as(refused.toString()).isNotZero();
        assertThat(refused.out() + refused.err())
                .contains("it is frozen; 'lxc start web' lets it go on");
        host.runOrFail("lxc", "start", "web");
        assertThat(host.told("web")).isEqualTo(before);
    }
}
