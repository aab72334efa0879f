package dev.capdrop.core.execution;

import java.util.Set;

/// Programs known to talk to the system bus when they start, although no unit of theirs need say
/// so: what they do while the bus fails is not known, and no record of a boot with it tells.
///
/// What has a name on the bus, is ordered after who has, or requires either, says so itself and
/// needs no place here; nor does what has a connection while systemd is asked
/// ([dev.capdrop.core.snapshot.Systemd#busConnected]). A program that is missing here may be
/// forecast wrongly where it had none then, or where nobody could ask.
///
/// Source: of cups-browsed its boots without setgid, setuid or setpcap, in which dbus-daemon fails
/// and it ends; of networkd-dispatcher its `main`, which takes `dbus.SystemBus()` unasked; of the
/// others their manual pages.
final class BusClients {
    private static final Set<String> PROGRAMS =
            Set.of(
                    "bluetoothctl",
                    "busctl",
                    "cups-browsed",
                    "dbus-monitor",
                    "dbus-send",
                    "gdbus",
                    "hostnamectl",
                    "localectl",
                    "loginctl",
                    "machinectl",
                    "networkd-dispatcher",
                    "nmcli",
                    "nm-online",
                    "resolvectl",
                    "timedatectl");

    private BusClients() {}

    /// Whether a unit executes one of them.
    static boolean isOneOf(Execution execution) {
        return execution.commands().stream().anyMatch(line -> PROGRAMS.contains(line.name()));
    }
}
