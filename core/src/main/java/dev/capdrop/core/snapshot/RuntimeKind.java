package dev.capdrop.core.snapshot;

import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.document.ShellWord;
import dev.capdrop.core.runtime.IncusDaemon;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A runtime as it is on every host: its names, its format, and its administrator's commands.
public enum RuntimeKind {
    /// LXC's own tools: lxc-attach(1), lxc-stop(1), lxc-start(1).
    LXC(
            "lxc",
            "plain LXC",
            ConfigFormat.LXC,
            new Manner(
                    "lxc.apparmor.allow_nesting = 1",
                    "lxc.mount.entry",
                    "lxc.container.conf(5)",
                    "$lxcpath/*/config")) {
        @Override
        public String attach(ContainerId container) {
            String path =
                    container.lxcPath().equals(DEFAULT_LXC_PATH)
                            ? ""
                            : " -P " + ShellWord.quoted(container.lxcPath());
            return "lxc-attach" + path + " -n " + ShellWord.quoted(container.name());
        }

        // a reboot from inside keeps the old configuration
        @Override
        public String restart(ContainerId container) {
            String name = ShellWord.quoted(container.name());
            String path = ShellWord.quoted(container.lxcPath());
            return "lxc-stop -P %1$s -n %2$s && lxc-start -P %1$s -n %2$s".formatted(path, name);
        }
    },

    /// Proxmox VE: pct(1), pct.conf(5). It limits CPU and memory of every container.
    PROXMOX(
            "pve",
            "Proxmox VE",
            ConfigFormat.PROXMOX,
            new Manner("features: nesting=1", "mp0:", "pct.conf(5)", "/etc/pve/lxc/*.conf")) {
        @Override
        public String word(ContainerId container) {
            return container.name();
        }

        @Override
        public String attach(ContainerId container) {
            return "pct exec " + ShellWord.quoted(container.name());
        }

        @Override
        public String restart(ContainerId container) {
            return "pct reboot " + ShellWord.quoted(container.name());
        }
    },

    /// systemd-nspawn: machinectl(1), systemd.nspawn(5). No AppArmor profile confines a machine.
    NSPAWN(
            "nspawn",
            "systemd-nspawn",
            ConfigFormat.NSPAWN,
            new Manner(
                    "",
                    "Bind=",
                    "systemd.nspawn(5)",
                    "/var/lib/machines/*/",
                    "/var/lib/machines/*.raw",
                    "/etc/systemd/nspawn/*.nspawn")) {
        // systemd-run(1) needs the machine's D-Bus
        @Override
        public @Nullable Attached attached(ContainerId container) {
            return null;
        }

        // 'machinectl shell' would lose the exit status, see machinectl(1); without --collect a
        // failure leaves a failed unit in the machine, see systemd-run(1)
        @Override
        public String attach(ContainerId container) {
            return "systemd-run -M %s --collect --pipe --quiet"
                    .formatted(ShellWord.quoted(container.name()));
        }

        @Override
        public String restart(ContainerId container) {
            return systemctl("restart", container);
        }

        @Override
        public String thaw(ContainerId container) {
            return systemctl("thaw", container);
        }

        private static String systemctl(String verb, ContainerId container) {
            String unit = "systemd-nspawn@" + container.name() + ".service";
            return "systemctl " + verb + " " + ShellWord.quoted(unit);
        }
    },

    /// Incus: incus(1), and its `raw.lxc`. An instance outside the default project is
    /// `PROJECT_NAME` for liblxc, `PROJECT/NAME` for capdrop; neither part holds an underscore or a
    /// slash.
    INCUS("incus", ConfigFormat.INCUS, IncusDaemon.INCUS),

    /// LXD, which speaks the same API: lxc(1) of LXD, which is none of LXC's own tools.
    LXD("lxd", ConfigFormat.INCUS, IncusDaemon.LXD);

    private static final String DEFAULT_PROJECT = "default/";

