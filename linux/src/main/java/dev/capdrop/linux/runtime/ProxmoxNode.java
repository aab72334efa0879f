package dev.capdrop.linux.runtime;

import dev.capdrop.core.container.ProxmoxConfig;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.root.HostFile.Bounded;
import dev.capdrop.linux.store.ClusterFileSystem;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A Proxmox VE node: the containers of its cluster, as the cluster file system (pmxcfs) has them
/// in `nodes/NODE/lxc/VMID.conf`; `lxc` is a link to this node's.
final class ProxmoxNode {
    private static final int LARGEST = 1 << 20;
    private static final Pattern FILE = Pattern.compile("([1-9][0-9]{2,8})\\.conf");

    private final Path directory;
    private final ClusterFileSystem cluster;

    private ProxmoxNode(ClusterFileSystem cluster) {
        this.cluster = cluster;
        this.directory = cluster.directory();
    }

    /// Returns the node whose cluster file system belongs at this directory; null without one.
    static @Nullable ProxmoxNode at(Path directory) throws IOException {
        ClusterFileSystem cluster = new ClusterFileSystem(directory);
        return cluster.present() ? new ProxmoxNode(cluster) : null;
    }

    static boolean isVmid(String word) {
        return FILE.matcher(word + ".conf").matches();
    }

    String name() throws IOException {
        return cluster.node();
    }

    /// Returns all containers of the cluster, by number, but for throw-away copies.
    List<ProxmoxGuest> guests() throws IOException {
        String here = name();
        try {
            return guests(here);
        } catch (FileSystemException failed) {
            throw cluster.unreachable(failed);
        }
    }

    private List<ProxmoxGuest> guests(String here) throws IOException {
        Set<String> managed = managed(directory);
        List<ProxmoxGuest> guests = new ArrayList<>();
        try (DirectoryStream<Path> nodes = Files.newDirectoryStream(directory.resolve("nodes"))) {
            for (Path node : nodes) {
                add(guests, node, here, managed);
            }
        } catch (DirectoryIteratorException failed) {
            throw failed.getCause();
        }
        guests.sort(Comparator.comparingInt(guest -> Integer.parseInt(guest.vmid())));
        return guests;
    }

    boolean isCopy(String vmid) throws IOException {
        String text = content(directory.resolve("lxc").resolve(vmid + ".conf"));
        return text != null && ProxmoxCopies.isCopy(text);
    }

    ContainerId id(ProxmoxGuest guest, String lxcPath) {
        Path folder =
                guest.place().here()
                        ? directory
                        : directory.resolve("nodes").resolve(guest.place().node());
        Path file = folder.resolve("lxc").resolve(guest.vmid() + ".conf");
        return ContainerId.proxmox(guest.vmid(), lxcPath, file.toString());
    }

    private static void add(List<ProxmoxGuest> guests, Path node, String here, Set<String> managed)
            throws IOException {
        String name = node.getFileName().toString();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(node.resolve("lxc"))) {
            for (Path file : files) {
                Matcher matcher = FILE.matcher(file.getFileName().toString());
                String text = matcher.matches() ? content(file) : null;
                if (text != null && !ProxmoxCopies.isCopy(text)) {
                    String vmid = matcher.group(1);
                    guests.add(
                            ProxmoxGuest.of(
                                    vmid,
                                    name,
                                    name.equals(here),
                                    ProxmoxConfig.parse(text).main(),
                                    managed.contains(vmid)));
                }
            }
        } catch (NoSuchFileException none) {
            // a node without containers
        } catch (DirectoryIteratorException failed) {
            throw failed.getCause();
        }
    }

    /// Returns the containers that the HA manager looks after; a resource in the state `ignored`
    /// counts as absent (ha-manager(1)).
    static Set<String> managed(Path directory) throws IOException {
        return new ClusterFileSystem(directory)
                .sections("ha/resources.cfg").stream()
                        .filter(one -> one.type().equals("ct"))
                        .filter(one -> !one.setting("state", "").equals("ignored"))
                        .map(ClusterFileSystem.Section::id)
                        .collect(Collectors.toSet());
    }

    private static @Nullable String content(Path file) throws IOException {
        try {
            return ClusterFileSystem.outlast(() -> Bounded.latin1(file, LARGEST));
        } catch (NoSuchFileException gone) {
            return null;
        }
    }
}
