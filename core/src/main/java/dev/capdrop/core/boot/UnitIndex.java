package dev.capdrop.core.boot;

import dev.capdrop.core.boot.UnitLoader.LoadPath;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitName.UnitType;
import dev.capdrop.core.unit.UnitTree;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Maps each name of a unit to its file: the first directory counts; a symlink to a unit in the
/// load path is an alias, one to elsewhere a linked file. Source: systemd.unit(5), "Unit File Load
/// Path" and "Unit Aliases"; systemd's `unit_file_build_name_map`.
final class UnitIndex {
    private static final int MOST_HOPS = 8;
    private static final char NOT_UTF8 = '\uFFFD';
    private static final Set<UnitType> MAY_ALIAS =
            UnitType.of("service socket target device timer path");
    private static final Set<UnitType> MAY_TEMPLATE =
            UnitType.of("service socket target timer path");

    private final UnitTree tree;
    private final Chase chase;
    private final LoadPath path;
    private final Consumer<String> problems;

    /// A file's path, or the name of the unit that the name is an alias of.
    private final Map<String, String> ids = new HashMap<>();

    private final Map<String, List<String>> aliases = new HashMap<>();
    private final Set<String> directories = new HashSet<>();
    private final Set<String> directoryNames = new HashSet<>();

    private UnitIndex(UnitTree tree, Chase chase, LoadPath path, Consumer<String> problems) {
        this.tree = tree;
        this.chase = chase;
        this.path = path;
        this.problems = problems;
    }

    static UnitIndex read(UnitTree tree, Chase chase, LoadPath path, Consumer<String> problems) {
        UnitIndex index = new UnitIndex(tree, chase, path, problems);
        for (String directory : path.directories()) {
            for (String name : tree.list(directory)) {
                index.add(directory, name);
            }
        }
        index.reverse();
        return index;
    }

    private void add(String directory, String name) {
        String file = directory + "/" + name;
        if (!UnitName.isValid(name)) {
            directories.add(file);
            directoryNames.add(name);
            if (name.chars().anyMatch(c -> Character.isISOControl(c) || c == NOT_UTF8)) {
                problems.accept("'" + file + "' is not the name of a unit; systemd leaves it out");
            }
            return;
        }
        if (ids.containsKey(name)) {
            return;
        }
        String target = tree.link(file);
        if (target == null) {
            ids.put(name, file);
            return;
        }
        String end = chase.parents(target.startsWith("/") ? target : directory + "/" + target);
        if (end == null || end.equals(chase.parents(file))) {
            problems.accept("'" + file + "' leads in a circle of symbolic links");
            return;
        }
        if (!path.directories().stream().anyMatch(it -> end.startsWith(it + "/"))) {
            ids.put(name, end);
            return;
        }
        String other = baseName(end);
        if (!other.equals(name) && mayAlias(name, other)) {
            ids.put(name, other);
        }
    }

    private static boolean mayAlias(String name, String other) {
        UnitType type = UnitName.type(name);
        if (!UnitName.isValid(other) || !MAY_ALIAS.contains(type) || type != UnitName.type(other)) {
            return false;
        }
        String instance = UnitName.instance(name);
        String otherInstance = UnitName.instance(other);
        if (instance == null || otherInstance == null) {
            return instance == null && otherInstance == null;
        }
        boolean toTemplate = otherInstance.isEmpty();
        return MAY_TEMPLATE.contains(type) && (toTemplate || instance.equals(otherInstance));
    }

    private void reverse() {
        for (String name : new TreeSet<>(ids.keySet())) {
            String file = file(name);
            if (file != null) {
                String target = baseName(file);
                boolean instanceOfIt =
                        UnitName.isValid(target)
                                && UnitName.isTemplate(target)
                                && UnitName.isInstance(name);
                if (!instanceOfIt) {
                    aliases.computeIfAbsent(target, t -> new ArrayList<>()).add(name);
                }
            }
        }
    }

    @Nullable String file(String name) {
        String id = name;
        for (int hop = 0; hop < MOST_HOPS; hop++) {
            String next = ids.get(id);
            if (next == null && hop > 0 && UnitName.isInstance(id)) {
                next = ids.get(UnitName.template(id));
            }
            if (next == null) {
                return null;
            }
            if (next.startsWith("/")) {
                return next;
            }
            id = next;
        }
        problems.accept("'" + name + "' leads from alias to alias without end");
        return null;
    }

    @Nullable String fragment(String name) {
        String file = file(name);
        return file == null && UnitName.isInstance(name) ? file(UnitName.template(name)) : file;
    }

    Set<String> names(String name, String fragment) {
        Set<String> names = new TreeSet<>(Set.of(name));
        String instance = UnitName.instance(name);
        boolean own = file(name) != null;
        for (String alias : aliases.getOrDefault(baseName(fragment), List.of())) {
            String full =
                    instance != null && UnitName.isTemplate(alias)
                            ? UnitName.withInstance(alias, instance)
                            : alias;
            String elsewhere = own || full.equals(alias) ? null : file(full);
            if (elsewhere == null || baseName(elsewhere).equals(baseName(fragment))) {
                names.add(full);
            }
        }
        return names;
    }

    boolean hasDirectoryNamed(String name) {
        return directoryNames.contains(name);
    }

    boolean hasDirectory(String directory) {
        return directories.contains(directory);
    }

    boolean isMask(String file) {
        return leadsToNull(file) || tree.isEmpty(file);
    }

    boolean leadsToNull(String file) {
        return "/dev/null".equals(chase.all(file));
    }

    static String baseName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /// Finds a unit's drop-ins and dependency links: `NAME.d` for each name and folder, its
    /// template's, those of its prefixes (`foo-.service.d`); last `TYPE.d`. Of one file name the
    /// first found counts; all are applied by file name. Source: systemd.unit(5), "Description";
    /// systemd's `unit_file_find_dropin_paths`.
    record DropIns(
            UnitTree tree, Chase chase, LoadPath path, UnitIndex index, Consumer<String> problems) {
        private static final int MOST_PREFIXES = 32;

        List<String> files(
                String name, Set<String> names, String directorySuffix, String fileSuffix) {
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
                    names.stream()
                            .map(name -> name + suffix)
                            .filter(index::hasDirectoryNamed)
                            .toList();
            path.directories().stream()
                    .flatMap(folder -> present.stream().map(name -> folder + "/" + name))
                    .filter(index::hasDirectory)
                    .forEach(directory -> {
                        String resolved = chase.all(directory);
                        if (resolved == null) {
                            problems.accept(
                                    "'" + directory + "' leads in a circle of symbolic links");
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
}
