package dev.capdrop.linux.runtime;

import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.HostProcess;
import dev.capdrop.linux.proc.ProcessTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All containers of a host, whoever looks after them: those of Proxmox VE where it is a node, and
/// those of plain LXC.
///
/// What liblxc knows by a VMID in Proxmox VE's folder is Proxmox VE's, and its `config` there is
/// written anew at every start; it is never taken for one of plain LXC. Nor is one that Proxmox VE
/// has generated and does not list: it was left by a guest that has gone, and is shown only where
/// it runs, or where nobody can be asked.
public final class HostContainers {
    private final LxcContainers lxc;
    private final @Nullable ProxmoxNode node;

    /// @param node null where the host is none of Proxmox VE's
    public HostContainers(LxcContainers lxc, @Nullable ProxmoxNode node) {
        this.lxc = lxc;
        this.node = node;
    }

    /// All containers: Proxmox VE's by number, those of other nodes among them, then plain LXC's by
    /// name.
    ///
    /// @throws IOException one sentence, also when pmxcfs is not mounted
    public List<HostContainer> all() throws IOException {
        List<HostContainer> all = new ArrayList<>(guests());
        for (ContainerId id : lxc.all()) {
            HostContainer one = alreadyIn(all, id) ? null : unlisted(id);
            if (one != null) {
                all.add(one);
            }
        }
        return all;
    }

    private static boolean alreadyIn(List<HostContainer> all, ContainerId id) {
        return all.stream().anyMatch(one -> one.id().isSameForLxc(id));
    }

    /// What liblxc knows and Proxmox VE does not list; null for what a guest that has gone left.
    private @Nullable HostContainer unlisted(ContainerId id) throws IOException {
        if (!ProxmoxTraces.in(id)) {
            return new HostContainer(id, null);
        }
        if (node != null && !lxc.running(id)) {
            return null;
        }
        String conf = "lxc/" + id.name() + ".conf";
        return new HostContainer(
                ContainerId.proxmox(
                        id.name(),
                        id.lxcPath(),
                        ProxmoxNode.DEFAULT_DIRECTORY.resolve(conf).toString()),
                null);
    }

    /// All processes of the host by number, the container of each called as whoever looks after it
    /// calls it.
    public List<HostProcess> processes() throws IOException {
        List<HostContainer> known = all();
        List<HostProcess> processes = new ArrayList<>();
        for (HostProcess process : ProcessTable.read()) {
            processes.add(named(process, known));
        }
        return processes;
    }

    private static HostProcess named(HostProcess process, List<HostContainer> known) {
        for (HostContainer one : known) {
            if (process.container() != null && process.container().isSameForLxc(one.id())) {
                return process.in(one.id());
            }
        }
        return process;
    }

    /// The container of Proxmox VE with this number; null when there is none.
    ///
    /// @throws IOException one sentence, also when pmxcfs is not mounted
    public @Nullable HostContainer guest(String vmid) throws IOException {
        for (HostContainer one : guests()) {
            if (one.id().name().equals(vmid)) {
                return one;
            }
        }
        for (ContainerId id : lxc.named(vmid)) {
            HostContainer one = unlisted(id);
            if (one != null && one.id().proxmox()) {
                return one;
            }
        }
        return null;
    }

    /// The numbers of this cluster's containers that have this hostname.
    public List<String> withHostname(String hostname) throws IOException {
        List<String> numbers = new ArrayList<>();
        for (HostContainer one : guests()) {
            if (one.guest() != null && one.guest().hostname().equals(hostname)) {
                numbers.add(one.guest().vmid());
            }
        }
        return numbers;
    }

    /// The containers of plain LXC with this name: none, one, or one in each of several lxc paths.
    ///
    /// @throws IOException when the name can only be one of Proxmox VE's and pmxcfs is not mounted
    public List<ContainerId> plain(String name) throws IOException {
        List<ContainerId> named = lxc.named(name);
        if (named.isEmpty() || !ProxmoxNode.isVmid(name)) {
            return named;
        }
        HostContainer guest = guest(name);
        return named.stream()
                .filter(id -> guest == null || !id.isSameForLxc(guest.id()))
                .filter(id -> !ProxmoxTraces.in(id))
                .toList();
    }

    private List<HostContainer> guests() throws IOException {
        List<HostContainer> guests = new ArrayList<>();
        if (node != null) {
            String lxcPath = lxc.lxcPath();
            for (ProxmoxGuest guest : node.guests()) {
                guests.add(new HostContainer(node.id(guest, lxcPath), guest));
            }
        }
        return guests;
    }
}
