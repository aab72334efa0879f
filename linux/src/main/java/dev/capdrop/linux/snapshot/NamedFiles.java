package dev.capdrop.linux.snapshot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.capdrop.capability.IdMap;
import dev.capdrop.core.boot.BootUnits;
import dev.capdrop.core.document.Names;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Evidence.Trouble.NamedFile.Standing;
import dev.capdrop.core.snapshot.RecordedSettings;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitFile.SettingTrait;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.Words;
import dev.capdrop.linux.libc.Libc.FileStatus;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Looks at what the settings of units name: programs, users, groups, directories. What need not be
/// there (`-`), and what holds a specifier, is left out. Source: systemd.exec(5), "Paths",
/// "User/Group identity", "Sandboxing", "Credentials"; systemd.mount(5); systemd.socket(5).
final class NamedFiles {
    private static final int MOST = 2000;
    private static final int MOST_OWN = 300;
    private static final int HOME_AT = 5;

    private static final Set<String> USERS = Set.of("User", "SocketUser");
    private static final Set<String> GROUPS = Set.of("Group", "SupplementaryGroups", "SocketGroup");

    /// Settings that name a path which has to be there (systemd.exec(5)).
    private static final Set<String> PATH_SETTINGS =
            Set.of(
                    "WorkingDirectory",
                    "EnvironmentFile",
                    "RootDirectory",
                    "RootImage",
                    "NetworkNamespacePath");

    private static final Set<String> STREAMS =
            Set.of("StandardInput", "StandardOutput", "StandardError");

    /// A shell's words for a program that it could not execute.
    private static final Pattern NOT_EXECUTED =
            Pattern.compile(
                    ": (?:line )?[0-9]+: (?:exec: )?(/[\\w.@/+-]{1,200}): (?:[Pp]ermission denied"
                            + "|not found|[Ee]xec format error|cannot execute.*|bad interpreter.*)$");

    /// EACCES said of a path, none of a device, none of the kernel's and no mount point.
    private static final Pattern REFUSED_PATH =
            Pattern.compile(
                    "^(?!mount: ).*[\\s'\"‘(=](/(?!(?:dev|proc"
                            + "|sys)\\b)[\\w.@/-]{1,200})[^/]*(?:[Pp]ermission denied|is denied|\\beacces\\b)"
                            + "|(?:(?:[Pp]ermission denied|EACCES)[^/]{0,40}"
                            + "|\\bcreate any [^/]{0,40}\\bin)[\\s'\"](/(?!(?:dev|proc"
                            + "|sys)\\b)[\\w.@/-]{1,200})");

    /// EACCES said of no path.
    private static final Pattern REFUSED_WITHOUT_PATH =
            Pattern.compile(
                    "^(?:/\\S+ )?(?:[^/]|(?<=[0-9.])/(?=\\w))*(?:[Pp]ermission denied|EACCES"
                            + "|stored compressed|must be writable|readonly database|open database"
                            + "|find the config)[^/]*$");

    /// ENOENT said of a path.
    private static final Pattern ABSENT_PATH =
            Pattern.compile(
                    "[\\s'\"‘(=](/(?!(?:proc"
                            + "|sys)/)[\\w.@/-]{1,200})['\"’]?[^/]*(?:[Nn]o such (?:file or directory|device)"
                            + "|[Dd]irectory nonexistent|ENOENT)");

    /// The file that a program could not open, where it says no reason.
    private static final Pattern UNOPENED_PATH =
            Pattern.compile(
                    "(?i)\\b(?:unable|cannot|can't|could not|couldn't|failed"
                            + "|error)\\b[^/]{0,40}\\b(?:open|load"
                            + "|read)(?:ing)?\\b[^/]{0,40}[\\s'\"‘(=](/(?:etc|opt|srv|usr"
                            + "|var)/[\\w.@/-]{1,200}(?<!\\.))");

    /// Words of a line about what is to be written.
    private static final Pattern WRITING =
            Pattern.compile(
                    "(?i)\\b(?:creat|writ|append|mkdir|unlink|remov|renam)|/var/log/|/run/"
                            + "|\\.(?:log|pid|lock|sock)\\b");

    /// Words of a line that says that an address is in use.
    private static final Pattern ADDRESS_IN_USE =
            Pattern.compile("(?i)in use|EADDRINUSE|already (?:used|allocated)");

    /// A device, or the words of fuse for the lack of its own.
    private static final Pattern DEVICE =
            Pattern.compile("(/dev/[\\w][\\w./-]{0,200})|fuse: device not found");

