package dev.capdrop.linux.runtime;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.HostProcess;
import dev.capdrop.core.snapshot.RuntimeKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All containers of a host, whoever looks after them.
///
/// What liblxc knows in a folder of another runtime is that runtime's, and its `config` there is
/// written anew at every start; it is never taken for one of plain LXC. Nor is one that another
/// runtime has made and does not list: it was left by a container that has gone, and is shown only
/// where it runs, or where nobody can be asked.
///
/// @param runtimes in the order in which their containers are listed
public record HostContainers(List<HostRuntime> runtimes) {
    /// The collections are copied.
    public HostContainers {
        runtimes = List.copyOf(runtimes);
    }

    /// The containers of a host, as far as they could be read.
    ///
    /// @param containers runtime by runtime, those of other nodes of a cluster among them
    /// @param silent the runtimes that could not be asked, each with one sentence of why
    public record Listing(List<HostContainer> containers, Map<RuntimeKind, String> silent) {}

    /// All containers, for who changes them: it needs to know every one.
    ///
    /// @throws IOException one sentence when one of the runtimes cannot be asked
    public List<HostContainer> all() throws IOException {
        return complete(in(runtimes, null));
    }

    /// All containers, for who looks at them: a runtime that cannot be asked hides its own only.
    ///
    /// @throws IOException one sentence when the place of a runtime that was named is none
    public Listing reachable() throws IOException {
        return in(runtimes, null);
    }

    /// The containers of this name: none, one, or several of different runtimes or folders.
    ///
    /// @throws IOException one sentence when the place of a runtime that was named is none
    public Listing named(String name) throws IOException {
        return in(runtimes.stream().filter(one -> one.canBeCalled(name)).toList(), name);
    }

    /// Returns the containers of this name that one runtime has; no other is asked but who may have
    /// made what LXC finds. That is how one is known whose own runtime does not run, too.
    ///
    /// @throws IOException one sentence when it cannot be asked
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

    /// Returns what runtimes have on other hosts, a sentence each; of one that cannot be asked
    /// none.
    public List<String> elsewhere() {
        List<String> sentences = new ArrayList<>();
        for (HostRuntime runtime : runtimes) {
            try {
                sentences.add(runtime.elsewhere());
            } catch (IOException ill) {
                sentences.add("");
            }
        }
        sentences.removeIf(String::isEmpty);
        return sentences;
    }

    private static List<HostContainer> complete(Listing listing) throws IOException {
        for (String sentence : listing.silent.values()) {
            throw new IOException(sentence);
        }
        return listing.containers;
    }

    private void requireReachable() throws IOException {
        for (HostRuntime one : runtimes) {
            one.requireReachable();
        }
    }

    private Listing in(List<HostRuntime> asked, @Nullable String name) throws IOException {
        requireReachable();
        List<HostContainer> all = new ArrayList<>();
        Map<RuntimeKind, String> silent = new EnumMap<>(RuntimeKind.class);
        for (HostRuntime runtime : asked) {
            try {
                for (HostContainer one : runtime.containers()) {
                    boolean meant = name == null || name.equals(one.id().name());
                    HostContainer shown =
                            meant && !alreadyIn(all, one.id()) ? byItsMaker(one) : null;
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

    private static boolean alreadyIn(List<HostContainer> all, ContainerId id) {
        return all.stream().anyMatch(one -> one.id().isSameForLxc(id));
    }

    /// Null for what a container that has gone left.
    private @Nullable HostContainer byItsMaker(HostContainer one) throws IOException {
        for (HostRuntime other : runtimes) {
            if (other.kind() != one.id().kind() && other.made(one.id())) {
                return other.unlisted(one.id());
            }
        }
        return one;
    }

    /// Looks for the same container anew; null when its runtime has it no longer.
    ///
    /// @throws IOException one sentence when that runtime cannot be asked
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
        for (HostContainer one : known) {
            if (process.container() != null && process.container().isSameForLxc(one.id())) {
                return process.in(one.id());
            }
        }
        return process;
    }
}
