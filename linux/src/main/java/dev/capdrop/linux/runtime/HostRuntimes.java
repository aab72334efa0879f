package dev.capdrop.linux.runtime;

import dev.capdrop.core.runtime.IncusDaemon;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.linux.copy.Original.LeftCopy;
import dev.capdrop.linux.incus.IncusServer;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.store.TrialFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The runtimes of a host.
///
/// @param all in the order in which containers are listed: whoever makes containers by liblxc comes
///   before plain LXC
/// @param everywhere the same whatever folder somebody has named; what is in these is in force on
///   the host, too
public record HostRuntimes(List<HostRuntime> all, List<HostRuntime> everywhere) {
    public HostRuntimes {
        all = List.copyOf(all);
        everywhere = List.copyOf(everywhere);
    }

    /// Returns the runtimes of this host. Nothing is looked at before it is needed.
    ///
    /// @param lxcPath the only folder of plain LXC to look into; null for what lxc itself is
    ///   configured for
    /// @param pveDirectory where the cluster file system of Proxmox VE is mounted
    @SuppressWarnings("exports")
    public static HostRuntimes of(
            @Nullable Path lxcPath, Path pveDirectory, RunningContainers running) {
        LxcRuntime lxc = new LxcRuntime(lxcPath, running);
        boolean named = !pveDirectory.equals(ProxmoxNode.DEFAULT_DIRECTORY);
        ProxmoxRuntime proxmox = new ProxmoxRuntime(pveDirectory, named, lxc.known());
        IncusRuntime incus = new IncusRuntime(new IncusServer(IncusDaemon.INCUS), running);
        IncusRuntime lxd = new IncusRuntime(new IncusServer(IncusDaemon.LXD), running);
        NspawnRuntime nspawn = new NspawnRuntime(NspawnRuntime.Folders.OF_HOST, running);
        return new HostRuntimes(
                List.of(proxmox, incus, lxd, lxc, nspawn),
                lxcPath == null
                        ? List.of(proxmox, incus, lxd, lxc, nspawn)
                        : List.of(proxmox, incus, lxd, lxc, nspawn, new LxcRuntime(null, running)));
    }

    /// The runtime of this kind.
    public HostRuntime of(RuntimeKind kind) {
        for (HostRuntime one : all) {
            if (one.kind() == kind) {
                return one;
            }
        }
        throw new IllegalArgumentException("this host knows nothing of " + kind.title());
    }

    /// Returns the runtime that looks after this container.
    public HostRuntime of(ContainerId container) {
        return of(container.kind());
    }

    /// Whether these folders are where this would have been found, were it there.
    public boolean cover(Subject subject) {
        return switch (subject) {
            case ContainerId container -> of(container).covers(container);
            case Subject.Lines _ -> true;
            case Subject.RootDirectory _ -> false;
        };
    }

    /// Returns the name that the first runtime has for this host; null where none has one.
    ///
    /// @throws IOException one sentence when that cannot be told
    public @Nullable String node() throws IOException {
        for (HostRuntime one : all) {
            String node = one.node();
            if (node != null) {
                return node;
            }
        }
        return null;
    }

    /// Ends and removes the copies that killed trials have left, as far as that can be at once:
    /// they run on, over a root directory that may be removed under them, and no list of containers
    /// has them. Those of a trial that runs are let be: it holds a lock, which the kernel takes
    /// from a process that has ended, however it did.
    ///
    /// @param directory the state directory
    public List<LeftCopy> removeLeftCopies(Path directory) throws IOException {
        List<LeftCopy> found = new ArrayList<>();
        TrialFolder.eachAbandoned(
                directory,
                left -> {
                    for (HostRuntime runtime : all) {
                        found.addAll(runtime.removeCopies(left));
                    }
                });
        return found;
    }
}
