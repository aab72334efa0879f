package dev.capdrop.linux.snapshot;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Conditions.CapabilityLists;
import dev.capdrop.core.unit.UnitFile;
import dev.capdrop.core.unit.UnitTree.FileText;
import dev.capdrop.linux.root.RootUnitTree;
import dev.capdrop.linux.root.SafeRoot;
import module java.base;

/// The configuration of a container's own systemd.
///
/// Source: systemd-system.conf(5), "Configuration Directories and Precedence".
record ManagerFiles(RootUnitTree tree, Collection<String> problems) {
    private static final String FILE = "/system.conf";

    /// The first that has a file counts.
    private static final List<String> CONFIGURATION_FOLDERS =
            List.of(
                    "/etc/systemd",
                    "/run/systemd",
                    "/usr/local/lib/systemd",
                    "/usr/lib/systemd",
                    "/lib/systemd");

    /// Returns what PID 1 keeps of the capabilities that it is started with; a file that cannot be
    /// read takes nothing.
    static CapabilitySet limit(SafeRoot root, Collection<String> problems) {
        RootUnitTree tree = new RootUnitTree(root);
        CapabilitySet limit = new ManagerFiles(tree, problems).limit();
        problems.addAll(tree.problems());
        return limit;
    }

    private CapabilitySet limit() {
        List<String> values = new ArrayList<>();
        for (String folder : CONFIGURATION_FOLDERS) {
            if (add(folder + FILE, values)) {
                break;
            }
        }
        Map<String, String> dropIns = new TreeMap<>();
        for (String folder : CONFIGURATION_FOLDERS) {
            for (String name : tree.list(folder + FILE + ".d")) {
                if (name.endsWith(".conf")) {
                    dropIns.putIfAbsent(name, folder + FILE + ".d/" + name);
                }
            }
        }
        dropIns.values().forEach(path -> add(path, values));
        return CapabilityLists.merged(values, CapabilityLists.ALL);
    }

    /// Adds what the file says.
    ///
    /// @return whether there is such a file
    private boolean add(String path, List<String> values) {
        FileText file = tree.read(path);
        if (file instanceof FileText.Text(String text)) {
            for (UnitFile.Setting setting : UnitFile.parse(path, text)) {
                if (setting.isOf("Manager", "CapabilityBoundingSet")) {
                    values.add(setting.value());
                }
            }
        }
        if (file instanceof FileText.Unreadable(String why)) {
            problems.add(why);
        }
        return !(file instanceof FileText.Missing);
    }
}
