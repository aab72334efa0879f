package dev.capdrop.cli.command;

import dev.capdrop.capability.NearNames;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.runtime.HostContainer;
import dev.capdrop.linux.runtime.HostContainers;
import dev.capdrop.linux.runtime.Privilege;
import dev.capdrop.linux.runtime.ProxmoxNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the container that a word of the command line names: `pve:101` or `101`, `lxc:NAME` or
/// `NAME`.
final class Targets {
    private static final String PROXMOX = "pve";
    private static final String LXC = "lxc";
    private static final Set<String> RUNTIMES = Set.of(PROXMOX, LXC);

    private final HostContainers containers;

    Targets(HostContainers containers) {
        this.containers = containers;
    }

    /// The target, which has to be there.
    ///
    /// @param or the options that may stand in its place
    /// @throws UsageException when it is not
    static String required(@Nullable String target, String or) {
        if (target == null) {
            throw new UsageException(
                    "no target, expected a VMID, lxc:NAME, NAME or "
                            + or
                            + "; 'capdrop check' lists the containers");
        }
        return target;
    }

    /// The container that a target names.
    ///
    /// @throws UsageException when there is none, or several
    HostContainer find(String target) throws IOException {
        int colon = target.indexOf(':');
        String runtime = colon < 0 ? "" : target.substring(0, colon);
        if (target.startsWith(RootTarget.PREFIX)) {
            throw new UsageException(
                    "'"
                            + target
                            + "' is a root directory, and no container; only check, plan, explain"
                            + " and snapshot take one");
        }
        if (colon >= 0 && !RUNTIMES.contains(runtime)) {
            throw new UsageException(
                    "'"
                            + target
                            + "': this version knows Proxmox VE and plain LXC, expected a VMID,"
                            + " lxc:NAME or NAME");
        }
        String name = name(target, target.substring(colon + 1), runtime);
        List<HostContainer> found = new ArrayList<>();
        if (!runtime.equals(LXC) && ProxmoxNode.isVmid(name)) {
            HostContainer guest = containers.guest(name);
            if (guest != null) {
                found.add(guest);
            }
        }
        if (!runtime.equals(PROXMOX)) {
            containers.plain(name).forEach(id -> found.add(new HostContainer(id, null)));
        }
        return only(target, runtime, name, found);
    }

    private HostContainer only(
            String target, String runtime, String name, List<HostContainer> found)
            throws IOException {
        if (found.isEmpty()) {
            throw new UsageException(none(target, runtime, name));
        }
        if (found.size() == 1) {
            return found.getFirst();
        }
        throw new UsageException(
                found.getFirst().guest() == null
                        ? "several containers are called '"
                                + name
                                + "', in "
                                + String.join(
                                        " and ", found.stream().map(c -> c.id().lxcPath()).toList())
                                + "; say which with --lxc-path"
                        : "both Proxmox VE and plain LXC know a '"
                                + name
                                + "'; say pve:"
                                + name
                                + " or lxc:"
                                + name);
    }

    private String none(String target, String runtime, String name) throws IOException {
        HostContainer guest =
                runtime.equals(LXC) && ProxmoxNode.isVmid(name) ? containers.guest(name) : null;
        if (guest != null) {
            return "'"
                    + target
                    + "' is Proxmox VE's, which writes that configuration anew at every start; say "
                    + guest.id().target();
        }
        List<String> numbers = runtime.equals(LXC) ? List.of() : containers.withHostname(name);
        if (!numbers.isEmpty()) {
            return "'"
                    + name
                    + "' is the hostname of "
                    + String.join(" and ", numbers)
                    + "; containers of Proxmox VE go by their number";
        }
        String none =
                runtime.equals(PROXMOX)
                        ? "Proxmox VE has no container '" + name + "' here"
                        : "no container is called '" + name + "'";
        String where =
                Privilege.root()
                        ? "; 'capdrop check' lists those of this host"
                        : " among those that this user may see; root sees all of this host";
        return none + where + near(name);
    }

    private String near(String name) throws IOException {
        List<String> names = new ArrayList<>();
        for (HostContainer one : containers.all()) {
            names.add(one.id().name());
        }
        return NearNames.question(name, names);
    }

    private static String name(String target, String name, String runtime) {
        boolean impossible =
                name.isEmpty() || name.equals(".") || name.equals("..") || name.contains("/");
        if (impossible || (runtime.equals(PROXMOX) && !ProxmoxNode.isVmid(name))) {
            throw new UsageException(
                    "'"
                            + target
                            + "' cannot be a container's name, expected a VMID such as 101, lxc:NAME or"
                            + " NAME; 'capdrop check' lists the containers");
        }
        return name;
    }

    /// The id alone.
    ContainerId id(String target) throws IOException {
        return find(target).id();
    }
}