    private static final String DEFAULT_LXC_PATH = "/var/lib/lxc";

    private final String prefix;
    private final String title;
    private final ConfigFormat format;
    private final Manner manner;
    private final @Nullable IncusDaemon daemon;

    /// The manner of a runtime: the line that allows nesting, the setting that gives a directory of
    /// the host, the manual page of its configuration, `NAME(SECTION)`.
    private record Manner(String nesting, String binding, String manual, List<String> traces) {
        Manner(String nesting, String binding, String manual, String... traces) {
            this(nesting, binding, manual, List.of(traces));
        }
    }

    RuntimeKind(String prefix, String title, ConfigFormat format, Manner manner) {
        this(prefix, title, format, manner, null);
    }

    RuntimeKind(String prefix, ConfigFormat format, IncusDaemon daemon) {
        this(
                prefix,
                daemon.title(),
                format,
                new Manner(
                        "security.nesting=true",
                        "a device of the type disk",
                        daemon.client() + "(1)"),
                daemon);
    }

    RuntimeKind(
            String prefix,
            String title,
            ConfigFormat format,
            Manner manner,
            @Nullable IncusDaemon daemon) {
        this.prefix = prefix;
        this.title = title;
        this.format = format;
        this.manner = manner;
        this.daemon = daemon;
    }

    public static RuntimeKind of(IncusDaemon daemon) {
        return switch (daemon) {
            case INCUS -> INCUS;
            case LXD -> LXD;
        };
    }

    /// Returns the kind of this prefix; null where none has it.
    public static @Nullable RuntimeKind of(String prefix) {
        return Stream.of(values())
                .filter(kind -> kind.prefix.equals(prefix))
                .findFirst()
                .orElse(null);
    }

    public String prefix() {
        return prefix;
    }

    public String title() {
        return title;
    }

    public static List<String> titles() {
        return Stream.of(values()).map(RuntimeKind::title).toList();
    }

    public String heading() {
        return this == NSPAWN ? prefix : title;
    }

    /// Returns the sentence about a host that does not have it.
    public String absence() {
        return this == NSPAWN ? "machinectl is not installed" : "nobody listens at its socket";
    }

    /// Returns its word for its containers, in the plural.
    public String noun() {
        return this == NSPAWN ? "machines" : "containers";
    }

    String folder() {
        return this == NSPAWN ? "/var/lib/machines" : DEFAULT_LXC_PATH;
    }

    public ContainerId container(String name, String configPath) {
        return new ContainerId(this, name, folder(), configPath);
    }

    public ConfigFormat format() {
        return format;
    }

    /// Returns how a container of each kind may be named: `VMID, lxc:NAME, …`.
    public static String samples() {
        return Stream.of(values())
                .map(RuntimeKind::sample)
                .sorted(Comparator.comparing(sample -> sample.contains(":")))
                .collect(Collectors.joining(", "));
    }

    /// Returns paths with one `*` in place of a container's name, for shell completion, and
    /// `$lxcpath` as lxc-config(1) says it; empty where a daemon knows the names.
    public List<String> traces() {
        return manner.traces;
    }

    /// Returns the command that lists its containers (of Incus' default project), a line each, or
    /// nothing.
    public String listing() {
        return daemon == null
                ? ""
                : daemon.client() + " list local: type=container --project default -c n -f csv";
    }

    /// Returns the host's unit that runs the daemon; empty where there is none.
    public String service() {
        return daemon == null ? "" : daemon.service();
    }

    /// Returns the sockets, one of which the daemon listens at.
    public List<String> sockets() {
        return daemon == null
                ? List.of()
                : daemon.directories().stream()
                        .map(directory -> directory + "/unix.socket")
                        .toList();
    }

    String sample() {
        return this == PROXMOX ? "VMID" : prefix + ":NAME";
    }

    /// Whether a word names a container though it has a slash: `incus:PROJECT/NAME`.
    public static boolean namesInProject(String word) {
        return Stream.of(values())
                .anyMatch(kind -> kind.daemon != null && word.startsWith(kind.prefix + ":"));
    }

