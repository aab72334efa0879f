package dev.capdrop.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.diagnosis.Remedy;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.HostMachine;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class RemedyTextTest {
    private static final Remedy MASK = new Remedy.Mask("a\\x2db.mount");

    private static String mask(Subject container, int pid) {
        CapabilitySet all = CapabilitySet.upTo(40);
        Snapshot snapshot =
                Snapshot.of(Instant.EPOCH, container, new HostMachine("6.12", 40, all))
                        .with(new Init(pid, Instant.EPOCH, true, all, false));
        return new RemedyText(snapshot).command(MASK);
    }

    @Test
    void theMaskCommandFindsTheContainerWhereverItIs() {
        assertThat(mask(new ContainerId(RuntimeKind.LXC, "c1", "/var/lib/lxc"), 4242))
                .isEqualTo("lxc-attach -n c1 -- systemctl mask -- 'a\\x2db.mount'");
        assertThat(mask(new ContainerId(RuntimeKind.LXC, "c1", "/srv/my lxc"), 4242))
                .isEqualTo(
                        "lxc-attach -P '/srv/my lxc' -n c1 -- systemctl mask -- 'a\\x2db.mount'");
    }

    @Test
    void aGuestOfProxmoxVeIsEnteredByPct() {
        ContainerId guest = ContainerId.proxmox("101", "/var/lib/lxc", "/etc/pve/lxc/101.conf");
        assertThat(mask(guest, 4242))
                .isEqualTo("pct exec 101 -- systemctl mask -- 'a\\x2db.mount'");
    }

    @Test
    void aRootDirectoryIsMaskedInByTheHostsSystemctl() {
        assertThat(mask(new Subject.RootDirectory("/srv/it's"), 0))
                .isEqualTo("systemctl --root='/srv/it'\\''s' mask -- 'a\\x2db.mount'");
    }

    @Test
    void nobodyCanMaskInAContainerThatDoesNotRun() {
        assertThat(mask(new ContainerId(RuntimeKind.LXC, "c1", "/var/lib/lxc"), 0)).isEmpty();
    }
}
