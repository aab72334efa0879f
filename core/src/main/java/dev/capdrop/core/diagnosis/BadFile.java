package dev.capdrop.core.diagnosis;

import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.Words;
import module java.base;
import org.jspecify.annotations.Nullable;

/// What systemd does not accept of a unit's file, which it says before its journal runs.
///
/// Source: systemd's src/core/service.c, `service_verify`; mount.c, `mount_verify`; path.c,
/// socket.c and timer.c likewise; load-fragment.c, `config_parse_exec`.
final class BadFile {
    private static final Set<String> FOR_EVER = Set.of("always", "on-success");

    /// Returns the reason; null where what is known of the file does not tell.
    static @Nullable String why(Patient patient) {
        if (patient.trouble().loadError().contains("Bad message")) {
            return "a line of it is neither [Section] nor KEY=VALUE";
        }
        return switch (patient.type()) {
            case SERVICE -> service(patient);
            case TIMER -> {
                List<Setting> times = patient.lines("OnCalendar", "");
                yield times.isEmpty()
                        ? "it has no On…= that systemd understands (systemd-analyze calendar)"
                        : times.getLast().format()
                                + " is no time that systemd understands (systemd-analyze calendar)";
            }
            case PATH ->
                    "it has no PathExists=, PathChanged= or the like, or names no absolute path";
            case SOCKET -> "it has no Listen…= that systemd understands, or no service to start";
            case MOUNT -> mount(patient);
            default -> null;
        };
    }

    private static String service(Patient patient) {
        List<Setting> starts =
                patient.lines("ExecStart", "").stream()
                        .filter(line -> !line.value().isEmpty())
                        .toList();
        String type = patient.value("Type");
        boolean oneshot = type.equals("oneshot");
        for (Setting line : starts) {
            String program = line.value().replaceFirst("^[-@:+!|]+", "");
            if (program.startsWith("~") || (program.contains("/") && !program.startsWith("/"))) {
                return line.format() + " is no absolute path";
            }
        }
        if (starts.isEmpty() && !Words.flag(patient.value("RemainAfterExit"), false)) {
            return "it has no ExecStart=, or one that is not well formed (its quotes)";
        }
        if (starts.size() > 1 && !oneshot) {
            return "it has more than one ExecStart=, which only Type=oneshot may have";
        }
        if (oneshot && FOR_EVER.contains(patient.value("Restart"))) {
            return "Restart=" + patient.value("Restart") + " is not for Type=oneshot";
        }
        return type.equals("dbus") && patient.value("BusName").isEmpty()
                ? "Type=dbus wants BusName="
                : "perhaps for the quotes of its ExecStart=, where they do not close";
    }

    private static @Nullable String mount(Patient patient) {
        String where = patient.value("Where");
        String name = where.startsWith("/") ? UnitName.ofMount(where) : "";
        return name.isEmpty() || name.equals(patient.unit().name())
                ? null
                : "Where=%s asks for the name %s".formatted(where, name);
    }
}