    String shown(String name) {
        return daemon == null ? name : name.replace('_', '/');
    }

    /// Returns the name that [#shown] turned into `word`.
    public String named(String word) {
        if (daemon == null) {
            return word;
        }
        return word.startsWith(DEFAULT_PROJECT)
                ? word.substring(DEFAULT_PROJECT.length())
                : word.replace('/', '_');
    }

    /// Returns the shortest word for a container that the command line takes.
    public String word(ContainerId container) {
        return container.target();
    }

    /// Whether a host has only one container of a name, wherever its files are.
    public boolean uniqueNames() {
        return this != LXC;
    }

    /// Whether it limits CPUs and memory of every container, whatever the configuration says.
    public boolean limitsAll() {
        return this == PROXMOX;
    }

    /// Whether a reboot from inside applies the configuration of then, as a stop and a start would.
    public boolean rebootsAnew() {
        // pve-container's lxc-pve-poststop-hook stops it, and pve-container-stop-wrapper starts it
        return this == PROXMOX;
    }

    /// Whether liblxc makes its containers, so that liblxc's tools know them.
    public boolean liblxc() {
        return this != NSPAWN;
    }

    /// Returns the command that thaws a frozen container.
    public String thaw(ContainerId container) {
        return daemon == null ? "lxc-unfreeze" : said(daemon, daemon.thaw(), container);
    }

    /// Returns the command that runs a program in a container, which follows behind ` -- `.
    public String attach(ContainerId container) {
        return said(Objects.requireNonNull(daemon), "exec", container);
    }

    /// A way to run a program in a container that has no D-Bus: arguments that the other program
    /// follows, and variables that find the daemon.
    public record Attached(
            String program, String debianPackage, List<String> arguments, List<String> variables) {
        /// Returns its name in messages.
        public String way() {
            String first = arguments.getFirst();
            return first.startsWith("-") ? program : program + " " + first;
        }
    }

    /// Returns how to run a program in a container without D-Bus, with nothing of ours in its
    /// hands.
    public @Nullable Attached attached(ContainerId container) {
        return daemon != null
                ? new Attached(
                        daemon.client(),
                        daemon.clientPackage(),
                        daemon.exec(container.name()),
                        List.of(daemon.variable()))
                : new Attached(
                        "lxc-attach",
                        "lxc",
                        List.of(
                                "-n",
                                container.name(),
                                "-P",
                                container.lxcPath(),
                                "--clear-env",
                                "--"),
                        List.of());
    }

    /// Returns the command that restarts a container with its configuration read anew.
    public String restart(ContainerId container) {
        return said(Objects.requireNonNull(daemon), "restart", container);
    }

    private static String said(IncusDaemon daemon, String verb, ContainerId container) {
        return Stream.of(daemon.words(container.name()).split(" "))
                .map(ShellWord::quoted)
                .collect(Collectors.joining(" ", daemon.client() + " " + verb + " ", ""));
    }

    /// Returns the configuration line that allows nesting.
    public String nesting() {
        return manner.nesting;
    }

    /// Returns the command that allows nesting; empty where a line of the file does.
    public String nest(ContainerId container) {
        return daemon == null ? "" : set(container) + " " + nesting().replace('=', ' ');
    }

    /// Returns the command that sets a key, which follows with its value; empty where files are
    /// edited.
    public String set(ContainerId container) {
        return daemon == null ? "" : said(daemon, "config set", container);
    }

    /// Returns Terraform's resource with lines of liblxc, and its provider; or empty.
    public String terraform() {
        return daemon == null ? "" : daemon.terraform();
    }

    /// Returns the setting that gives a container a directory of the host.
    public String binding() {
        return manner.binding;
    }

    /// Returns the manual page of its configuration, `NAME(SECTION)`.
    public String manual() {
        return manner.manual;
    }
}
