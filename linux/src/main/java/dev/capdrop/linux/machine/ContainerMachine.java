package dev.capdrop.linux.machine;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Machine;
import dev.capdrop.core.condition.Machine.PathStatus;
import dev.capdrop.core.unit.UnitTree.FileText;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc.FileStatus;
import dev.capdrop.linux.machine.LiveMachine.InitFacts;
import dev.capdrop.linux.machine.LiveMachine.KernelFacts;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A container as its next boot will find it: the part that is the same whether or not it runs.
abstract sealed class ContainerMachine implements Machine permits LiveMachine, RootMachine {
    static final int NAMES = 1024;
    static final int TEXT = 1 << 20;
    private static final int EXECUTABLE = 0111;
    private static final String SET_ENVIRONMENT = "systemd.setenv=";
    private static final List<String> TEMPORARY =
            List.of("/run", "/var/run", "/var/lock", "/dev", "/tmp");

    /// The directories of which each container sees another content.
    private static final Set<String> FILLED =
            Set.of("/sys/class/net", "/sys/devices/virtual/net", "/sys/fs/cgroup");

    private static final Pattern OF_NETWORK =
            Pattern.compile(
                    "/proc/net/.*|/proc/1/net/.*|/sys/class/net/.*|/sys/devices/virtual/net/.*");
    private static final Pattern OF_INTERFACE =
            Pattern.compile("/proc/sys/net/ipv[46]/(conf|neigh)/(?!(all|default|lo)(/|$)).*");
    private static final Pattern SLASHES = Pattern.compile("/+");
    static final PathStatus DIRECTORY =
            new PathStatus(PathStatus.Kind.DIRECTORY, PathStatus.UNKNOWN_SIZE, true, 0);

    /// Source: systemd.environment-generator(7), without the folder of the run.
    private static final List<String> ENVIRONMENT_GENERATOR_FOLDERS =
            List.of(
                    "/etc/systemd/system-environment-generators",
                    "/usr/local/lib/systemd/system-environment-generators",
                    "/usr/lib/systemd/system-environment-generators");

    final SafeRoot root;
    private final InitFacts init;

    ContainerMachine(InitFacts init, SafeRoot root) {
        this.init = init;
        this.root = root;
    }

    final InitFacts init() {
        return init;
    }

    @Override
    public final CapabilitySet bounding() {
        return init.bounding();
    }

    @Override
    public final @Nullable Boolean firstBoot() {
        return new FirstBoot(root, init.arguments(), init.systemdVersion()).next();
    }

    @Override
    public final String systemdVersion() {
        return init.systemdVersion();
    }

    @Override
    public final List<String> commandLine() {
        return init.arguments();
    }

    @Override
    public final @Nullable String virtualization() {
        return init.virtualization();
    }

    @Override
    public final Boolean userNamespace() {
        return init.unprivileged();
    }

    @Override
    public final @Nullable String architecture() {
        return KernelFacts.architecture();
    }

    @Override
    public final @Nullable String kernelRelease() {
        return KernelFacts.release();
    }

    @Override
    public final @Nullable Integer cpus() {
        return init.cpus();
    }

    @Override
    public final @Nullable Set<String> cpuFlags() {
        return KernelFacts.cpuFlags();
    }

    @Override
    public final Set<Long> groups() {
        return Set.of(0L);
    }

    /// Without this file the runtime has set a name.
    @Override
    public final @Nullable String hostName() {
        if (text("/etc/hostname") instanceof FileText.Text(String text)) {
            for (String line : text.lines().toList()) {
                String name = line.strip();
                if (!name.isEmpty() && !name.startsWith("#")) {
                    return name;
                }
            }
        }
        return null;
    }

    /// Returns the environment of the system manager: a path and the locale, whatever its own is;
    /// environment.d(5)'s generators add what nobody can forecast.
    @Override
    public final @Nullable Map<String, @Nullable String> environment() {
        for (String directory : ENVIRONMENT_GENERATOR_FOLDERS) {
            List<String> names = names(directory);
            if (names == null || !names.isEmpty()) {
                return null;
            }
        }
        Map<String, @Nullable String> variables = new HashMap<>();
        variables.put("PATH", null);
        variables.put("LANG", null);
        for (String file : List.of("/etc/locale.conf", "/etc/default/locale")) {
            if (text(file) instanceof FileText.Text(String text)) {
                text.lines()
                        .filter(line -> line.matches("(LC_[A-Z]+|LANGUAGE)=.*"))
                        .forEach(line -> variables.put(line.split("=", 2)[0], null));
            }
        }
        for (String argument : init.arguments()) {
            if (argument.startsWith(SET_ENVIRONMENT)) {
                String[] parts = argument.substring(SET_ENVIRONMENT.length()).split("=", 2);
                variables.put(parts[0], parts.length == 2 ? parts[1] : null);
            }
        }
        return variables;
    }

    static boolean isTemporary(String path) {
        String plain = plain(path);
        return !plain.startsWith("/")
                || (plain + "/").contains("/../")
                || TEMPORARY.stream().anyMatch(t -> plain.startsWith(t + "/"));
    }

    /// Whether the path belongs to a network namespace, so that we see another one's.
    static boolean isOfNamespace(String path) {
        String plain = plain(path);
        return OF_NETWORK.matcher(plain).matches() || OF_INTERFACE.matcher(plain).matches();
    }

    private static String plain(String path) {
        return path.contains("//") ? SLASHES.matcher(path).replaceAll("/") : path;
    }

    static boolean isBelow(String path, String directory) {
        return (path + "/").startsWith(directory + "/");
    }

