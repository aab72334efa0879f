package dev.capdrop.core.boot;

import dev.capdrop.core.boot.UnitLoader.LoadPath;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitTree;
import dev.capdrop.core.unit.UnitTree.FileText;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The units that systemd's own generators make at a container's boot, laid over its root
/// directory. Source: systemd.generator(7), systemd-getty-generator(8), systemd-fstab-generator(8),
/// systemd-sysv-generator(8), systemd-rc-local-generator(8), systemd-system-update-generator(8).
public final class GeneratedUnits {
    private static final String SYSTEM = "/usr/lib/systemd/system/";

    /// Source: systemd.generator(7).
    private static final List<String> GENERATOR_FOLDERS =
            List.of(
                    "/run/systemd/system-generators",
                    "/etc/systemd/system-generators",
                    "/usr/local/lib/systemd/system-generators",
                    "/usr/lib/systemd/system-generators",
                    "/lib/systemd/system-generators");

    /// Those of systemd's that make nothing in a container, or nothing without an argument.
    private static final Set<String> IDLE_GENERATORS =
            Set.of(
                    "systemd-bless-boot-generator",
                    "systemd-debug-generator",
                    "systemd-gpt-auto-generator",
                    "systemd-hibernate-resume-generator",
                    "systemd-import-generator",
                    "systemd-run-generator",
                    "systemd-tpm2-generator",
                    "systemd-factory-reset-generator");

    private static final Set<String> REMOTE =
            Set.of("nfs nfs4 cifs smb3 smbfs ceph glusterfs 9p afs ncp".split(" "));
    private static final int MOST_MOUNTS = 1000;
    private static final String SCRIPTS = "/etc/init.d/";

    private final UnitTree tree;
    private final LoadPath path;
    private final Map<String, String> links = new HashMap<>();
    private final Map<String, String> files = new HashMap<>();
    private final Set<String> unknown = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();

    private GeneratedUnits(UnitTree tree, LoadPath path) {
        this.tree = tree;
        this.path = path;
    }

    public static GeneratedUnits of(UnitTree tree, LoadPath path) {
        GeneratedUnits generated = new GeneratedUnits(tree, path);
        generated.generators().forEach(generated::run);
        return generated;
    }

    public UnitTree tree() {
        return new GeneratedTree(tree, links, files);
    }

    public List<String> problems() {
        List<String> all = new ArrayList<>(problems);
        if (!unknown.isEmpty()) {
            all.add(
                    "units that these generators make at boot are not known: "
                            + String.join(", ", unknown));
        }
        return all;
    }

