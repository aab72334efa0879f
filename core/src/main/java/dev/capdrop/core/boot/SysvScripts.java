package dev.capdrop.core.boot;

import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// Finds the scripts in `/etc/init.d` that a run level of a boot starts.
///
/// Source: systemd-sysv-generator(8).
final class SysvScripts {
    private static final String SCRIPTS = "/etc/init.d/";

    private static final Map<String, String> LEVELS =
            Map.of(
                    "2", "multi-user.target",
                    "3", "multi-user.target",
                    "4", "multi-user.target",
                    "5", "graphical.target");

    private SysvScripts() {}

    record Script(String path, String unit, List<String> wantedBy) {}

    static List<Script> of(UnitTree tree) {
        Map<String, TreeSet<String>> wanted = new TreeMap<>();
        LEVELS.forEach((level, target) -> {
            for (String link : tree.list("/etc/rc" + level + ".d")) {
                if (link.matches("S[0-9][0-9].+")) {
                    wanted.computeIfAbsent(link.substring(3), k -> new TreeSet<>()).add(target);
                }
            }
        });
        List<Script> scripts = new ArrayList<>();
        wanted.forEach((name, targets) -> {
            String unit = unit(name);
            if (UnitName.isValid(unit) && tree.executable(SCRIPTS + name)) {
                scripts.add(new Script(SCRIPTS + name, unit, List.copyOf(targets)));
            }
        });
        return scripts;
    }

    private static String unit(String script) {
        return (script.endsWith(".sh") ? script.substring(0, script.length() - 3) : script)
                + ".service";
    }
}
