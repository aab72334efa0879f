package dev.capdrop.linux.evidence;

import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Evidence.Trouble.NamedFile.Standing;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitFile.Setting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The sockets that listen in a network namespace, by the host's own view of it.
///
/// Source: proc_pid_net(5), "tcp": the addresses are in hex, each word of them in the order of the
/// machine's bytes; state 0A is TCP_LISTEN.
public final class Listeners {
    private static final String LISTENS = "0A";
    private static final int STATE_AT = 3;
    private static final int HEX = 16;
    private static final int MOST_PORTS = 65_535;

    private record Place(String address, int port) {}

    private final Set<Place> places = new HashSet<>();

    /// Makes a table of the content of `/proc/PID/net/tcp` and `tcp6`.
    public Listeners(String tcp, String tcp6) {
        tcp.lines().skip(1).forEach(this::add);
        tcp6.lines().skip(1).forEach(this::add);
    }

    private void add(String line) {
        String[] fields = line.strip().split("\\s+");
        if (fields.length > STATE_AT
                && fields[STATE_AT].equals(LISTENS)
                && fields[1].matches("[0-9A-F]{8,32}:[0-9A-F]{4}")) {
            int colon = fields[1].indexOf(':');
            String address = fields[1].substring(0, colon);
            places.add(
                    new Place(
                            address.matches("0+") ? "" : address,
                            Integer.parseInt(fields[1].substring(colon + 1), HEX)));
        }
    }

    /// Returns the addresses of a socket unit that somebody has.
    public List<Trouble.NamedFile> taken(UnitState unit) {
        List<Trouble.NamedFile> taken = new ArrayList<>();
        for (Setting setting : unit.detail().settings()) {
            if (setting.key().equals("ListenStream") && isTaken(setting.value())) {
                taken.add(
                        new Trouble.NamedFile(setting.key(), setting.value(), Standing.TAKEN, ""));
            }
        }
        return taken;
    }

    boolean isTaken(String value) {
        int colon = value.lastIndexOf(':');
        String digits = value.substring(colon + 1);
        if (!digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) > MOST_PORTS) {
            return false;
        }
        String address = colon < 0 ? "" : hex(value.substring(0, colon));
        int port = Integer.parseInt(digits);
        return places.stream()
                .filter(place -> place.port == port)
                .anyMatch(place ->
                        place.address.isEmpty()
                                || address.isEmpty()
                                || place.address.equals(address));
    }

    /// As the kernel writes it on a machine whose first byte is the least; empty for any address,
    /// and what is none of IPv4 is held by nobody else.
    private static String hex(String address) {
        String[] bytes = address.split("\\.");
        if (bytes.length != 4 || !address.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
            return address.equals("[::]") ? "" : address;
        }
        StringBuilder hex = new StringBuilder();
        for (int i = bytes.length - 1; i >= 0; i--) {
            hex.append("%02X".formatted(Integer.parseInt(bytes[i])));
        }
        return hex.toString().equals("00000000") ? "" : hex.toString();
    }
}