    private final Look look;
    private final IdMap users;
    private final Deadline deadline;
    private int looks;

    /// @param users the user namespace of what is below `root`
    /// @param deadline after which nothing more is looked at
    NamedFiles(SafeRoot root, IdMap users, Deadline deadline) {
        this.look = new Look(root);
        this.users = users;
        this.deadline = deadline;
    }

    /// Returns what this unit names; systemd said `trouble` of its commands and credentials.
    List<Trouble.NamedFile> of(UnitState unit, Trouble trouble) {
        List<Trouble.NamedFile> files = new ArrayList<>();
        List<Setting> settings = unit.detail().settings();
        addPrograms(settings, trouble, files);
        for (Trouble.NamedFile credential : trouble.files()) {
            files.add(path(credential.setting(), credential.name()));
        }
        boolean dynamic = settings.stream().anyMatch(NamedFiles::makesUser);
        for (Setting setting : settings) {
            String value =
                    setting.value().equals("~")
                            ? home(settings)
                            : UnitName.filledIn(setting.value(), unit.name());
            if (looks < MOST && !deadline.passed() && value.indexOf('%') < 0) {
                add(setting.key(), value, dynamic, files);
            }
        }
        if (UnitName.type(unit.name()) == UnitName.UnitType.MOUNT) {
            addMount(settings, files);
        }
        WayIn way = dynamic ? null : WayIn.of(value(settings, "User"), settings, look, users);
        return way == null ? files : files.stream().map(file -> closed(file, way)).toList();
    }

    /// Returns the logs that were named for a unit, or that these lines name, as
    /// [UnitLog#newest(Collection, long, long)] takes them.
    Collection<String> logs(UnitState unit, Trouble trouble, List<String> lines) {
        return deadline.passed() ? List.of() : new OwnTexts(look, unit, trouble).logs(lines);
    }

    /// Returns what these lines speak of: folders that the program was refused, and that belong to
    /// nobody whom the container knows; programs that no shell can execute; links that lead
    /// nowhere, what is there all the same and what is not; and devices.
    ///
    /// @param allowing the key of the container's configuration that allows a device
    List<Trouble.NamedFile> said(List<String> lines, String allowing) {
        List<Trouble.NamedFile> foreign = new ArrayList<>();
        for (String line : lines) {
            String run = looked(NOT_EXECUTED, line);
            Trouble.NamedFile program =
                    run == null ? null : look.program(Trouble.NamedFile.SAID, run);
            if (program != null && program.standing().barsExecution()) {
                foreign.add(program);
            } else {
                addRefused(looked(REFUSED_PATH, line), foreign);
            }
            addAbsent(looked(ABSENT_PATH, line), foreign);
            String unopened = looked(UNOPENED_PATH, line);
            if (unopened != null && look.standing(unopened) == Standing.MISSING) {
                foreign.add(said(unopened, Standing.MISSING, ""));
            }
            Matcher device = DEVICE.matcher(line);
            if (device.find()) {
                String path = device.group(1) == null ? "/dev/fuse" : device.group(1);
                foreign.add(said(path, Standing.FITS, allowing));
            }
        }
        return foreign;
    }

    /// Returns the path of which a line speaks so; null where it does not, or after too many looks.
    private @Nullable String looked(Pattern form, String line) {
        Matcher matcher = form.matcher(line);
        if (!matcher.find() || looks++ >= MOST || deadline.passed()) {
            return null;
        }
        String before = matcher.group(1);
        return before == null ? matcher.group(matcher.groupCount()) : before;
    }

    private void addRefused(@Nullable String path, List<Trouble.NamedFile> foreign) {
        if (path == null) {
            return;
        }
        String owned = path;
        FileStatus status = look.status(owned);
        if (status == null) {
            owned = folder(path);
            status = look.status(owned);
        }
        if (status != null && users.inside(owner(status)).isEmpty()) {
            foreign.add(said(owned, Standing.UNMAPPED, Long.toString(owner(status))));
        } else if (status == null || !owned.equals(path)) {
            foreign.add(said(path, Standing.MISSING, ""));
        }
    }

    private static String folder(String path) {
        return path.substring(0, Math.max(1, path.lastIndexOf('/')));
    }

