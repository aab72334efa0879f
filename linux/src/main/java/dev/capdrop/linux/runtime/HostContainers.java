package dev.capdrop.linux.runtime;

import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.HostProcess;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// All containers of a host, whoever looks after them.
///
/// A container that liblxc knows in another runtime's folder, or that one has made and does not
/// list, is never taken for one of plain LXC: the latter was left by a container that has gone, and
/// is shown only where it runs, or where nobody can be asked.
public record HostContainers(List<HostRuntime> runtimes) {
    /// The containers that could be read, those of other nodes too.
    ///
    /// @param silent the runtimes that could not be asked, each with one sentence of why
    public record Listing(List<HostContainer> containers, Map<RuntimeKind, String> silent) {}

    /// Returns all containers, for who changes them: it needs to know every one.
    public List<HostContainer> all() throws IOException {
        return complete(in(runtimes, null));
    }

    /// Returns all containers, for who looks at them: a runtime that cannot be asked hides its own.
    ///
    /// @throws IOException one sentence when the place of a runtime that was named is none
    public Listing reachable() throws IOException {
        return in(runtimes, null);
    }

    /// Returns the containers of this name: several where runtimes or folders share it.
    public Listing named(String name) throws IOException {
        return in(runtimes.stream().filter(one -> one.canBeCalled(name)).toList(), name);
    }

    /// Returns the containers of this name that one runtime has, even one that does not run itself;
    /// no other is asked but who may have made what LXC finds.
    public List<HostContainer> named(String name, RuntimeKind kind) throws IOException {
        List<HostRuntime> asked =
                runtimes.stream()
                        .filter(one ->
                                one.kind() == kind
                                        || one.kind() == RuntimeKind.LXC
                                        || one.mayHaveMade(name))
                        .toList();
        return complete(in(asked, name)).stream().filter(one -> one.id().kind() == kind).toList();
    }

    /// Returns a sentence of what each runtime has on other hosts.
    public List<String> elsewhere() {
        return runtimes.stream()
                .map(runtime -> Errand.or("", runtime::elsewhere))
                .filter(sentence -> !sentence.isEmpty())
                .toList();
    }

    private static List<HostContainer> complete(Listing listing) throws IOException {
        for (String sentence : listing.silent.values()) {
            throw new IOException(sentence);
        }
        return listing.containers;
    }

    private Listing in(List<HostRuntime> asked, @Nullable String name) throws IOException {
        for (HostRuntime one : runtimes) {
            one.requireReachable();
        }
        List<HostContainer> all = new ArrayList<>();
        Map<RuntimeKind, String> silent = new EnumMap<>(RuntimeKind.class);
        for (HostRuntime runtime : asked) {
            try {
                for (HostContainer one : runtime.containers()) {
                    boolean meant = name == null || name.equals(one.id().name());
                    HostContainer shown =
                            meant
                                            && all.stream()
                                                    .noneMatch(other ->
                                                            other.id().isSameForLxc(one.id()))
                                    ? byItsMaker(one)
                                    : null;
                    if (shown != null) {
                        all.add(shown);
                    }
                }
            } catch (IOException ill) {
                silent.put(runtime.kind(), String.valueOf(ill.getMessage()));
            }
        }
        for (HostRuntime runtime : runtimes) {
            if (silent.containsKey(runtime.kind())) {
                all.removeIf(one ->
                        one.id().kind() == RuntimeKind.LXC && runtime.mayHaveMade(one.id().name()));
            }
        }
        return new Listing(all, silent);
    }

    private @Nullable HostContainer byItsMaker(HostContainer one) throws IOException {
        for (HostRuntime other : runtimes) {
            if (other.kind() != one.id().kind() && other.made(one.id())) {
                return other.unlisted(one.id());
            }
        }
        return one;
    }

    /// Looks for the same container anew; null when its runtime has it no longer.
    public @Nullable HostContainer again(ContainerId container) throws IOException {
        for (HostContainer one : named(container.name(), container.kind())) {
            if (one.is(container)) {
                return one;
            }
        }
        return null;
    }

    /// The processes, the container of each called as whoever looks after it calls it.
    public List<HostProcess> named(List<HostProcess> processes) throws IOException {
        List<HostContainer> known = reachable().containers;
        return processes.stream().map(process -> named(process, known)).toList();
    }

    private static HostProcess named(HostProcess process, List<HostContainer> known) {
        ContainerId lives = process.container();
        return known.stream()
                .map(HostContainer::id)
                .filter(id -> lives != null && lives.isSameForLxc(id))
                .findFirst()
                .map(process::in)
                .orElse(process);
    }

    /// A container of this host, or of another node of its cluster.
    ///
    /// @param guest null when Proxmox VE does not look after it, or does not list what it has made
    public record HostContainer(ContainerId id, @Nullable ProxmoxGuest guest) {
        /// Whether it is on another node, so that only its configuration can be read.
        public boolean elsewhere() {
            return guest != null && !guest.place().here();
        }

        /// Whether it is this one, whose file may lie in another node's folder by now.
        public boolean is(ContainerId container) {
            return container.kind().uniqueNames()
                    ? id.target().equals(container.target())
                    : id.equals(container);
        }
    }
}
