package dev.capdrop.core.snapshot;

import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.document.ShellWord;
import dev.capdrop.core.incus.IncusDaemon;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A runtime, as far as nothing of a host has to be looked at: what it is called, what it writes
/// down, and the words that its administrator types.
public enum RuntimeKind {
    /// LXC's own tools: lxc-attach(1), lxc-stop(1), lxc-start(1).
    LXC("lxc", "plain LXC", ConfigFormat.LXC) {
        @Override
        public String attach(ContainerId container) {
            String path =
                    container.lxcPath().equals(DEFAULT_LXC_PATH)
                            ? ""
                            : " -P " + ShellWord.quoted(container.lxcPath());
            return "lxc-attach" + path + " -n " + ShellWord.quoted(container.name());
        }

        // A reboot from inside would not do: LXC keeps the configuration that it was started with.
        @Override
        public String restart(ContainerId container) {
            String of =
                    " -P "
                            + ShellWord.quoted(container.lxcPath())
                            + " -n "
                            + ShellWord.quoted(container.name());
            return "lxc-stop" + of + " && lxc-start" + of;
        }

        @Override
        public String nesting() {
            return "lxc.apparmor.allow_nesting = 1";
        }

        @Override
        public String binding() {
            return "lxc.mount.entry";
        }

        @Override
        public String manual() {
            return "lxc.container.conf(5)";
        }

        @Override
        public List<String> traces() {
            return List.of("$lxcpath/*/config");
        }
    },

    /// Proxmox VE: pct(1), and pct.conf(5). It sets limits of CPU and memory for every container.
    PROXMOX("pve", "Proxmox VE", ConfigFormat.PROXMOX) {
        @Override
        public String word(ContainerId container) {
            return container.name();
        }

        @Override
        String sample() {
            return "VMID";
        }

        @Override
        public boolean uniqueNames() {
            return true;
        }

        @Override
        public boolean limitsAll() {
            return true;
        }

        @Override
        public String attach(ContainerId container) {
            return "pct exec " + container.name();
        }

        @Override
        public String restart(ContainerId container) {
            return "pct reboot " + container.name();
        }

        @Override
        public String nesting() {
            return "features: nesting=1";
        }

        @Override
        public String binding() {
            return "mp0:";
        }

        @Override
        public String manual() {
            return "pct.conf(5)";
        }

        @Override
        public List<String> traces() {
            return List.of("/etc/pve/lxc/*.conf");
        }
    },

    /// systemd-nspawn: machinectl(1), systemd.nspawn(5).
    NSPAWN("nspawn", "systemd-nspawn", ConfigFormat.NSPAWN) {
        @Override
        public String heading() {
            return prefix();
        }

        @Override
        String folder() {
            return "/var/lib/machines";
        }

        @Override
        public String absence() {
            return "machinectl is not installed";
        }

        @Override
        public String noun() {
            return "machines";
        }

        @Override
        public boolean uniqueNames() {
            return true;
        }

        @Override
        public boolean liblxc() {
            return false;
        }

        // systemd-run(1) asks the machine's D-Bus.
        @Override
        public @Nullable Attached attached(ContainerId container) {
            return null;
        }

        // 'machinectl shell' would lose the exit status, see machinectl(1). Without --collect what
        // fails stays a failed unit of the machine, see systemd-run(1).
        @Override
        public String attach(ContainerId container) {
            return "systemd-run -M " + container.name() + " --collect --pipe --quiet";
        }

        // A reboot from inside would do, too: systemd-nspawn ends and its service starts it anew.
        @Override
        public String restart(ContainerId container) {
            return "systemctl restart systemd-nspawn@" + container.name() + ".service";
        }

        @Override
        public String thaw(ContainerId container) {
            return "systemctl thaw systemd-nspawn@" + container.name() + ".service";
        }

        // No profile of AppArmor confines a machine.
        @Override
        public String nesting() {
            return "";
        }

        @Override
        public String binding() {
            return "Bind=";
        }

        @Override
        public String manual() {
            return "systemd.nspawn(5)";
        }

        @Override
        public List<String> traces() {
            return List.of(folder() + "/*/", folder() + "/*.raw", "/etc/systemd/nspawn/*.nspawn");
        }
    },

    /// Incus: incus(1), and its `raw.lxc`. An instance of another project than the default one is
    /// called `PROJECT_NAME` by liblxc, and `PROJECT/NAME` here; neither name has an underscore or
    /// a slash in it.
    INCUS("incus", ConfigFormat.INCUS, IncusDaemon.INCUS),

    /// LXD, which speaks the same API: lxc(1) of LXD, which is none of LXC's own tools.
    LXD("lxd", ConfigFormat.INCUS, IncusDaemon.LXD);

    private static final String DEFAULT_PROJECT = "default/";

    private static final String DEFAULT_LXC_PATH = "/var/lib/lxc";

    private final String prefix;
    private final String title;
    private final ConfigFormat format;
    private final @Nullable IncusDaemon daemon;

    RuntimeKind(String prefix, String title, ConfigFormat format) {
        this.prefix = prefix;
        this.title = title;
        this.format = format;
        this.daemon = null;
    }

    RuntimeKind(String prefix, ConfigFormat format, IncusDaemon daemon) {
        this.prefix = prefix;
        this.title = daemon.title();
        this.format = format;
        this.daemon = daemon;
    }

    /// The kind of what such a daemon looks after.
    public static RuntimeKind of(IncusDaemon daemon) {
        return switch (daemon) {
            case INCUS -> INCUS;
            case LXD -> LXD;
        };
    }