    private void addAbsent(@Nullable String path, List<Trouble.NamedFile> foreign) {
        if (path == null) {
            return;
        }
        String target = look.leadsNowhere(path);
        if (!target.isEmpty()) {
            foreign.add(said(path, Standing.DANGLING, target));
        } else if (look.standing(path) == Standing.FITS) {
            foreign.add(said(path, Standing.FITS, ""));
        }
    }

    /// Returns what is closed to a unit's user, or to the one whom its program most likely changes
    /// to, who is named before: the way to a path that a line calls refused, or not opened and not
    /// why; where a refusal names none, the first of its own that it may not read, or else write.
    List<Trouble.NamedFile> shut(UnitState unit, Trouble trouble, List<String> lines) {
        List<Setting> settings = unit.detail().settings();
        String set = value(settings, "User");
        boolean byItself = Set.of("", "root", "0").contains(set);
        Map<String, Integer> paths = new LinkedHashMap<>();
        for (String line : lines.reversed()) {
            String refused = looked(REFUSED_PATH, line);
            String path = refused == null ? looked(UNOPENED_PATH, line) : refused;
            boolean writing = WRITING.matcher(line).find();
            boolean writes = writing || (refused != null && !byItself);
            if (path != null
                    && (refused != null || !line.substring(line.indexOf(path)).contains(": "))) {
                String at = writing && look.status(path) == null ? folder(path) : path;
                paths.put(at, writes ? WayIn.WRITE : WayIn.READ);
            }
        }
        boolean nameless =
                lines.stream().anyMatch(line -> REFUSED_WITHOUT_PATH.matcher(line).find());
        if ((paths.isEmpty() && !nameless) || settings.stream().anyMatch(NamedFiles::makesUser)) {
            return List.of();
        }
        Trouble.NamedFile changed = byItself ? new OwnTexts(look, unit, trouble).user() : null;
        String user = changed == null ? set : changed.name();
        WayIn way = WayIn.of(user, settings, look, users);
        if (way == null) {
            return List.of();
        }
        List<Trouble.NamedFile> shut = new ArrayList<>();
        paths.forEach(
                (path, bits) -> shut.addAll(shut.isEmpty() ? way.shut(path, bits) : List.of()));
        if (shut.isEmpty() && nameless) {
            shut.addAll(ofItsOwn(unit, user, lines, way));
        }
        if (changed != null && !shut.isEmpty()) {
            shut.addFirst(changed);
        }
        return shut;
    }

    private List<Trouble.NamedFile> ofItsOwn(
            UnitState unit, String user, List<String> lines, WayIn way) {
        List<Setting> settings = unit.detail().settings();
        List<Trouble.NamedFile> shut = new ArrayList<>();
        Deque<String> paths = new ArrayDeque<>(ownFolders(unit.name(), user, settings));
        // what is there is often root's alone, and read before the user is changed
        if (lines.stream().noneMatch(line -> line.contains("config"))) {
            paths.removeIf(path -> path.startsWith("/etc/"));
        }
        for (int i = 0; i < MOST_OWN && !paths.isEmpty(); i++) {
            String path = paths.remove();
            FileStatus status = deadline.passed() ? null : look.status(path);
            if (status != null) {
                boolean byRoot =
                        path.endsWith("/debian.cnf")
                                || settings.stream().anyMatch(s -> s.value().contains(path));
                int read = status.directory() ? WayIn.READ | WayIn.ENTER : WayIn.READ;
                // root's mark in a database's folder, of the version that wrote it
                boolean written = !path.matches("/etc/.*|.*\\.flag");
                if (!byRoot && !way.lets(status, read)) {
                    shut.addFirst(said(path, Standing.CLOSED, way.owner(status)));
                    break;
                } else if (written && !way.lets(status, WayIn.WRITE)) {
                    shut.add(said(path, Standing.CLOSED, way.owner(status)));
                }
                look.names(path, MOST_OWN).forEach(name -> paths.add(path + "/" + name));
            }
        }
        return shut.subList(0, Math.min(1, shut.size()));
    }

    /// Returns the folders that systemd makes for a unit, or would, called like it or its user.
    private static Set<String> ownFolders(String unit, String user, List<Setting> settings) {
        String names = unit.split("[@.]", 2)[0] + " " + user;
        Set<String> folders = new LinkedHashSet<>();
        new TreeMap<>(BootUnits.PLACES)
                .forEach((key, place) ->
                        Stream.of((names + " " + value(settings, key)).split("\\s+"))
                                .forEach(name -> folders.add(place + name.split(":", 2)[0])));
        folders.removeAll(BootUnits.PLACES.values());
        return folders;
    }

