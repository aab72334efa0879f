package dev.capdrop.linux.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.snapshot.KernelLog;
import dev.capdrop.core.snapshot.KernelLog.Line;
import dev.capdrop.core.snapshot.KernelLog.Owner;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KernelRingTest {
    @Test
    void aRecordIsItsTimeAndItsTextWithoutEscapes() {
        assertThat(KernelRing.line("6,1,2000000,-;cgroup: /a\\x5cx2d\n SUBSYSTEM=x\n", 5))
                .isEqualTo(new Line(2_000_005, "cgroup: /a\\x2d"));
    }

    @Test
    void whatAProgramWroteIsNotTheKernels() {
        assertThat(KernelRing.line("12,1,2,-;cgroup: fork rejected", 0)).isNull();
        assertThat(KernelRing.line("no record", 0)).isNull();
    }

    @Test
    void aContainerIsKnownByItsGroupsAndByAProfileOfItsOwn() {
        String cgroup = "4:memory:/lxc/c1/system.slice/a.service\n0::/lxc.payload.c1/init.scope\n";
        assertThat(KernelRing.owner(cgroup, "lxc-c1_</var/lib/lxc>//&:lxc-c1_<x>:unconfined\n"))
                .isEqualTo(
                        new Owner(List.of("/lxc/c1", "/lxc.payload.c1"), "lxc-c1_</var/lib/lxc>"));
        assertThat(KernelRing.owner(cgroup, "lxc-container-default-cgns (enforce)\n").profile())
                .isEmpty();
    }

    @Test
    void aLogThatCannotBeReadSaysSo() {
        Owner owner = new Owner(List.of("/lxc.payload.c1"), "");
        KernelLog log = KernelRing.read(Path.of("/dev/no-such-ring"), owner, 0, 0);
        assertThat(log.lines()).isEmpty();
        assertThat(log.unread()).startsWith("the host's kernel log was not read: ");
    }
}
