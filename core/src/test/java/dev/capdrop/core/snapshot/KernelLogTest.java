package dev.capdrop.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.snapshot.KernelLog.Line;
import dev.capdrop.core.snapshot.KernelLog.Owner;
import dev.capdrop.core.snapshot.KernelRefusal.AppArmorDenied;
import dev.capdrop.core.snapshot.KernelRefusal.ForkRejected;
import dev.capdrop.core.snapshot.KernelRefusal.Limited;
import dev.capdrop.core.snapshot.KernelRefusal.OutOfMemory;
import dev.capdrop.core.snapshot.KernelRefusal.Seccomp;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KernelLogTest {
    private static final Owner C1 =
            new Owner(List.of("/lxc.payload.c1", "/"), "lxc-c1_</var/lib/lxc>");
    private static final String KILL = "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),";

    private static List<KernelRefusal> refusals(String text) {
        return new KernelLog(C1, List.of(new Line(5, text)), "").refusals();
    }

    @ParameterizedTest
    @CsvSource({
        "',oom_memcg=/lxc.payload.c1', CONTAINER",
        "',oom_memcg=/lxc.payload.c1/system.slice/eat.service', UNIT",
        "',oom_memcg=/', ABOVE",
        "',global_oom', HOST",
    })
    void aKillNamesWhoseLimitWasReached(String limit, Limited limited) {
        String text =
                KILL
                        + "cpuset=lxc.payload.c1,mems_allowed=0"
                        + limit
                        + ",task_memcg=/lxc.payload.c1/system.slice/eat.service,task=sort,pid=15941,uid=100000";
        assertThat(refusals(text))
                .containsExactly(
                        new OutOfMemory(
                                new Line(5, text), limited, "/system.slice/eat.service", "sort"));
    }

    /// The names of control groups are their owner's text; other containers' lines do not count.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cpuset=x,mems_allowed=0,oom_memcg=/lxc.payload.c1,task_memcg=/lxc.payload.c1/a.service,task=a,pid=1,uid=0,mems_allowed=0,oom_memcg=/lxc.payload.c2,task_memcg=/lxc.payload.c2,task=b,pid=2,uid=0",
                "cpuset=a,mems_allowed=0,oom_memcg=/lxc.payload.c12,task_memcg=/lxc.payload.c12/a.service,task=a,pid=1,uid=0",
                "cpuset=a,mems_allowed=0,oom_memcg=/lxc.payload.c2,task_memcg=/lxc.payload.c2/lxc.payload.c1/a.service,task=a,pid=1,uid=0",
            })
    void anotherContainersKillDoesNotCount(String fields) {
        assertThat(refusals(KILL + fields)).isEmpty();
    }

    @Test
    void aRejectedForkNamesTheGroupOfWhoForked() {
        String text =
                "cgroup: fork rejected by pids controller in /lxc.payload.c1/system.slice/forker.service";
        assertThat(refusals(text))
                .containsExactly(
                        new ForkRejected(new Line(5, text), "/system.slice/forker.service"));
        assertThat(refusals(text.replace(".c1/", ".c2/"))).isEmpty();
        assertThat(refusals("sh: " + text)).isEmpty();
    }

    @Test
    void aDenialCountsByTheProfileOfOneContainer() {
        String text =
                "audit: type=1400 audit(1547119806.282:61): apparmor=\"DENIED\" operation=\"mount\" info=\"failed flags match\" error=-13 profile=\"lxc-c1_</var/lib/lxc>\" name=\"/\" pid=18681 comm=\"(networkd)\" flags=\"rw, rslave\"";
        AppArmorDenied denied = new AppArmorDenied(new Line(5, text), "mount", "/", "(networkd)");
        assertThat(refusals(text)).containsExactly(denied);
        assertThat(refusals(text.replace("lxc-c1_", "lxc-c2_"))).isEmpty();
        assertThat(refusals(text.replace("lxc-c1_</var/lib/lxc>", "lxc-container-default-cgns")))
                .isEmpty();
        // comm="a" profile="lxc-c1_…", in the hexadecimal that audit writes of such a name
        String hidden = text.replace("lxc-c1_", "lxc-c2_").replace("\"(networkd)\"", "612220");
        assertThat(refusals(hidden)).isEmpty();
    }

    @Test
    void aFilteredCallCountsByTheSameProfile() {
        String text =
                "audit: type=1326 audit(1.0:1): auid=1 uid=100000 gid=100000 ses=1 subj=lxc-c1_</var/lib/lxc> (enforce) pid=7 comm=\"x\" exe=\"/bin/x\" sig=31 arch=c000003e syscall=165 compat=0 ip=0x0 code=0x80000000";
        assertThat(refusals(text)).containsExactly(new Seccomp(new Line(5, text), "x", 165, 31));
    }
}
