package dev.capdrop.core.execution;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.rule.KnownProgram.Fact;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Programs.ProgramFile;
import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The capabilities that the processes of a unit can come to hold, as far as its files say.
///
/// A process of root holds its whole bounding set; one of another user what is ambient, and what
/// the file that it executes gives it (capabilities(7), "Transformation of capabilities during
/// execve()"). What a program executes in its turn is not in the unit's files; but what raises its
/// caller, and stands beside it in a folder of its own, is there for it.
record Reach(CapabilitySet capabilities, String how) {
    private static final CapabilitySet ALL = CapabilitySet.upTo(Capability.MAX_NUMBER);

    /// What is asked for only where others have left something, and a boot begins with nobody's:
    /// processes of other users (kernel/signal.c, `kill_ok_by_cred`; kernel/ptrace.c,
    /// `__ptrace_may_access`), their System V IPC objects (ipc/util.c, `ipcperms`), other network
    /// namespaces to listen in (net/netlink/af_netlink.c, `netlink_setsockopt`), and packages and
    /// containers to unpack (security/commoncap.c, `cap_convert_nscap`; kernel/user_namespace.c,
    /// `verify_root_map`). What systemd asks for itself, [SetUpStep] tells. No unit of the recorded
    /// boots started otherwise without one of them.
    private static final CapabilitySet OF_OTHERS =
            CapabilitySet.of("kill", "sys_ptrace", "ipc_owner", "net_broadcast", "setfcap");

    /// What a user namespace honours for processes of other users, too: one's own priority and
    /// limits the kernel refuses to raise in any case (kernel/sys.c, `set_one_prio_perm`,
    /// `can_nice`, `check_prlimit_permission` and `do_prlimit`; kernel/sched/syscalls.c,
    /// `sched_setaffinity` and `user_check_sched_setscheduler`). Beside these sys_resource counts
    /// for /proc/sys/user, whose refusal systemd-sysctl passes over (kernel/ucount.c,
    /// `set_permissions`), and for short windows of pressure (kernel/sched/psi.c,
    /// `psi_trigger_create`).
    private static final CapabilitySet OF_OTHERS_UNPRIVILEGED =
            CapabilitySet.of("sys_nice", "sys_resource");

    static Reach of(Execution execution, @Nullable Programs programs) {
        CapabilitySet bounding = execution.bounding();
        if (execution.commands().stream().anyMatch(ExecLine::fullPrivileges)) {
            return new Reach(ALL, "one of its commands is marked with '+', so runs as root");
        }
        if (!execution.changesUser()) {
            return new Reach(bounding, "runs as root");
        }
        if (programs != null && !execution.setsNoNewPrivs()) {
            List<String> commands = execution.commands().stream().map(ExecLine::program).toList();
            Stream<ProgramFile> own =
                    commands.stream().map(programs::file).filter(Objects::nonNull);
            Optional<ProgramFile> raising = own.filter(Reach::raises).findFirst();
            if (raising.isPresent()) {
                String path = raising.get().path();
                return new Reach(bounding, "executes " + path + ", which raises what it may");
            }
            Stream<ProgramFile> beside =
                    commands.stream().flatMap(it -> programs.beside(it).stream());
            Optional<ProgramFile> helper = beside.filter(Reach::raises).findFirst();
            if (helper.isPresent()) {
                String path = helper.get().path();
                return new Reach(bounding, "may execute " + path + ", which raises what it may");
            }
        }
        return new Reach(
                execution.ambient().intersect(bounding), "gets it by AmbientCapabilities=");
    }

    private static boolean raises(ProgramFile file) {
        return file.setUid() || !file.capabilities().isEmpty();
    }

    /// Returns what the start of these commands may ask for of what is missing.
    ///
    /// @param seen what it was seen to use, in whatever boot
    CapabilitySet use(Missing missing, Execution execution, CapabilitySet seen) {
        CapabilitySet missed = missing.honoured();
        boolean own = missing.unprivileged() && !execution.executes(Fact.PRESSURE);
        CapabilitySet unasked = own ? OF_OTHERS.union(OF_OTHERS_UNPRIVILEGED) : OF_OTHERS;
        CapabilitySet used = missed.intersect(capabilities).minus(unasked.minus(seen));
        CapabilitySet kept = capabilities.minus(missed);
        for (Need need : Need.ALL) {
            used = need.without(used, kept, execution);
        }
        return used;
    }

    private record Need(CapabilitySet taken, CapabilitySet other, List<String> families) {
        static final CapabilitySet BIND = CapabilitySet.of("net_bind_service");

        static final List<Need> ALL =
                List.of(
                        // kernel/reboot.c: only reboot(2) and kexec_load(2) ask for it, and no
                        // start of a unit makes these calls.
                        new Need("sys_boot", "", List.of()),
                        // fs/attr.c: `setattr_copy`; fs/inode.c: `mode_strip_sgid`: without it a
                        // set-group-ID bit is left out, and no call is refused.
                        new Need("fsetid", "", List.of()),
                        // include/linux/capability.h: `checkpoint_restore_ns_capable` takes either.
                        new Need("checkpoint_restore", "sys_admin", List.of()),
                        // fs/namei.c: `generic_permission` takes either for reading and searching.
                        new Need("dac_read_search", "dac_override", List.of()),
                        // net/ipv4/af_inet.c, net/ipv6/af_inet6.c: `__inet_bind`. What is known
                        // to be local binds nothing there.
                        new Need("net_bind_service", "", List.of()),
                        // net/ipv4/af_inet.c: `inet_create`; net/packet/af_packet.c:
                        // `packet_create`.
                        new Need("net_raw", "", List.of("AF_INET", "AF_INET6", "AF_PACKET")));

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
            if (taken.equals(BIND)) {
                return Loopback.mayBeUsedBy(execution);
            }
            if (!families.isEmpty()) {
                return families.stream().anyMatch(execution::mayUseFamily);
            }
            return !other.isEmpty() && !kept.containsAll(other);
        }
    }
}