    private static String value(List<Setting> settings, String key) {
        Setting last = Names.find(settings.reversed(), setting -> setting.key().equals(key));
        return last == null ? "" : last.value();
    }

    private static Trouble.NamedFile said(String path, Standing standing, String more) {
        return new Trouble.NamedFile(Trouble.NamedFile.SAID, path, standing, more);
    }

    /// Closes a file that fits and is below a folder that the unit's user may not enter.
    private static Trouble.NamedFile closed(Trouble.NamedFile file, WayIn way) {
        boolean byUser =
                RecordedSettings.isCommand(file.setting())
                        || file.setting().equals("WorkingDirectory");
        List<Trouble.NamedFile> shut =
                byUser && file.standing() == Standing.FITS ? way.shut(file.name(), 0) : List.of();
        return shut.isEmpty()
                ? file
                : new Trouble.NamedFile(
                        file.setting(), file.name(), Standing.CLOSED, shut.getFirst().name());
    }

    private static boolean makesUser(Setting setting) {
        return setting.key().equals("DynamicUser") && Words.flag(setting.value(), false);
    }

    /// Takes the paths from systemd, which expands specifiers, or else from its files.
    private void addPrograms(
            List<Setting> settings, Trouble trouble, List<Trouble.NamedFile> files) {
        for (Trouble.CommandExit command : trouble.commands()) {
            addProgram(command.setting(), command.program(), files);
        }
        if (!trouble.commands().isEmpty()) {
            return;
        }
        for (Setting setting : settings) {
            if (RecordedSettings.isCommand(setting.key())) {
                addProgram(
                        setting.key(),
                        RecordedSettings.ExecLine.parse(setting.value()).program(),
                        files);
            }
        }
    }

    private void addProgram(String setting, String path, List<Trouble.NamedFile> files) {
        if (path.startsWith("/") && path.indexOf('%') < 0 && looks++ < MOST) {
            files.add(look.program(setting, path));
        }
    }

    private void add(String key, String value, boolean dynamic, List<Trouble.NamedFile> files) {
        if (USERS.contains(key) || GROUPS.contains(key)) {
            boolean users = USERS.contains(key);
            if (!dynamic) {
                for (String name : value.split("\\s+")) {
                    addAccount(key, name, users, files);
                }
            }
        } else if (SettingTrait.PATHS.has(key)) {
            for (String word : value.split("\\s+")) {
                String source = word.startsWith("+") ? word.substring(1) : word;
                addPath(key, source.split(":", 2)[0], files);
            }
        } else if (PATH_SETTINGS.contains(key)) {
            addPath(key, value, files);
        } else if (BootUnits.PLACES.containsKey(key)) {
            // what systemd makes there must not be there as a file
            for (String word : value.split("\\s+")) {
                String path = BootUnits.PLACES.get(key) + word.split(":", 2)[0];
                FileStatus status = word.isEmpty() ? null : look.status(path);
                if (status != null && !status.directory()) {
                    files.add(new Trouble.NamedFile(key, path, Standing.OTHER_KIND, ""));
                } else if (status != null && users.inside(owner(status)).isEmpty()) {
                    String owner = Long.toString(owner(status));
                    files.add(new Trouble.NamedFile(key, path, Standing.UNMAPPED, owner));
                }
            }
        } else if (STREAMS.contains(key)) {
            addStream(key, value, files);
        }
    }

    /// Returns the home directory of the unit's user, which a `~` stands for.
    private String home(List<Setting> settings) {
        String user = value(settings, "User");
        String[] fields = account(look, user.isEmpty() ? "root" : user, HOME_AT);
        return fields == null ? "" : fields[HOME_AT];
    }

    /// Returns the fields of the user by name or number, up to the one at `last` at least; null
    /// where passwd(5) has none.
    private static String @Nullable [] account(Look look, String user, int last) {
        for (String line : look.text("/etc/passwd").split("\n")) {
            String[] fields = line.split(":", -1);
            if (fields.length > last
                    && (fields[0].equals(user) || fields[WayIn.UID_AT].equals(user))) {
                return fields;
            }
        }
        return null;
    }

    private static long owner(FileStatus status) {
        return Integer.toUnsignedLong(status.uid());
    }

