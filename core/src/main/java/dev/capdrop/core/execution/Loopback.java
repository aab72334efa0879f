package dev.capdrop.core.execution;

import dev.capdrop.core.container.LxcSettings;
import dev.capdrop.core.rule.KnownProgram;
import dev.capdrop.core.rule.KnownProgram.Fact;
import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import dev.capdrop.core.snapshot.Snapshot;
import module java.base;

/// The loopback interface of a container that has no net_admin.
///
/// Who brings it up: liblxc does with any network that is `up` (src/lxc/network.c,
/// `lxc_network_setup_in_child_namespaces_common`), else systemd, which takes net_admin
/// (src/shared/loopback-setup.c).
///
/// While it is down nobody listens at ::1, which it gets when it comes up (net/ipv6/addrconf.c,
/// `init_loopback`). With IPv4 it is not the interface that decides: as long as the network
/// namespace has never had an IPv4 address it has no table of local addresses, and any address is
/// taken for one that may be bound (net/ipv4/fib_frontend.c, `__inet_dev_addr_type`: without
/// `RT_TABLE_LOCAL` it stays at RTN_BROADCAST). With the first address of any interface, up or
/// down, the table is there, and stays when that address goes; then 127.0.0.1 is refused with
/// EADDRNOTAVAIL until the loopback interface comes up. Nothing reaches 127.0.0.1 in either case.
/// Tried on Linux 6.18, with a veth and with IPv6 alone.
enum Loopback {
    /// It is up before PID 1 begins.
    UP,
    /// It stays down, and the configuration gives the network namespace no IPv4 address.
    DOWN_ALONE,
    /// It stays down beside an IPv4 address.
    DOWN_BESIDE_ADDRESS,
    /// It stays down, and whether there will be an IPv4 address no file tells.
    DOWN;

    private static final int NETWORKS = 10;

    /// The types of interfaces that bring the namespace no address.
    private static final Set<String> WITHOUT_ADDRESS = Set.of("", "empty", "veth", "macvlan");

    static Loopback of(Snapshot snapshot) {
        LxcSettings settings = snapshot.settings();
        Loopback state = snapshot.configuration() == null ? DOWN : DOWN_ALONE;
        for (int i = 0; i < NETWORKS; i++) {
            String key = "lxc.net." + i + ".";
            List<String> types = settings.values(key + "type");
            if (settings.values(key + "flags").contains("up") || types.contains("none")) {
                return UP;
            }
            if (!settings.values(key + "ipv4.address").isEmpty()) {
                state = DOWN_BESIDE_ADDRESS;
            } else if (state == DOWN_ALONE && !WITHOUT_ADDRESS.containsAll(types)) {
                state = DOWN;
            }
        }
        boolean shared =
                settings.value("lxc.namespace.share.net") != null
                        || settings.value("lxc.hook.start-host") != null;
        return state == DOWN_ALONE && shared ? DOWN : state;
    }

    static boolean mayBeUsedBy(Execution execution) {
        boolean allowed = execution.mayUseFamily("AF_INET") || execution.mayUseFamily("AF_INET6");
        return allowed && !isNothingTo(execution);
    }

    static boolean isNothingTo(Execution execution) {
        List<ExecLine> commands = execution.commands();
        return !commands.isEmpty()
                && commands.stream()
                        .allMatch(command -> KnownProgram.is(Fact.LOCAL, command.name()));
    }
}