    /// The kind of this prefix; null where none has it.
    public static @Nullable RuntimeKind of(String prefix) {
        for (RuntimeKind kind : values()) {
            if (kind.prefix.equals(prefix)) {
                return kind;
            }
        }
        return null;
    }

    /// What its targets begin with, before the colon.
    public String prefix() {
        return prefix;
    }

    /// What sentences call it.
    public String title() {
        return title;
    }

    /// What sentences call all of them.
    public static List<String> titles() {
        return Stream.of(values()).map(RuntimeKind::title).toList();
    }

    /// What lists of few columns call it.
    public String heading() {
        return title;
    }

    /// What is to be said of a host that does not have it.
    public String absence() {
        return "nobody listens at its socket";
    }

    /// What it calls its containers.
    public String noun() {
        return "containers";
    }

    /// The folder that holds those of its containers as a rule.
    String folder() {
        return DEFAULT_LXC_PATH;
    }

    /// One of its containers in that folder.
    ///
    /// @param configPath its configuration, which need not be there where that is optional
    public ContainerId container(String name, String configPath) {
        return new ContainerId(this, name, folder(), configPath);
    }

    /// What it writes its configurations in.
    public ConfigFormat format() {
        return format;
    }

    /// How a container of each may be named: `VMID, lxc:NAME, …`. Where only one of them knows a
    /// name, it will do without the prefix.
    public static String samples() {
        return Stream.of(values())
                .map(RuntimeKind::sample)
                .sorted(Comparator.comparing(one -> one.contains(":")))
                .collect(Collectors.joining(", "));
    }

    /// The paths that bear the name of a container, for a shell: each has one `*` in place of the
    /// name. `$lxcpath` is what lxc-config(1) says. None where a daemon knows the names.
    public List<String> traces() {
        return List.of();
    }

    /// The command that lists the names of its containers, a line each; empty where no daemon knows
    /// them. Of Incus those of the default project: one of another is not meant by its name alone.
    public String listing() {
        return daemon == null
                ? ""
                : daemon.client() + " list local: type=container --project default -c n -f csv";
    }

    /// The unit of the host that runs the daemon; empty where there is none.
    public String service() {
        return daemon == null ? "" : daemon.service();
    }

    /// Where such a daemon listens; it is one of these.
    public List<String> sockets() {
        return daemon == null
                ? List.of()
                : daemon.directories().stream().map(one -> one + "/unix.socket").toList();
    }

    /// How one of its containers may be named.
    String sample() {
        return prefix + ":NAME";
    }

    /// Whether a word names a container, though it has a slash in it: `incus:PROJECT/NAME`.
    public static boolean namesInProject(String word) {
        return Stream.of(values())
                .anyMatch(kind -> kind.daemon != null && word.startsWith(kind.prefix + ":"));
    }

    /// A container's name as it stands behind the prefix of a target.
    String shown(String name) {
        return daemon == null ? name : name.replace('_', '/');
    }

    /// The name that such a word stands for.
    public String named(String word) {
        if (daemon == null) {
            return word;
        }
        return word.startsWith(DEFAULT_PROJECT)
                ? word.substring(DEFAULT_PROJECT.length())
                : word.replace('/', '_');
    }

    /// The shortest word for a container that the command line takes.
    public String word(ContainerId container) {
        return container.target();
    }

    /// Whether a host has only one container of a name, wherever its files are.
    public boolean uniqueNames() {
        return daemon != null;
    }

    /// Whether it limits the CPUs and the memory of every container, whatever the configuration
    /// says.
    public boolean limitsAll() {
        return false;
    }

    /// Whether its containers are made by liblxc, whose tools know them then.
    public boolean liblxc() {
        return true;
    }

    /// What lets a container go on that was frozen.
    public String thaw(ContainerId container) {
        return daemon == null ? "lxc-unfreeze" : said(daemon, daemon.thaw(), container);
    }

    /// What runs a program in a container: the program and its arguments follow behind ` -- `.
    public String attach(ContainerId container) {
        return said(Objects.requireNonNull(daemon), "exec", container);
    }

    /// How a program is run in a container that has no D-Bus.
    ///
    /// @param program the program of the host that does it
    /// @param debianPackage has that one
    /// @param arguments its own, behind which the other program and its arguments follow
    /// @param variables those of the environment that it may need to find its daemon
    public record Attached(
            String program, String debianPackage, List<String> arguments, List<String> variables) {
        public Attached {
            arguments = List.copyOf(arguments);
            variables = List.copyOf(variables);
        }

        /// What messages call it.
        public String way() {
            String first = arguments.getFirst();
            return first.startsWith("-") ? program : program + " " + first;
        }
    }

    /// How a program is run in a container that has no D-Bus, with nothing of ours in its hands;
    /// null where that cannot be done.
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

    /// What restarts a container so that it takes its configuration anew.
    public String restart(ContainerId container) {
        return said(Objects.requireNonNull(daemon), "restart", container);
    }

    private static String said(IncusDaemon daemon, String verb, ContainerId container) {
        return daemon.client() + " " + verb + " " + daemon.words(container.name());
    }

    /// The line of a configuration that lets a container of an AppArmor profile mount inside.
    public String nesting() {
        return "security.nesting=true";
    }

    /// What allows nesting, where that is no line of the file that is edited; empty where it is
    /// one.
    public String nest(ContainerId container) {
        return daemon == null
                ? ""
                : said(daemon, "config set", container) + " " + nesting().replace('=', ' ');
    }

    /// What a configuration names a directory of the host by that its container is to have, too.
    public String binding() {
        return "a device of the type disk";
    }

    /// The manual page that says what an administrator writes down, `NAME(SECTION)`.
    public String manual() {
        return Objects.requireNonNull(daemon).client() + "(1)";
    }
}
