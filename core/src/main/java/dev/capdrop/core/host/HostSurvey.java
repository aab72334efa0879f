package dev.capdrop.core.host;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.core.snapshot.RuntimeKind;
import module java.base;

/// The facts about a host that capdrop's work depends on.
///
/// @param appArmor absent where the kernel does not have AppArmor in force
/// @param quotas the fullest of the limits that containers of one user share
public record HostSurvey(
        Kernel kernel,
        Rights rights,
        Tracing tracing,
        ControlGroups cgroups,
        Fact<AppArmor> appArmor,
        Runtimes runtimes,
        Fact<List<Quota>> quotas,
        State state) {
    /// The running kernel, its architecture as Java calls it; `ptraceScope`:
    /// `kernel.yama.ptrace_scope`; absent where the kernel has no Yama (ptrace(2)); `lockdown`:
    /// kernel_lockdown(7); absent where there is none, or no securityfs.
    public record Kernel(
            Fact<String> release,
            String architecture,
            Fact<Integer> ptraceScope,
            Fact<String> lockdown) {}

    /// The rights of this process, for the whole host in the initial user namespace
    /// (user_namespaces(7)).
    public record Rights(
            Fact<Boolean> root, Fact<CapabilitySet> effective, Fact<Boolean> initialUsers) {}

    /// The means to watch checks of capabilities.
    ///
    /// @param tracepoint whether the kernel has the tracepoint `capability:cap_capable`
    /// @param event whether it lets this process listen to it (perf_event_open(2))
    /// @param kprobe whether a kprobe can take its place; absent where there is no need for one
    public record Tracing(
            Fact<Boolean> tracefs,
            Fact<Boolean> tracepoint,
            Fact<Boolean> event,
            Fact<Boolean> kprobe) {
        public Tracing(Fact<Boolean> tracefs, Fact<Boolean> tracepoint, Fact<Boolean> event) {
            this(tracefs, tracepoint, event, new Fact.Absent<>());
        }
    }

    public record ControlGroups(Fact<Boolean> version2, Fact<List<String>> old) {
        public ControlGroups {
            old =
                    old instanceof Fact.Known<List<String>>(List<String> names)
                            ? new Fact.Known<>(List.copyOf(names))
                            : old;
        }
    }

    /// AppArmor in force, and the number of loaded profiles.
    public record AppArmor(Fact<Integer> profiles) {}

    /// The runtimes of the host; absent where it does not have one.
    public record Runtimes(
            Fact<Lxc> lxc, Fact<Proxmox> proxmox, SortedMap<RuntimeKind, Fact<Other>> others) {
        public Runtimes {
            others = Collections.unmodifiableSortedMap(new TreeMap<>(others));
        }
    }

    /// A runtime that describes itself as in `version 6.0.4 at /var/lib/incus/unix.socket`, and
    /// does what this process asks for if `trusted`.
    public record Other(
            String about, boolean trusted, Fact<Integer> containers, Fact<Integer> running) {}

    /// Plain LXC, by `lxc-info --version`, with all containers, those of Proxmox VE among them.
    public record Lxc(
            String version, String path, Fact<Integer> containers, Fact<Integer> running) {}

    /// A node of Proxmox VE.
    ///
    /// @param node its name; unknown where its cluster file system does not answer, as all is then
    /// @param pct whether pct(1) is installed, by which containers are started and stopped
    /// @param containers their number in the cluster
    public record Proxmox(Fact<String> node, boolean quorate, boolean pct, int containers) {}

    /// The state of capdrop itself: why it cannot be written, half a sentence, or empty, and the
    /// targets of the changes that have not ended.
    public record State(
            String path, Fact<String> obstacle, Fact<Long> free, Fact<List<String>> unfinished) {}

    /// The result of a look at a thing of a host: not to know it differs from its absence.
    public sealed interface Fact<T> {
        record Known<T>(T value) implements Fact<T> {}

        record Absent<T>() implements Fact<T> {}

        /// The thing could not be seen; `why` is half a sentence.
        record Unknown<T>(String why) implements Fact<T> {}
    }
}
