package dev.capdrop.core.boot;

import dev.capdrop.core.boot.UnitLoader.LoadPath;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds a unit's drop-ins and dependency links: `NAME.d` for each name and folder, its template's,
/// those of its prefixes (`foo-.service.d`); last `TYPE.d`. Of one file name the first found
/// counts; all are applied by file name. Source: systemd.unit(5), "Description"; systemd's
/// `unit_file_find_dropin_paths`.
record DropIns(
        UnitTree tree, Chase chase, LoadPath path, UnitIndex index, Consumer<String> problems) {
    private static final int MOST_PREFIXES = 32;

    List<String> files(String name, Set<String> names, String directorySuffix, String fileSuffix) {
        Map<String, String> byFileName = new TreeMap<>();
        for (String directory : directories(name, names, directorySuffix)) {
            for (String file : tree.list(directory)) {
                if (file.endsWith(fileSuffix) && !file.startsWith(".")) {
                    byFileName.putIfAbsent(file, directory + "/" + file);
                }
            }
        }
        return List.copyOf(byFileName.values());
    }

    private List<String> directories(String name, Set<String> names, String suffix) {
        List<String> inOrder = new ArrayList<>(List.of(name));
        names.stream().filter(n -> !n.equals(name)).forEach(inOrder::add);
        List<String> directories = new ArrayList<>();
        for (String unitName : inOrder) {
            List<String> variants = new ArrayList<>();
            addVariants(unitName, variants);
            addAll(variants, suffix, directories);
        }
        addAll(List.of(UnitName.type(name).word()), suffix, directories);
        return directories;
    }

    private void addAll(List<String> names, String suffix, List<String> directories) {
        List<String> present =
                names.stream().map(name -> name + suffix).filter(index::hasDirectoryNamed).toList();
        path.directories().stream()
                .flatMap(folder -> present.stream().map(name -> folder + "/" + name))
                .filter(index::hasDirectory)
                .forEach(directory -> {
                    String resolved = chase.all(directory);
                    if (resolved == null) {
                        problems.accept("'" + directory + "' leads in a circle of symbolic links");
                    } else {
                        directories.add(resolved);
                    }
                });
    }

    private static void addVariants(String name, List<String> variants) {
        @Nullable String next = name;
        while (next != null && variants.size() < MOST_PREFIXES) {
            variants.add(next);
            if (UnitName.isInstance(next)) {
                addVariants(UnitName.template(next), variants);
            }
            next = shorter(next);
        }
    }

    /// Returns `foo-.service` of `foo-bar.service`, `foo-@x.service` of `foo-bar@x.service`.
    private static @Nullable String shorter(String name) {
        String prefix = UnitName.prefix(name);
        int dash = prefix.lastIndexOf('-');
        if (dash > 0 && dash == prefix.length() - 1) {
            dash = prefix.lastIndexOf('-', dash - 1);
        }
        if (dash <= 0) {
            return null;
        }
        String shorter = prefix.substring(0, dash + 1);
        String type = UnitName.type(name).word();
        String instance = UnitName.instance(name);
        return instance == null || instance.isEmpty()
                ? shorter + "." + type
                : shorter + "@" + instance + "." + type;
    }
}
