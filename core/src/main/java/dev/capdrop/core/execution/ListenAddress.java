package dev.capdrop.core.execution;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.execution.Shortfalls.Shortfall;
import dev.capdrop.core.rule.Rule.GeneralRule;
import module java.base;

/// The address of a socket unit, and what PID 1 needs to listen there.
///
/// Source: systemd.socket(5); ip(7), "ip_unprivileged_port_start"; for what is bound while the
/// loopback interface is down, [Loopback].
public final class ListenAddress {
    private static final int FIRST_UNPRIVILEGED = 1024;
    private static final int LONGEST = 5;
    private static final List<String> INTERNET =
            List.of("ListenStream", "ListenDatagram", "ListenSequentialPacket");
    private static final List<String> PATHS =
            List.of("ListenStream", "ListenDatagram", "ListenSequentialPacket", "ListenFIFO");

    /// tmpfiles.d(5) of systemd and of dbus gives these to root.
    private static final List<String> OF_ROOT =
            List.of("/run/systemd/", "/run/udev/", "/run/dbus/");

    /// Where everybody may write, or root alone.
    private static final List<String> FREE = List.of("/dev/", "/tmp/", "/etc/", "/usr/");

    private static final int QUEUES_TOO = 257;

    private static final CapabilitySet BIND = CapabilitySet.of("net_bind_service");

    private static final CapabilitySet DOWN = CapabilitySet.of("net_admin");

    private static final CapabilitySet CHOWN = CapabilitySet.of("chown");
    private static final CapabilitySet OVERRIDE = CapabilitySet.of("dac_override");
    private static final Set<String> ROOT = Set.of("", "root", "0");

    private ListenAddress() {}

    static Shortfall shortfall(Execution socket, Missing missing, Loopback loopback) {
        if (missing.contains("net_bind_service")) {
            for (String key : INTERNET) {
                for (String address : socket.values(key)) {
                    if (port(address).orElse(FIRST_UNPRIVILEGED) < FIRST_UNPRIVILEGED) {
                        return new Shortfall.Failure(
                                GeneralRule.PRIVILEGED_PORT,
                                0,
                                BIND,
                                Why.takes(key + "=" + address, BIND));
                    }
                }
            }
        }
        if (missing.contains("chown") && isHandedOver(socket, missing.version())) {
            return new Shortfall.Failure(
                    GeneralRule.SOCKET_OWNER,
                    0,
                    CHOWN,
                    Why.takes("handing it to SocketUser= or SocketGroup=", CHOWN));
        }
        if (missing.contains("dac_override") && isClosedToItsOwner(socket)) {
            return new Shortfall.Failure(
                    GeneralRule.FIFO_MODE,
                    0,
                    OVERRIDE,
                    Why.takes("opening a FIFO that SocketMode= closes to its owner", OVERRIDE));
        }
        Shortfall unbound = atLoopback(socket, missing, loopback);
        if (!(unbound instanceof Shortfall.None)) {
            return unbound;
        }
        return isBelowOthers(socket, missing)
                ? new Shortfall.Undecided(
                        GeneralRule.SOCKET_FOLDER,
                        OVERRIDE,
                        Why.of(GeneralRule.SOCKET_FOLDER.row().meaning()))
                : Shortfall.NONE;
    }

    private static Shortfall atLoopback(Execution socket, Missing missing, Loopback loopback) {
        boolean ownNetwork = socket.has("PrivateNetwork");
        Loopback its = ownNetwork ? Loopback.DOWN_ALONE : loopback;
        if (its == Loopback.UP || !missing.contains("net_admin") || socket.has("FreeBind")) {
            return Shortfall.NONE;
        }
        for (String address : internet(socket)) {
            boolean four = address.startsWith("127.");
            if (four ? its == Loopback.DOWN_ALONE : !address.startsWith("[::1]:")) {
                continue;
            }
            Why why = Why.of("listens at " + address + ", and the loopback interface stays down");
            boolean certain = !ownNetwork && !socket.has("Transparent");
            return certain && !(four && its == Loopback.DOWN)
                    ? new Shortfall.Failure(GeneralRule.SOCKET_AT_LOOPBACK, 0, DOWN, why)
                    : new Shortfall.Undecided(GeneralRule.SOCKET_AT_LOOPBACK, DOWN, why);
        }
        return Shortfall.NONE;
    }

    /// Returns the addresses of the internet's that a socket listens at.
    public static List<String> internet(Execution socket) {
        return INTERNET.stream()
                .flatMap(key -> socket.values(key).stream())
                .filter(address -> port(address).isPresent())
                .toList();
    }

    /// Message queues are, of the versions that were looked at, since 257.
    private static boolean isHandedOver(Execution socket, int version) {
        boolean other =
                !ROOT.contains(socket.value("SocketUser"))
                        || !ROOT.contains(socket.value("SocketGroup"));
        boolean queue = version >= QUEUES_TOO && !socket.values("ListenMessageQueue").isEmpty();
        return other && (queue || paths(socket).findAny().isPresent());
    }

    /// Whether systemd makes a FIFO that its owner may not both read and write, as it opens that.
    private static boolean isClosedToItsOwner(Execution socket) {
        String mode = socket.value("SocketMode");
        return !mode.isEmpty()
                && mode.matches("0*[0-5]?[0-7]{0,2}")
                && !socket.values("ListenFIFO").isEmpty();
    }

    /// In /run itself root makes what it needs, as it did in the folders of systemd, udev and the
    /// bus. Deeper down, as almost anywhere else, a folder may belong to somebody else, who alone
    /// may write there (fs/namei.c, `generic_permission`).
    private static boolean isBelowOthers(Execution socket, Missing missing) {
        return missing.contains("dac_override")
                && paths(socket).anyMatch(ListenAddress::isInFolderOfOthers);
    }

    private static Stream<String> paths(Execution socket) {
        return PATHS.stream()
                .flatMap(key -> socket.values(key).stream())
                .filter(path -> path.startsWith("/"));
    }

    private static boolean isInFolderOfOthers(String path) {
        if (path.startsWith("/run/")) {
            return path.indexOf('/', "/run/".length()) > 0
                    && OF_ROOT.stream().noneMatch(path::startsWith);
        }
        return FREE.stream().noneMatch(path::startsWith);
    }

    /// The port of `22`, `0.0.0.0:22`, `[::]:22`; empty for what is no address of the internet's.
    public static OptionalInt port(String address) {
        int from = address.lastIndexOf(':') + 1;
        boolean internet =
                !address.startsWith("/")
                        && !address.startsWith("@")
                        && !address.startsWith("vsock:");
        return internet && isPort(address, from)
                ? OptionalInt.of(Integer.parseInt(address, from, address.length(), 10))
                : OptionalInt.empty();
    }

    private static boolean isPort(String text, int from) {
        int digits = text.length() - from;
        return digits > 0
                && digits <= LONGEST
                && text.chars().skip(from).allMatch(c -> c >= '0' && c <= '9');
    }
}
