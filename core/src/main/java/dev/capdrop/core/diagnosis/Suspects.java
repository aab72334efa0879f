package dev.capdrop.core.diagnosis;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.execution.Shortfall;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// The capabilities that a container lacks and that a program may want which says that it was
/// refused something: a row for what it was about to do. Who does not say what that was is
/// suspected of nothing: the kernel refuses by EPERM for many reasons beside capabilities, and
/// every privileged container lacks what LXC drops.
///
/// A port from 1024 on, and a socket in the file system, take no `net_bind_service`; EPERM is not
/// said of a file's mode, EACCES is.
///
/// Source: capabilities(7); the words are those of the programs, around the text of strerror(3) for
/// EPERM and EACCES.
final class Suspects {
    private static final List<Hint> HINTS =
            List.of(
                    hint("(raw|packet) socket|SOCK_RAW|PF_PACKET|\\bicmp|\\bpcap", "net_raw"),
                    hint(
                            "^(?!.*([ '\"=(:]/\\w|(:|port )[1-9][0-9]{3,4}\\b(?!:)))"
                                    + ".*(\\bbind|\\blisten|privileged port)",
                            "net_bind_service"),
                    hint(
                            "netlink|\\bSIOC|\\bip6?tables|\\bnft|\\broute\\b|\\btun\\b|/net/tun"
                                    + "|\\binterface|promisc|IP_TRANSPARENT|SO_MARK|multicast",
                            "net_admin"),
                    hint("set(re|res)?uid|(switch|change|become|drop).*(user|privilege)", "setuid"),
                    hint("set(re|res)?gid|(set|init)groups|(switch|change) .*group", "setgid"),
                    hint("chown|owner(ship)?\\b", "chown", "fowner"),
                    hint("chmod|\\bmode of|utime", "fowner"),
                    hint("chroot", "sys_chroot"),
                    hint("mlock|lock(ed)? memory|MEMLOCK", "ipc_lock"),
                    hint("\\bnice\\b|priority|sched_set|scheduler|affinity", "sys_nice"),
                    hint("rlimit|resource limit|\\bnofile\\b", "sys_resource"),
                    hint("clock|adjtime|settime|set .*time", "sys_time"),
                    hint("ptrace|/proc/[0-9]", "sys_ptrace"),
                    hint("mknod|device node", "mknod"),
                    hint("capset|cap_set|capabilit|prctl", "setpcap"),
                    hint("\\bbpf", "bpf", "sys_admin"),
                    hint("\\bmount|setns|unshare|namespace|swapon|sethostname", "sys_admin"),
                    hint("\\bkill\\b|signal", "kill"),
                    hint(
                            "(open|read|writ|creat|access|stat|remov|unlink).*/.*denied",
                            "dac_override"),
                    hint("(open|read|access|stat).*/.*denied", "dac_read_search"));

    /// What reaches the host's kernel as a whole: no container gets these back for the sake of one
    /// of its units. LXC's own list (share/lxc/config/common.conf).
    static final CapabilitySet OF_THE_HOST =
            CapabilitySet.of("sys_module", "sys_rawio", "sys_time", "mac_admin", "mac_override");

    /// execve(2) says EPERM of a program whose file makes capabilities effective that may not be
    /// held; these are the statuses of a shell that could not execute one.
    private static final Set<Integer> NOT_EXECUTED = Set.of(126, 127);

    private static final Pattern PROGRAM = Pattern.compile("/[^\\s:]+: Operation not permitted$");

    /// The LSB's and sysexits' words for a user who may not.
    private static final Set<Integer> NO_PERMISSION = Set.of(4, 77);

    private Suspects() {}

    private record Hint(Pattern about, CapabilitySet wants) {}

    private static Hint hint(String about, String... wants) {
        return new Hint(Pattern.compile("(?i)" + about), CapabilitySet.of(wants));
    }

    /// Returns those that a unit may want; where its lines tell of some, only these; none where
    /// nothing was refused.
    static CapabilitySet of(Patient patient) {
        if (!(patient.shortfall() instanceof Shortfall.Undecided undecided)) {
            return CapabilitySet.EMPTY;
        }
        CapabilitySet lacking = undecided.capabilities();
        List<String> refused =
                patient.trouble().log().stream()
                        .filter(line -> Signatures.REFUSED.matcher(line).find())
                        .toList();
        boolean sayByStatus = refused.isEmpty() && NO_PERMISSION.contains(patient.status());
        List<String> lines = sayByStatus ? patient.trouble().log() : refused;
        CapabilitySet wanted = CapabilitySet.EMPTY;
        for (Hint hint : HINTS) {
            if (lines.stream().anyMatch(line -> hint.about.matcher(line).find())) {
                wanted = wanted.union(hint.wants.intersect(lacking));
            }
        }
        boolean byFile = NOT_EXECUTED.contains(patient.status()) && patient.says(PROGRAM);
        return wanted.isEmpty() && byFile ? lacking.minus(OF_THE_HOST) : wanted;
    }
}
