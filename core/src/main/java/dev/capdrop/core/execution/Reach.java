package dev.capdrop.core.execution;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.ProgramFile;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which capabilities the processes of a unit can come to hold, as far as its files say.
///
/// A process of root holds its whole bounding set; one of another user what is ambient, and what
/// the file that it executes gives it (capabilities(7), "Transformation of capabilities during
/// execve()"). What a program executes in its turn is not in the unit's files; but what raises its
/// caller, and stands beside it in a folder of its own, is there for it.
///
/// @param capabilities the capabilities
/// @param how how they come to hold them, one sentence fragment
record Reach(CapabilitySet capabilities, String how) {
    private static final CapabilitySet ALL = CapabilitySet.upTo(Capability.MAX_NUMBER);

    static Reach of(Execution execution, @Nullable Programs programs) {
        CapabilitySet bounding = execution.bounding();
        if (execution.commands().stream().anyMatch(ExecLine::fullPrivileges)) {
            return new Reach(ALL, "one of its commands is marked with '+', so runs as root");
        }
        if (!execution.changesUser()) {
            return new Reach(bounding, "runs as root");
        }
        ProgramFile raising = raising(execution, programs);
        if (raising != null) {
            return new Reach(bounding, "executes " + raising.path() + ", which raises what it may");
        }
        ProgramFile helper = helper(execution, programs);
        if (helper != null) {
            return new Reach(
                    bounding, "may execute " + helper.path() + ", which raises what it may");
        }
        return new Reach(
                execution.ambient().intersect(bounding), "gets it by AmbientCapabilities=");
    }

    /// The first of its programs that gives more than its caller has; null when none does.
    private static @Nullable ProgramFile raising(Execution execution, @Nullable Programs programs) {
        if (programs == null || execution.setsNoNewPrivs()) {
            return null;
        }
        for (ExecLine command : execution.commands()) {
            ProgramFile file = programs.file(command.program());
            if (file != null && (file.setUid() || !file.capabilities().isEmpty())) {
                return file;
            }
        }
        return null;
    }

    /// The first such file beside its programs, as inn's `innbind` is; null where there is none.
    private static @Nullable ProgramFile helper(Execution execution, @Nullable Programs programs) {
        if (programs == null || execution.setsNoNewPrivs()) {
            return null;
        }
        for (ExecLine command : execution.commands()) {
            for (ProgramFile file : programs.beside(command.program())) {
                if (file.setUid() || !file.capabilities().isEmpty()) {
                    return file;
                }
            }
        }
        return null;
    }

    /// Those of `missed` that such a process may really come to ask for.
    CapabilitySet use(CapabilitySet missed, Execution execution) {
        CapabilitySet used = missed.intersect(capabilities);
        CapabilitySet kept = capabilities.minus(missed);
        for (Need need : Need.ALL) {
            used = need.without(used, kept, execution);
        }
        return used;
    }

    /// When a process that holds a capability comes to ask for it, where that is not always: a row
    /// each.
    private record Need(CapabilitySet taken, CapabilitySet other, List<String> families) {
        static final List<Need> ALL =
                List.of(
                        // kernel/reboot.c: only reboot(2) and kexec_load(2) ask for it, and no
                        // start of a unit makes these calls.
                        new Need("sys_boot", "", List.of()),
                        // include/linux/capability.h: `checkpoint_restore_ns_capable` takes either.
                        new Need("checkpoint_restore", "sys_admin", List.of()),
                        // fs/namei.c: `generic_permission` takes either for reading and searching.
                        new Need("dac_read_search", "dac_override", List.of()),
                        // net/ipv4/af_inet.c, net/ipv6/af_inet6.c: `__inet_bind`.
                        new Need("net_bind_service", "", List.of("AF_INET", "AF_INET6")),
                        // net/ipv4/af_inet.c: `inet_create`; net/packet/af_packet.c:
                        // `packet_create`.
                        new Need("net_raw", "", List.of("AF_INET", "AF_INET6", "AF_PACKET")),
                        // net/netlink/af_netlink.c: `netlink_setsockopt`.
                        new Need("net_broadcast", "", List.of("AF_NETLINK")));

        Need(String capability, String other, List<String> families) {
            this(
                    CapabilitySet.of(capability),
                    other.isEmpty() ? CapabilitySet.EMPTY : CapabilitySet.of(other),
                    families);
        }

        CapabilitySet without(CapabilitySet used, CapabilitySet kept, Execution execution) {
            return used.intersect(taken).isEmpty() || isNeeded(kept, execution)
                    ? used
                    : used.minus(taken);
        }

        private boolean isNeeded(CapabilitySet kept, Execution execution) {
            if (!families.isEmpty()) {
                return families.stream().anyMatch(execution::mayUseFamily);
            }
            return !other.isEmpty() && !kept.containsAll(other);
        }
    }
}
