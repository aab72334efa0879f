package dev.capdrop.core.plan;

import dev.capdrop.core.capability.CapabilitySet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/// What PID 1 needs to listen for a socket unit.
///
/// Source: systemd.socket(5); ip(7), "ip_unprivileged_port_start"; net/ipv4/devinet.c,
/// `inetdev_event`, and net/ipv6/addrconf.c, `init_loopback`: the loopback interface has its
/// addresses once it is up.
final class ListenAddress {
    private static final int FIRST_UNPRIVILEGED = 1024;
    private static final List<String> INTERNET =
            List.of("ListenStream", "ListenDatagram", "ListenSequentialPacket");
    private static final Set<String> ROOT = Set.of("", "root", "0");

    private ListenAddress() {}

    /// @param loopbackIsUpFirst whether the loopback interface is up before PID 1 starts
    static Shortfall shortfall(Execution socket, Missing missing, boolean loopbackIsUpFirst) {
        if (missing.contains("net_bind_service")) {
            for (String key : INTERNET) {
                for (String address : socket.values(key)) {
                    OptionalInt port = port(address);
                    if (port.isPresent() && port.getAsInt() < FIRST_UNPRIVILEGED) {
                        return new Shortfall.Failure(
                                0, key + "=" + address + " takes net_bind_service");
                    }
                }
            }
        }
        if (missing.contains("chown") && isHandedOver(socket)) {
            return new Shortfall.Failure(
                    0, "handing it to SocketUser= or SocketGroup= takes chown");
        }
        boolean down = !loopbackIsUpFirst || socket.has("PrivateNetwork");
        if (down && missing.contains("net_admin")) {
            String address = ofLoopback(socket);
            if (!address.isEmpty()) {
                return withoutLoopback(socket, address);
            }
        }
        return isBelowOthers(socket, missing)
                ? new Shortfall.Open(
                        CapabilitySet.named("dac_override"),
                        "its path may be in a folder of another user")
                : Shortfall.NONE;
    }

    private static Shortfall withoutLoopback(Execution socket, String address) {
        String why = "listens at " + address + ", and the loopback interface stays down";
        boolean certain = !socket.has("PrivateNetwork") && !socket.has("Transparent");
        return certain
                ? new Shortfall.Failure(0, why)
                : new Shortfall.Open(CapabilitySet.named("net_admin"), why);
    }

    /// The first address of the loopback interface that has to be there; empty when none has.
    private static String ofLoopback(Execution socket) {
        return INTERNET.stream()
                .filter(_ -> !socket.has("FreeBind"))
                .flatMap(key -> socket.values(key).stream())
                .filter(address -> port(address).isPresent())
                .filter(address -> address.startsWith("127.") || address.startsWith("[::1]:"))
                .findFirst()
                .orElse("");
    }

    private static boolean isHandedOver(Execution socket) {
        boolean other =
                !ROOT.contains(socket.value("SocketUser"))
                        || !ROOT.contains(socket.value("SocketGroup"));
        return other && socket.values("ListenStream").stream().anyMatch(a -> a.startsWith("/"));
    }

    /// In /run itself root makes what it needs; deeper down a folder may belong to somebody else.
    private static boolean isBelowOthers(Execution socket, Missing missing) {
        return missing.contains("dac_override")
                && INTERNET.stream()
                        .flatMap(key -> socket.values(key).stream())
                        .anyMatch(a -> a.startsWith("/var/"));
    }

    /// The port of `22`, `0.0.0.0:22`, `[::]:22`; empty for what is no address of the internet's.
    static OptionalInt port(String address) {
        String digits = address.substring(address.lastIndexOf(':') + 1);
        boolean internet = !address.startsWith("/") && !address.startsWith("@");
        return internet && digits.matches("[0-9]{1,5}") && !address.startsWith("vsock:")
                ? OptionalInt.of(Integer.parseInt(digits))
                : OptionalInt.empty();
    }
}
