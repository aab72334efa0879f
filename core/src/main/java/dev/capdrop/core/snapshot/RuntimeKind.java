package dev.capdrop.core.snapshot;

import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.document.Names;
import dev.capdrop.core.document.ShellWord;
import dev.capdrop.core.runtime.IncusDaemon;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A runtime as it is on every host: its names, its format, and its administrator's commands.
public enum RuntimeKind {
    /// LXC's own tools: lxc-attach(1), lxc-stop(1), lxc-start(1).
    LXC("lxc", "plain LXC", ConfigFormat.LXC, null),
    /// Proxmox VE: pct(1), pct.conf(5). It limits CPU and memory of every container.
    PROXMOX("pve", "Proxmox VE", ConfigFormat.PROXMOX, null),
    /// systemd-nspawn: machinectl(1), systemd.nspawn(5). No AppArmor profile confines a machine.
    NSPAWN("nspawn", "systemd-nspawn", ConfigFormat.NSPAWN, null),
    /// Incus: incus(1), and its `raw.lxc`. An instance outside the default project is
    /// `PROJECT_NAME` for liblxc, `PROJECT/NAME` for capdrop; neither part holds an underscore or a
    /// slash.
    INCUS("incus", IncusDaemon.INCUS.title(), ConfigFormat.INCUS, IncusDaemon.INCUS),
    /// LXD, which speaks the same API: lxc(1) of LXD, which is none of LXC's own tools.
    LXD("lxd", IncusDaemon.LXD.title(), ConfigFormat.INCUS, IncusDaemon.LXD);

    private static final String DEFAULT_PROJECT = "default/";
    private static final String DEFAULT_LXC_PATH = "/var/lib/lxc";

    private final String prefix;
    private final String title;
    private final ConfigFormat format;
    private final @Nullable IncusDaemon daemon;

    RuntimeKind(String prefix, String title, ConfigFormat format, @Nullable IncusDaemon daemon) {
        this.prefix = prefix;
        this.title = title;
        this.format = format;
        this.daemon = daemon;
    }

    public static RuntimeKind of(IncusDaemon daemon) {
        return switch (daemon) {
            case INCUS -> INCUS;
            case LXD -> LXD;
        };
    }

    public static @Nullable RuntimeKind of(String prefix) {
        return Names.find(List.of(values()), kind -> kind.prefix.equals(prefix));
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

    public String noun() {
        return this == NSPAWN ? "machines" : "containers";
    }

    public ContainerId container(String name, String configPath) {
        String folder = this == NSPAWN ? "/var/lib/machines" : DEFAULT_LXC_PATH;
        return new ContainerId(this, name, folder, configPath);
    }

    public ConfigFormat format() {
        return format;
    }

    /// Returns how a container of each kind may be named: `VMID, lxc:NAME, …`.
    public static String samples() {
        return Stream.of(values())
                .map(kind -> kind == PROXMOX ? "VMID" : kind.prefix + ":NAME")
                .sorted(Comparator.comparing(sample -> sample.contains(":")))
                .collect(Collectors.joining(", "));
    }

    /// Returns paths with one `*` in place of a container's name, for shell completion, and
    /// `$lxcpath` as lxc-config(1) says it; empty where a daemon knows the names.
    public List<String> traces() {
        return switch (this) {
            case LXC -> List.of("$lxcpath/*/config");
            case PROXMOX -> List.of("/etc/pve/lxc/*.conf");
            case NSPAWN ->
                    List.of(
                            "/var/lib/machines/*/",
                            "/var/lib/machines/*.raw",
                            "/etc/systemd/nspawn/*.nspawn");
            case INCUS, LXD -> List.of();
        };
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

    public List<String> sockets() {
        return daemon == null
                ? List.of()
                : daemon.directories().stream()
                        .map(directory -> directory + "/unix.socket")
                        .toList();
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
        return daemon == null
                ? word
                : word.startsWith(DEFAULT_PROJECT)
                        ? word.substring(DEFAULT_PROJECT.length())
                        : word.replace('/', '_');
    }

    /// Returns the shortest word for a container that the command line takes.
    public String word(ContainerId container) {
        return this == PROXMOX ? container.name() : container.target();
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

    public boolean liblxc() {
        return this != NSPAWN;
    }

    public String thaw(ContainerId container) {
        return this == NSPAWN
                ? systemctl("thaw", container)
                : daemon == null ? "lxc-unfreeze" : said(daemon, daemon.thaw(), container);
    }

    private static String systemctl(String verb, ContainerId container) {
        String unit = "systemd-nspawn@" + container.name() + ".service";
        return "systemctl " + verb + " " + ShellWord.quoted(unit);
    }

    /// Returns the command that runs a program in a container, which follows behind ` -- `.
    public String attach(ContainerId container) {
        String name = ShellWord.quoted(container.name());
        return switch (this) {
            case LXC ->
                    container.lxcPath().equals(DEFAULT_LXC_PATH)
                            ? "lxc-attach -n " + name
                            : "lxc-attach -P %s -n %s"
                                    .formatted(ShellWord.quoted(container.lxcPath()), name);
            case PROXMOX -> "pct exec " + name;
            // 'machinectl shell' would lose the exit status, see machinectl(1); without --collect a
            // failure leaves a failed unit in the machine, see systemd-run(1)
            case NSPAWN -> "systemd-run -M %s --collect --pipe --quiet".formatted(name);
            case INCUS, LXD -> said(Objects.requireNonNull(daemon), "exec", container);
        };
    }

    public String restart(ContainerId container) {
        String name = ShellWord.quoted(container.name());
        return switch (this) {
            // a reboot from inside keeps the old configuration
            case LXC ->
                    "lxc-stop -P %1$s -n %2$s && lxc-start -P %1$s -n %2$s"
                            .formatted(ShellWord.quoted(container.lxcPath()), name);
            case PROXMOX -> "pct reboot " + name;
            case NSPAWN -> systemctl("restart", container);
            case INCUS, LXD -> said(Objects.requireNonNull(daemon), "restart", container);
        };
    }

    private static String said(IncusDaemon daemon, String verb, ContainerId container) {
        return Stream.of(daemon.words(container.name()).split(" "))
                .map(ShellWord::quoted)
                .collect(Collectors.joining(" ", daemon.client() + " " + verb + " ", ""));
    }

    public String nesting() {
        return switch (this) {
            case LXC -> "lxc.apparmor.allow_nesting = 1";
            case PROXMOX -> "features: nesting=1";
            case NSPAWN -> "";
            case INCUS, LXD -> "security.nesting=true";
        };
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

    public String binding() {
        return switch (this) {
            case LXC -> "lxc.mount.entry";
            case PROXMOX -> "mp0:";
            case NSPAWN -> "Bind=";
            case INCUS, LXD -> "a device of the type disk";
        };
    }

    /// Returns the manual page of its configuration, `NAME(SECTION)`.
    public String manual() {
        return switch (this) {
            case LXC -> "lxc.container.conf(5)";
            case PROXMOX -> "pct.conf(5)";
            case NSPAWN -> "systemd.nspawn(5)";
            case INCUS, LXD -> Objects.requireNonNull(daemon).client() + "(1)";
        };
    }
}