    static boolean isOpen(String path) {
        return TEMPORARY.contains(path) || FILLED.contains(path);
    }

    @Override
    public final @Nullable PathStatus path(String path) {
        return status(path, true);
    }

    @Override
    public final @Nullable PathStatus link(String path) {
        return status(path, false);
    }

    private @Nullable PathStatus status(String path, boolean follow) {
        try {
            return look(path, follow);
        } catch (ErrnoException refused) {
            return without(refused);
        } catch (IOException unreachable) {
            return null;
        }
    }

    /// Looks at a path; null where it cannot be told what is there.
    abstract @Nullable PathStatus look(String path, boolean follow) throws IOException;

    @Override
    public final FileText text(String path) {
        try {
            String text = isOfNamespace(path) ? null : content(path);
            return text == null ? unreadable(path) : new FileText.Text(text);
        } catch (ErrnoException refused) {
            return without(refused) == null ? unreadable(path) : new FileText.Missing();
        } catch (IOException unreachable) {
            return unreadable(path);
        }
    }

    /// Reads a file; null where what is there now is not what the next boot finds.
    abstract @Nullable String content(String path) throws IOException;

    @Override
    public final @Nullable List<String> names(String directory) {
        try {
            List<String> names = listed(directory);
            return names == null || names.size() >= NAMES ? null : names;
        } catch (ErrnoException refused) {
            return without(refused) == null ? null : List.of();
        } catch (IOException unreachable) {
            return null;
        }
    }

    /// Lists a directory, [#NAMES] of it at most; null as of [#content].
    abstract @Nullable List<String> listed(String directory) throws IOException;

    private static FileText unreadable(String path) {
        return new FileText.Unreadable("'" + path + "' cannot be read");
    }

    /// Returns the status that a refusal to open tells; null when it stays unknown.
    private static @Nullable PathStatus without(ErrnoException refused) {
        return switch (refused.errno()) {
            case ENOENT -> PathStatus.MISSING;
            case ENOTDIR -> PathStatus.without(PathStatus.Kind.BLOCKED);
            case ELOOP -> PathStatus.without(PathStatus.Kind.LOOP);
            default -> null;
        };
    }

    static PathStatus status(String path, FileStatus status, Errand<List<String>> names)
            throws IOException {
        PathStatus.Kind kind =
                status.regular()
                        ? PathStatus.Kind.REGULAR
                        : status.directory()
                                ? PathStatus.Kind.DIRECTORY
                                : status.symlink()
                                        ? PathStatus.Kind.SYMLINK
                                        : status.socket()
                                                ? PathStatus.Kind.SOCKET
                                                : PathStatus.Kind.OTHER;
        long size =
                !status.directory()
                        ? status.size()
                        : isOpen(path) ? PathStatus.UNKNOWN_SIZE : entries(names.take());
        boolean executable = (status.permissions() & EXECUTABLE) != 0;
        return new PathStatus(kind, size, executable, status.mtimeNanos());
    }

    /// Returns 1 if a name counts: neither hidden nor a backup (systemd's `dir_is_empty`).
    private static long entries(List<String> names) {
        return names.stream().anyMatch(n -> !n.startsWith(".") && !isBackup(n)) ? 1 : 0;
    }

    private static boolean isBackup(String name) {
        return name.endsWith("~")
                || name.matches("lost\\+found|aquota\\.(user|group)")
                || name.matches(
                        ".*\\.(rpmnew|rpmsave|rpmorig|dpkg-(old|new|tmp|dist|bak|backup|remove)|ucf-(new|old|dist)|swp|bak|old|new)");
    }

    /// Decides whether the next boot counts as the first one: a missing machine-id(5) makes one, an
    /// empty one does not, and since systemd 247 the word `uninitialized` does;
    /// kernel-command-line(7), `systemd.condition-first-boot`, decides since 246.
    private static final class FirstBoot {
        private static final String FILE = "/etc/machine-id";
        private static final String OPTION = "systemd.condition-first-boot";
        private static final String OPTION_TRUE = "|1|yes|y|true|t|on|";
        private static final String OPTION_FALSE = "|0|no|n|false|f|off|";
        private static final int OPTION_SINCE = 246;
        private static final int WORD_SINCE = 247;
        private static final int LIMIT = 4096;

        private final SafeRoot root;
        private final List<String> arguments;
        private final int version;

        FirstBoot(SafeRoot root, List<String> arguments, String version) {
            this.root = root;
            this.arguments = arguments;
            String digits = version.replaceAll("^([0-9]{1,6}).*$|^.*$", "$1");
            this.version = digits.isEmpty() ? 0 : Integer.parseInt(digits);
        }

        @Nullable Boolean next() {
            Boolean forced = version >= OPTION_SINCE ? forced() : null;
            if (forced != null) {
                return forced;
            }
            try {
                if (root.stat(FILE) == null) {
                    return true;
                }
                String id = root.readText(FILE, LIMIT).lines().findFirst().orElse("");
                return version >= WORD_SINCE && id.equals("uninitialized");
            } catch (IOException unreadable) {
                return null;
            }
        }

        private @Nullable Boolean forced() {
            Boolean forced = null;
            for (String argument : arguments) {
                if (argument.equals(OPTION)) {
                    forced = true;
                } else if (argument.startsWith(OPTION + "=")) {
                    String value = "|" + argument.substring(OPTION.length() + 1) + "|";
                    forced =
                            OPTION_TRUE.contains(value)
                                    ? Boolean.TRUE
                                    : OPTION_FALSE.contains(value) ? Boolean.FALSE : forced;
                }
            }
            return forced;
        }
    }
}
