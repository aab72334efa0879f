package dev.capdrop.core.boot;

import dev.capdrop.core.document.Names;
import dev.capdrop.core.unit.UnitFile;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitTree;
import dev.capdrop.core.unit.UnitTree.FileText;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Finds the units that a call on the system bus starts, loaded or not. Source: the D-Bus
/// specification, "Message Bus Starting Services (Activation)"; `SystemdService=` names the unit.
public final class BusServices {
    private static final List<String> DIRECTORIES = Names.list("bus-services");

    private static final String SECTION = "D-BUS Service";
    private static final String UNIT = "SystemdService";

    private static final int MOST = 500;

    private BusServices() {}

    /// Returns the units' names in the files, which may be aliases or name missing units.
    ///
    /// @param problems takes one sentence for each thing left out
    public static Set<String> units(UnitTree tree, Consumer<String> problems) {
        Set<String> units = new TreeSet<>();
        Set<String> seen = new HashSet<>();
        for (String directory : DIRECTORIES) {
            for (String name : tree.list(directory)) {
                if (!name.endsWith(".service") || !seen.add(name)) {
                    continue;
                }
                if (seen.size() > MOST) {
                    problems.accept(
                            "more than " + MOST + " services of D-Bus; the rest is left out");
                    return units;
                }
                add(tree, directory + "/" + name, units, problems);
            }
        }
        return units;
    }

    private static void add(
            UnitTree tree, String file, Set<String> units, Consumer<String> problems) {
        switch (tree.read(file)) {
            case FileText.Text text -> {
                UnitFile.parse(file, text.text()).stream()
                        .filter(setting -> setting.isOf(SECTION, UNIT))
                        .map(Setting::value)
                        .filter(UnitName::isValid)
                        .forEach(units::add);
            }
            case FileText.Unreadable unreadable -> problems.accept(unreadable.why());
            case FileText.Missing _ -> {}
        }
    }
}
