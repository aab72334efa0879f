package dev.capdrop.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.diagnosis.Remedy;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.HostMachine;
import dev.capdrop.core.snapshot.Subject;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class RemedyTextTest {
    private static final Remedy MASK = new Remedy.Mask("a\\x2db.mount");

    private static String mask(Subject container, int pid) {
        CapabilitySet all = CapabilitySet.upTo(40);
        Snapshot snapshot =
                Snapshot.of(
                                Instant.EPOCH,
                                container,
                                new HostMachine("", "6.12", 40, all, null, ""))
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

    /// What a quota takes is typed on the host, which is named, and lasts.
    @Test
    void aUsedUpQuotaIsRaisedOnTheHostByALineToType() {
        ContainerId web = new ContainerId(RuntimeKind.LXC, "web", "/var/lib/lxc");
        CapabilitySet all = CapabilitySet.upTo(40);
        Snapshot snapshot =
                Snapshot.of(Instant.EPOCH, web, new HostMachine("pve1", "6.12", 40, all, null, ""));
        Remedy raise =
                new Remedy.Sysctl("pve1", new Quota(Quota.Kind.INOTIFY_INSTANCES, 0, 128, 128, 3));
        assertThat(RemedyText.text(raise))
                .isEqualTo(
                        "raise fs.inotify.max_user_instances on the host pve1, not in the container;"
                                + " to keep it, write 'fs.inotify.max_user_instances = 256' to"
                                + " /etc/sysctl.d/90-containers.conf");
        assertThat(new RemedyText(snapshot).command(raise))
                .isEqualTo("sysctl -w fs.inotify.max_user_instances=256");
        Quota keys = new Quota(Quota.Kind.KEYS, 100_000, 200, 200, 0);
        assertThat(RemedyText.text(new Remedy.Sysctl("", keys)))
                .startsWith("raise kernel.keys.maxkeys on the host, not in the container;");
    }

    @Test
    void nobodyCanMaskInAContainerThatDoesNotRun() {
        assertThat(mask(new ContainerId(RuntimeKind.LXC, "c1", "/var/lib/lxc"), 0)).isEmpty();
    }
}
