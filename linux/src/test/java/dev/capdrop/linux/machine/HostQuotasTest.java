package dev.capdrop.linux.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.IdMap;
import dev.capdrop.core.snapshot.Evidence.Quota;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostQuotasTest {
    private static final String KEY_USERS =
            """
                0:    85 84/84 2/1000000 15/25000000
            65534:     1 1/1 900/1000 9/20000
            100000:   200 200/200 200/200 4000/20000
            100033:     3 3/3 3/200 60/20000
            no line of this file
            """;

    @Test
    void theFullestOfTheContainersOwnUsersCounts() {
        assertThat(HostQuotas.keys(KEY_USERS, IdMap.parse("0 100000 65536\n")))
                .containsExactly(
                        new Quota(Quota.Kind.KEYS, 100_000, 200, 200, 0),
                        new Quota(Quota.Kind.KEY_BYTES, 100_000, 4000, 20_000, 0));
        assertThat(HostQuotas.keys(KEY_USERS, IdMap.parse("0 200000 65536\n"))).isEmpty();
    }

    private static void group(Path folder, String... namesAndTexts) throws IOException {
        Files.createDirectories(folder);
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            Files.writeString(folder.resolve(namesAndTexts[i]), namesAndTexts[i + 1]);
        }
    }

    private static final Quota PROCESSES = new Quota(Quota.Kind.PIDS, -1, 40, 40, 7);

    @Test
    void theGroupOfVersionTwoLimitsProcessesAndMemory(@TempDir Path mounts) throws IOException {
        group(
                mounts.resolve("lxc.payload.c1"),
                "pids.current",
                "40\n",
                "pids.max",
                "40\n",
                "pids.events",
                "max 7\n",
                "memory.current",
                "5\n",
                "memory.max",
                "max\n",
                "memory.events",
                "low 0\noom 3\noom_kill 2\n");
        Quota memory = new Quota(Quota.Kind.MEMORY, -1, 5, Long.MAX_VALUE, 2);
        String cgroup = "0::/lxc.payload.c1/init.scope\n";
        assertThat(HostQuotas.limits(mounts, cgroup)).containsExactly(PROCESSES, memory);
        Path hybrid = mounts.resolve("hybrid");
        Files.createDirectories(hybrid.resolve("unified"));
        Files.move(mounts.resolve("lxc.payload.c1"), hybrid.resolve("unified/lxc.payload.c1"));
        assertThat(HostQuotas.limits(hybrid, cgroup)).containsExactly(PROCESSES, memory);
    }

    /// It counts what is refused where the process was that it was refused.
    @Test
    void ofVersionOneEachControllerHasItsOwnAndAllBelowCount(@TempDir Path mounts)
            throws IOException {
        Path own = mounts.resolve("pids/lxc.payload.c1");
        group(own, "pids.current", "40\n", "pids.max", "40\n", "pids.events", "max 3\n");
        group(own.resolve("system.slice/a"), "pids.events", "max 4\n");
        group(own.resolve("system.slice"), "pids.events", "max 0\n");
        group(
                mounts.resolve("memory/lxc.payload.c1"),
                "memory.max_usage_in_bytes",
                "5\n",
                "memory.limit_in_bytes",
                "9223372036854771712\n",
                "memory.oom_control",
                "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
        String cgroup =
                """
                9:name=systemd:/lxc.payload.c1
                8:pids:/lxc.payload.c1/init.scope
                4:memory:/lxc.payload.c1
                0::/lxc.payload.c1
                """;
        assertThat(HostQuotas.limits(mounts, cgroup))
                .containsExactly(PROCESSES, new Quota(Quota.Kind.MEMORY, -1, 5, Long.MAX_VALUE, 2));
    }

    @Test
    void aDeviceIsAllowedByTheControlGroupsThatTheHostHas() {
        assertThat(HostQuotas.allowingDevices("6:freezer:/\n5:devices:/\n0::/.lxc\n"))
                .isEqualTo("lxc.cgroup.devices.allow");
        assertThat(HostQuotas.allowingDevices("0::/lxc.payload.c1\n"))
                .isEqualTo("lxc.cgroup2.devices.allow");
    }

    @Test
    void whatIsNotThereOrLeadsElsewhereIsNoQuota(@TempDir Path mounts) throws IOException {
        group(mounts.resolve("outside"), "pids.current", "1\n", "pids.max", "1\n");
        Files.createDirectories(mounts.resolve("pids"));
        for (String cgroup :
                new String[] {
                    "", "no line", "8:pids:/../outside\n", "8:pids:/gone\n", "0::x\n", "0::/\n"
                }) {
            assertThat(HostQuotas.limits(mounts, cgroup)).as(cgroup).isEmpty();
        }
    }
}
