package dev.capdrop.core.boot;

import dev.capdrop.core.unit.UnitType;
import java.util.List;
import java.util.Set;

/// The settings that a service must have to be loaded.
///
/// Source: systemd.service(5), "Type=", "ExecStart=", "Restart="; systemd's `service_verify`.
record ServiceRules(LoadedUnit unit) {
    private static final String SECTION = "Service";
    private static final Set<String> TYPES =
            Set.of("simple exec forking oneshot dbus notify notify-reload idle".split(" "));
    private static final String SOME_ACTION =
            "(reboot|poweroff|exit|kexec|halt|soft-reboot)(-force|-immediate)?";

    static boolean refuse(LoadedUnit unit) {
        return unit.type() == UnitType.SERVICE && new ServiceRules(unit).refuse();
    }

    private boolean refuse() {
        int starts = commands("ExecStart");
        String type = type(starts);
        boolean oneshot = type.equals("oneshot");
        boolean idle = starts == 0 && !acts();
        boolean remains = unit.flag(SECTION, "RemainAfterExit", false);
        if (idle && (!oneshot || !remains || commands("ExecStop") == 0)) {
            return true;
        }
        return (!oneshot && starts > 1)
                || (oneshot && Set.of("always", "on-success").contains(value("Restart")))
                || (type.equals("dbus") && value("BusName").isEmpty())
                || (!value("PAMName").isEmpty()
                        && Set.of("none", "process").contains(value("KillMode")));
    }

    private int commands(String key) {
        List<String> values = unit.values(SECTION, key);
        return values.stream().mapToInt(CommandLines::count).filter(count -> count > 0).sum();
    }

    private String type(int starts) {
        String type = value("Type");
        if (TYPES.contains(type)) {
            return type;
        }
        String usual = starts == 0 ? "oneshot" : "simple";
        return value("BusName").isEmpty() ? usual : "dbus";
    }

    private boolean acts() {
        String action = unit.value("Unit", "SuccessAction");
        return action != null && action.matches(SOME_ACTION);
    }

    private String value(String key) {
        String value = unit.value(SECTION, key);
        return value == null ? "" : value;
    }
}