    private void addAccount(String key, String name, boolean user, List<Trouble.NamedFile> files) {
        boolean byName = !name.isEmpty() && !name.matches("[0-9]+|root");
        String accounts =
                !byName || looks++ >= MOST ? "" : look.text(user ? "/etc/passwd" : "/etc/group");
        if (!accounts.isEmpty()) {
            boolean known = ("\n" + accounts).contains("\n" + name + ":");
            files.add(
                    new Trouble.NamedFile(key, name, known ? Standing.FITS : Standing.MISSING, ""));
        }
    }

    private void addPath(String key, String path, List<Trouble.NamedFile> files) {
        if (path.startsWith("/") && looks++ < MOST) {
            files.add(path(key, path));
        }
    }

    private Trouble.NamedFile path(String key, String path) {
        boolean directory = key.equals("WorkingDirectory") || key.equals("RootDirectory");
        Standing standing = look.standing(path);
        boolean wrong = standing == Standing.FITS && directory && look.isOtherThanDirectory(path);
        return new Trouble.NamedFile(key, path, wrong ? Standing.OTHER_KIND : standing, "");
    }

    private void addStream(String key, String value, List<Trouble.NamedFile> files) {
        int colon = value.indexOf(":/");
        int end = key.endsWith("Input") ? value.length() : value.lastIndexOf('/');
        if (colon > 0 && end > colon + 1) {
            addPath(key, value.substring(colon + 1, end), files);
        }
    }

    private void addMount(List<Setting> settings, List<Trouble.NamedFile> files) {
        String what = value(settings, "What");
        String where = value(settings, "Where");
        String type = value(settings, "Type");
        if (what.matches("/(?!/)[^:]*")) {
            addPath("What", what, files);
            FileStatus source = look.status(what);
            if (source != null && source.directory() && look.isOtherThanDirectory(where)) {
                files.add(new Trouble.NamedFile("Where", where, Standing.OTHER_KIND, ""));
            }
        }
        if (!type.isEmpty() && type.matches("[a-z0-9_]+") && !kernelKnows(type)) {
            files.add(new Trouble.NamedFile("Type", type, Standing.MISSING, ""));
        }
    }

    /// Whether the host's kernel has this file system (filesystems(5)), loaded.
    private static boolean kernelKnows(String type) {
        return Set.of("none", "auto", "bind", "swap").contains(type)
                || Errand.or(
                        true,
                        () ->
                                Files.readString(Path.of("/proc/filesystems"), ISO_8859_1)
                                        .contains("\t" + type + "\n"));
    }

    /// The folders that a unit's user, who is not root, may enter, by owners and modes
    /// (path_resolution(7), "Step 2"). The container's groups are taken to be mapped as its users.
    private record WayIn(Look look, IdMap users, String uid, List<String> groups) {
        private static final int ENTER = 1;
        private static final int WRITE = 2;
        private static final int READ = 4;
        private static final int UID_AT = 2;
        private static final int GID_AT = 3;
        private static final int MEMBERS_AT = 3;

        /// Returns null where the unit runs as root, or as nobody who is known.
        static @Nullable WayIn of(String user, List<Setting> settings, Look look, IdMap users) {
            List<String> named = new ArrayList<>();
            for (Setting setting : settings) {
                if (Set.of("Group", "SupplementaryGroups").contains(setting.key())) {
                    named.addAll(List.of(setting.value().split("\\s+")));
                }
            }
            if (Set.of("", "root", "0").contains(user)) {
                return null;
            }
            String[] fields = account(look, user, GID_AT);
            if (fields == null) {
                return null;
            }
            named.add(fields[GID_AT]);
            return new WayIn(look, users, fields[UID_AT], groups(look, fields[0], named));
        }

        private static List<String> groups(Look look, String user, List<String> named) {
            List<String> groups = new ArrayList<>(named);
            for (String line : look.text("/etc/group").split("\n")) {
                String[] fields = line.split(":", -1);
                if (fields.length > MEMBERS_AT
                        && (named.contains(fields[0])
                                || List.of(fields[MEMBERS_AT].split(",")).contains(user))) {
                    groups.add(fields[UID_AT]);
                }
            }
            return groups;
        }

        /// Returns the folders on the way to a path, and to what a link there stands for, that the
        /// user may not enter, and the path where he may not do so with it.
        List<Trouble.NamedFile> shut(String path, int bits) {
            List<Trouble.NamedFile> shut = new ArrayList<>();
            for (String way : List.of(path, look.target(path))) {
                for (int end = way.indexOf('/', 1); end > 0; end = way.indexOf('/', end + 1)) {
                    add(way.substring(0, end), ENTER, shut);
                }
            }
            add(path, shut.isEmpty() ? bits : READ, shut);
            return shut;
        }

