package dev.capdrop.core.execution;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.observe.Meaning;
import dev.capdrop.core.observe.UnitHistory;
import dev.capdrop.core.snapshot.ExecLine;
import java.util.ArrayList;
import java.util.List;

/// Checks that a record holds and that nothing hangs on: what is asked for is done as well without
/// the capability.
///
/// Source: the functions named. No unit came to another state by them when the capability alone was
/// dropped, in any recorded boot.
final class FormalChecks {
    private static final CapabilitySet SETPCAP = CapabilitySet.of("setpcap");
    private static final Capability SETPCAP_ALONE = Capability.of("setpcap");

    /// Without it no call is refused. A set-group-ID bit is left out, or is gone after a write:
    /// fs/attr.c, `setattr_prepare`; fs/inode.c, `inode_init_owner` and `file_remove_privs`;
    /// fs/posix_acl.c, `posix_acl_update_mode`.
    private static final CapabilitySet NEVER_REFUSED = CapabilitySet.of("fsetid");

    /// The versions of systemd of which it is known how often they set a process's capabilities.
    private static final int FIRST = 247;

    private static final int LAST_THAT_ALWAYS_SETS = 252;
    private static final int FIRST_THAT_SETS_AMBIENT_ONLY = 255;

    private FormalChecks() {}

    /// What a unit whose whole boots were watched does as well without.
    ///
    /// @param known what was seen of it
    /// @param told the capabilities of which the kernel told every check
    /// @param version the first number of systemd's version; 0 when unknown
    static CapabilitySet of(
            UnitHistory known, Execution execution, CapabilitySet told, int version) {
        boolean formal = told.contains(SETPCAP_ALONE) && isFormal(known, execution, version);
        CapabilitySet passed = NEVER_REFUSED.intersect(told);
        return formal ? passed.union(SETPCAP) : passed;
    }

    /// Whether setpcap was asked for exactly as often as systemd sets the inheritable capabilities
    /// of a process before it executes a command, and by nobody else. The kernel asks for it at
    /// each capset(2), and refuses nothing as long as no more becomes inheritable than is permitted
    /// (security/commoncap.c, `cap_inh_is_capped` and `cap_capset`). systemd does so for every
    /// command of its sandbox up to 252, from 255 on only where there are ambient capabilities
    /// (src/basic/capability-util.c, `capability_ambient_set_apply`).
    private static boolean isFormal(UnitHistory known, Execution execution, int version) {
        boolean sets = execution.has("SecureBits") || execution.changesUser();
        return !sets
                && !known.has(SETPCAP_ALONE.number(), Meaning.MISSED)
                && known.count(SETPCAP_ALONE.number(), Meaning.USED)
                        == known.boots() * expected(execution, version);
    }

    private static long expected(Execution execution, int version) {
        boolean always = version >= FIRST && version <= LAST_THAT_ALWAYS_SETS;
        boolean known = always || version >= FIRST_THAT_SETS_AMBIENT_ONLY;
        if (!known || !(always || !execution.ambient().isEmpty())) {
            return 0;
        }
        List<ExecLine> commands = new ArrayList<>(execution.commands());
        execution.values("ExecStartPost").forEach(value -> commands.add(ExecLine.parse(value)));
        return commands.stream().filter(command -> !command.fullPrivileges()).count();
    }
}
