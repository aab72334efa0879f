package dev.capdrop.core.host;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.core.snapshot.RuntimeKind;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a host has and allows, as far as capdrop's work hangs on it.
///
/// @param kernel the kernel that runs
/// @param rights what this process may do
/// @param tracing whether checks of capabilities can be watched
/// @param cgroups how the host's control groups are laid out
/// @param appArmor how many profiles are loaded, where the kernel has AppArmor in force
/// @param runtimes who looks after its containers
/// @param quotas the fullest of the limits that containers of one user share
/// @param state where capdrop keeps its own state
public record HostSurvey(
        Kernel kernel,
        Rights rights,
        Tracing tracing,
        ControlGroups cgroups,
        Fact<AppArmor> appArmor,
        Runtimes runtimes,
        Fact<List<Quota>> quotas,
        State state) {
    /// The kernel that runs.
    ///
    /// @param release as uname(2) says it
    /// @param architecture as Java calls it: `amd64`
    /// @param ptraceScope `kernel.yama.ptrace_scope`; absent where the kernel has no Yama
    ///   (ptrace(2))
    /// @param lockdown which lockdown is in force: `none`, `integrity` or `confidentiality`; absent
    ///   where the kernel has none, or securityfs is not mounted (kernel_lockdown(7))
    public record Kernel(
            Fact<String> release,
            String architecture,
            Fact<Integer> ptraceScope,
            Fact<String> lockdown) {}

    /// What this process may do.
    ///
    /// @param root whether it runs as root
    /// @param effective the capabilities that it can use (capabilities(7))
    /// @param initialUsers whether it lives in the initial user namespace, so that its capabilities
    ///   are good for the whole host (user_namespaces(7))
    public record Rights(
            Fact<Boolean> root, Fact<CapabilitySet> effective, Fact<Boolean> initialUsers) {}

    /// Whether checks of capabilities can be watched.
    ///
    /// @param tracefs whether tracefs is mounted where it usually is
    /// @param tracepoint whether the kernel has the tracepoint `capability:cap_capable`
    /// @param event whether it lets this process listen to it (perf_event_open(2))
    /// @param kprobe whether a kprobe can take its place; absent where there is no need for one
    public record Tracing(
            Fact<Boolean> tracefs,
            Fact<Boolean> tracepoint,
            Fact<Boolean> event,
            Fact<Boolean> kprobe) {
        /// That of a host that needs no kprobe, or of which nothing is known.
        public Tracing(Fact<Boolean> tracefs, Fact<Boolean> tracepoint, Fact<Boolean> event) {
            this(tracefs, tracepoint, event, new Fact.Absent<>());
        }
    }

    /// How the host's control groups are laid out (cgroups(7)).
    ///
    /// @param version2 whether a hierarchy of version 2 is mounted
    /// @param old the controllers that are in a hierarchy of version 1
    public record ControlGroups(Fact<Boolean> version2, Fact<List<String>> old) {
        /// Copies the list.
        public ControlGroups {
            old =
                    old instanceof Fact.Known<List<String>>(List<String> names)
                            ? new Fact.Known<>(List.copyOf(names))
                            : old;
        }
    }

    /// AppArmor in force.
    ///
    /// @param profiles how many profiles are loaded
    public record AppArmor(Fact<Integer> profiles) {}

    /// Who looks after the host's containers.
    ///
    /// @param lxc plain LXC; absent where it is not installed
    /// @param proxmox Proxmox VE; absent where the host is none of its nodes
    /// @param others each other runtime; absent where the host does not have it
    public record Runtimes(
            Fact<Lxc> lxc, Fact<Proxmox> proxmox, SortedMap<RuntimeKind, Fact<Other>> others) {
        /// Copies the map.
        public Runtimes {
            others = Collections.unmodifiableSortedMap(new TreeMap<>(others));
        }
    }

    /// A runtime that is neither of these.
    ///
    /// @param about what it says of itself, as `version 6.0.4 at /var/lib/incus/unix.socket`; empty
    ///   where it says nothing
    /// @param trusted whether it does what this process asks for
    /// @param containers how many this host has
    /// @param running how many of these run
    public record Other(
            String about, boolean trusted, Fact<Integer> containers, Fact<Integer> running) {}

    /// Plain LXC.
    ///
    /// @param version as `lxc-info --version` says it
    /// @param path where it keeps its containers
    /// @param containers how many there are, those of Proxmox VE among them
    /// @param running how many of these run
    public record Lxc(
            String version, String path, Fact<Integer> containers, Fact<Integer> running) {}

    /// A node of Proxmox VE.
    ///
    /// @param node what it is called; unknown where its cluster file system does not answer, and
    ///   then nothing of the rest is known
    /// @param quorate whether its configurations can be written
    /// @param pct whether pct(1) is installed, by which containers are started and stopped
    /// @param containers how many the cluster has
    public record Proxmox(Fact<String> node, boolean quorate, boolean pct, int containers) {}

    /// Where capdrop keeps its own state.
    ///
    /// @param path the state directory
    /// @param obstacle why it cannot be used, as half a sentence; empty where it can be written, or
    ///   made
    /// @param free how many bytes are free there
    /// @param unfinished the targets of the changes that have not ended
    public record State(
            String path, Fact<String> obstacle, Fact<Long> free, Fact<List<String>> unfinished) {}

    /// What came of a look at one thing of a host. Not to know it is another answer than that it is
    /// not there.
    ///
    /// @param <T> what is known where it is known
    public sealed interface Fact<T> {
        /// It was seen.
        ///
        /// @param <T> what it is
        record Known<T>(T value) implements Fact<T> {}

        /// The host does not have it.
        ///
        /// @param <T> what it would be
        record Absent<T>() implements Fact<T> {}

        /// It could not be seen.
        ///
        /// @param why what kept us from it, as half a sentence
        /// @param <T> what it may be
        record Unknown<T>(String why) implements Fact<T> {}
    }
}