        private void add(String path, int bits, List<Trouble.NamedFile> shut) {
            FileStatus file = look.status(path);
            int all = file != null && file.directory() ? bits | ENTER : bits & ~ENTER;
            boolean known = shut.stream().map(Trouble.NamedFile::name).anyMatch(path::equals);
            if (file != null && !known && !lets(file, all)) {
                shut.add(said(path, Standing.CLOSED, owner(file)));
            }
        }

        /// Returns who owns it, and its mode.
        String owner(FileStatus file) {
            String[] fields = account(look, inside(file.uid()), UID_AT);
            String name = fields == null ? "nobody" : fields[0];
            return "%s (mode %04o)".formatted(name, file.permissions());
        }

        /// Whether owner and mode let the user do all of what bits of a mode say of others.
        private boolean lets(FileStatus file, int bits) {
            int mode = file.permissions();
            String group = inside(file.gid());
            boolean member = group.isEmpty() || groups.contains(group);
            int counts = inside(file.uid()).equals(uid) ? mode >> 6 : member ? mode >> 3 : mode;
            return (counts & bits) == bits;
        }

        private String inside(int id) {
            OptionalLong inside = users.inside(Integer.toUnsignedLong(id));
            return inside.isPresent() ? Long.toString(inside.getAsLong()) : "";
        }
    }

    /// The sockets that listen in a network namespace, by the host's own view of it. Source:
    /// proc_pid_net(5), "tcp": addresses in hex, each word in the machine's order; 0A is
    /// TCP_LISTEN.
    static final class Listeners {
        private static final String LISTEN = "ListenStream";
        private static final String LISTENS = "0A";
        private static final int STATE_AT = 3;
        private static final int HEX = 16;
        private static final int MOST_PORTS = 65_535;

        private static final int INODE_AT = 9;

        private record Place(String address, int port, String by) {}

        private final Set<Place> places = new HashSet<>();
        private final Map<String, String> holders;

        /// @param tcp the content of `/proc/PID/net/tcp`
        /// @param holders the units that hold sockets, by what their descriptors lead to
        Listeners(String tcp, String tcp6, Map<String, String> holders) {
            this.holders = holders;
            tcp.lines().skip(1).forEach(this::add);
            tcp6.lines().skip(1).forEach(this::add);
        }

        private void add(String line) {
            String[] fields = line.strip().split("\\s+");
            if (fields.length > INODE_AT
                    && fields[STATE_AT].equals(LISTENS)
                    && fields[1].matches("[0-9A-F]{8,32}:[0-9A-F]{4}")) {
                int colon = fields[1].indexOf(':');
                String address = fields[1].substring(0, colon);
                int port = Integer.parseInt(fields[1].substring(colon + 1), HEX);
                String by = holders.getOrDefault("socket:[" + fields[INODE_AT] + "]", "");
                places.add(new Place(address.matches("0+") ? "" : address, port, by));
            }
        }

        List<Trouble.NamedFile> taken(UnitState unit) {
            return unit.detail().settings().stream()
                    .filter(one -> one.key().equals(LISTEN) && isTaken(one.value()))
                    .map(one -> new Trouble.NamedFile(one.key(), one.value(), Standing.TAKEN, ""))
                    .toList();
        }

        /// Whether a line says that an address is in use.
        static boolean speaksOfOne(String line) {
            return ADDRESS_IN_USE.matcher(line).find();
        }

        /// Returns the ports that are numbers of lines which say that an address is in use, with
        /// the units that listen there.
        List<Trouble.NamedFile> taken(List<String> lines) {
            Set<String> numbers =
                    lines.stream()
                            .filter(Listeners::speaksOfOne)
                            .flatMap(line -> Stream.of(line.split("[^0-9]+")))
                            .collect(Collectors.toSet());
            return places.stream()
                    .filter(place -> numbers.contains(Integer.toString(place.port)))
                    .filter(place -> UnitName.isValid(place.by))
                    .map(place ->
                            new Trouble.NamedFile(
                                    LISTEN, "port " + place.port, Standing.TAKEN, place.by))
                    .distinct()
                    .toList();
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
                            address.isEmpty() || Set.of("", address).contains(place.address));
        }

        /// Returns it as a little-endian kernel writes it; empty for any address. What is none of
        /// IPv4 is held by nobody else.
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
}