    private Set<String> generators() {
        Set<String> names = new TreeSet<>();
        Set<String> seen = new LinkedHashSet<>();
        for (String directory : GENERATOR_FOLDERS) {
            for (String name : tree.list(directory)) {
                if (seen.add(name) && tree.executable(directory + "/" + name)) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    private void run(String generator) {
        switch (generator) {
            case "systemd-getty-generator" -> wanted("getty.target", "console-getty.service");
            case "systemd-fstab-generator" -> {
                wanted("local-fs.target", "systemd-remount-fs.service");
                mounts(text("/etc/fstab")).forEach(this::mount);
            }
            case "systemd-rc-local-generator" -> {
                if (tree.executable("/etc/rc.local")) {
                    wanted("multi-user.target", "rc-local.service");
                }
            }
            case "systemd-system-update-generator" -> {
                if (tree.link("/system-update") != null
                        || tree.link("/etc/system-update") != null) {
                    links.put(
                            LoadPath.GENERATOR_EARLY + "/default.target",
                            SYSTEM + "system-update.target");
                }
            }
            case "systemd-sysv-generator" -> scripts(tree).forEach(this::script);
            case "systemd-cryptsetup-generator" -> table("/etc/crypttab");
            case "systemd-integritysetup-generator" -> table("/etc/integritytab");
            case "systemd-veritysetup-generator" -> table("/etc/veritytab");
            case "systemd-ssh-generator" -> sshSocket();
            default -> {
                if (!IDLE_GENERATORS.contains(generator)) {
                    unknown.add(generator);
                }
            }
        }
    }

    private void wanted(String target, String unit) {
        links.put(LoadPath.GENERATOR + "/" + target + ".wants/" + unit, SYSTEM + unit);
    }

    private void mount(Mount mount) {
        String unit = UnitName.ofMount(mount.where());
        files.put(
                LoadPath.GENERATOR + "/" + unit,
                "[Unit]\nSourcePath=/etc/fstab\nBefore=%s\n[Mount]\nWhat=%s\nWhere=%s%s\n"
                        .formatted(
                                mount.target(),
                                mount.what().replace("%", "%%"),
                                mount.where().replace("%", "%%"),
                                mount.type().isEmpty() ? "" : "\nType=" + mount.type()));
        String folder = mount.target() + (mount.mayFail() ? ".wants/" : ".requires/");
        links.put(LoadPath.GENERATOR + "/" + folder + unit, "../" + unit);
    }

    private void script(Script script) {
        if (hasUnit(script.unit())) {
            return;
        }
        files.put(
                LoadPath.GENERATOR_LATE + "/" + script.unit(),
                """
                [Unit]
                SourcePath=%1$s
                [Service]
                Type=forking
                RemainAfterExit=yes
                ExecStart=%1$s start
                ExecStop=%1$s stop
                """
                        .formatted(script.path()));
        for (String target : script.wantedBy()) {
            links.put(
                    LoadPath.GENERATOR_LATE + "/" + target + ".wants/" + script.unit(),
                    "../" + script.unit());
        }
    }

    private boolean hasUnit(String unit) {
        return path.directories().stream()
                .filter(directory -> !directory.startsWith("/run/"))
                .map(directory -> directory + "/" + unit)
                .anyMatch(file ->
                        tree.link(file) != null || !(tree.read(file) instanceof FileText.Missing));
    }

    private void table(String table) {
        if (text(table).lines().anyMatch(l -> !l.isBlank() && !l.strip().startsWith("#"))) {
            problems.add("the units that '" + table + "' asks for are not known");
        }
    }

    private String text(String file) {
        return switch (tree.read(file)) {
            case FileText.Text text -> text.text();
            case FileText.Missing _ -> "";
            case FileText.Unreadable unreadable -> {
                problems.add(unreadable.why());
                yield "";
            }
        };
    }

    /// Makes the socket in `/run` that leads to sshd, as systemd 256 and later do.
    private void sshSocket() {
        String socket = "sshd-unix-local.socket";
        if (tree.executable("/usr/sbin/sshd") || tree.executable("/usr/bin/sshd")) {
            files.put(
                    LoadPath.GENERATOR + "/" + socket,
                    """
                    [Socket]
                    ListenStream=/run/ssh-unix-local/socket
                    Accept=yes
                    """);
            links.put(LoadPath.GENERATOR + "/sockets.target.wants/" + socket, "../" + socket);
        }
    }

    /// A root directory with an empty `/run`, as mounted at boot, but for generated files and
    /// links.
    private record GeneratedTree(
            UnitTree root, Map<String, String> links, Map<String, String> files)
            implements UnitTree {
        private static final String RUN = "/run/";

        @Override
        public List<String> list(String directory) {
            if (!directory.startsWith(RUN)) {
                return root.list(directory);
            }
            return Stream.of(links, files)
                    .flatMap(entries -> entries.keySet().stream())
                    .filter(path -> path.startsWith(directory + "/"))
                    .map(path -> path.substring(directory.length() + 1).split("/", 2)[0])
                    .distinct()
                    .sorted()
                    .toList();
        }

        @Override
        public @Nullable String link(String path) {
            return path.startsWith(RUN) ? links.get(path) : root.link(path);
        }

        @Override
        public FileText read(String path) {
            if (!path.startsWith(RUN)) {
                return root.read(path);
            }
            String text = files.get(path);
            String target = links.get(path);
            if (text != null) {
                return new FileText.Text(text);
            }
            return target == null || !target.startsWith("/") || target.startsWith(RUN)
                    ? new FileText.Missing()
                    : root.read(target);
        }

        @Override
        public boolean isEmpty(String path) {
            return path.startsWith(RUN)
                    ? read(path) instanceof FileText.Text(String text) && text.isEmpty()
                    : root.isEmpty(path);
        }

        @Override
        public boolean executable(String path) {
            return !path.startsWith(RUN) && root.executable(path);
        }
    }

    private record Script(String path, String unit, List<String> wantedBy) {}

    /// Finds the scripts in `/etc/init.d` that a run level of a boot starts
    /// (systemd-sysv-generator(8)).
    private static List<Script> scripts(UnitTree tree) {
        Map<String, TreeSet<String>> wanted = new TreeMap<>();
        for (int level = 2; level <= 5; level++) {
            String target = level == 5 ? "graphical.target" : "multi-user.target";
            for (String link : tree.list("/etc/rc" + level + ".d")) {
                if (link.matches("S[0-9][0-9].+")) {
                    wanted.computeIfAbsent(link.substring(3), k -> new TreeSet<>()).add(target);
                }
            }
        }
        List<Script> scripts = new ArrayList<>();
        wanted.forEach((name, targets) -> {
            String unit =
                    (name.endsWith(".sh") ? name.substring(0, name.length() - 3) : name)
                            + ".service";
            if (UnitName.isValid(unit) && tree.executable(SCRIPTS + name)) {
                scripts.add(new Script(SCRIPTS + name, unit, List.copyOf(targets)));
            }
        });
        return scripts;
    }

    private record Mount(String what, String where, String type, boolean mayFail, String target) {}

    /// Parses the mounts of fstab(5), without swap, which systemd leaves out in a container.
    private static List<Mount> mounts(String text) {
        List<Mount> mounts = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String[] fields = line.strip().split("[ \t]+");
            if (fields.length >= 3 && !line.strip().startsWith("#")) {
                addMount(fields, mounts);
            }
        }
        return mounts.subList(0, Math.min(mounts.size(), MOST_MOUNTS));
    }

    private static void addMount(String[] fields, List<Mount> mounts) {
        List<String> options =
                fields.length > 3 ? Arrays.asList(fields[3].split(",")) : List.of("defaults");
        String where = plain(fields[1]);
        boolean ofBoot =
                where.startsWith("/")
                        && !where.equals("/")
                        && !fields[2].equals("swap")
                        && !options.contains("noauto")
                        && !options.contains("x-systemd.automount");
        if (ofBoot) {
            boolean remote = options.contains("_netdev") || REMOTE.contains(fields[2]);
            mounts.add(
                    new Mount(
                            plain(fields[0]),
                            where,
                            fields[2].equals("auto") ? "" : fields[2],
                            options.contains("nofail"),
                            remote ? "remote-fs.target" : "local-fs.target"));
        }
    }

    private static String plain(String field) {
        return field.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
    }
}
