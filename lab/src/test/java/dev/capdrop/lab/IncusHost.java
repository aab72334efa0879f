package dev.capdrop.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// A host of its own with Debian's Incus or LXD, storage in directories and no network (see
/// [MachineHost]). The machine that runs the tests needs no Incus.
///
/// Its instances lie in memory, where their files cost a tenth of what they cost on a disk, and
/// where the kernel maps their owners by a mount.
final class IncusHost implements AutoCloseable {
    private static final String IMAGES = "/srv/images/";

    /// A folder in memory, of which a test may have others.
    static final String MEMORY = "/srv/memory";

    /// A mount that is tried because of `sys_rawio`, and that the kernel refuses. Incus mounts the
    /// host's own debugfs where systemd would.
    private static final String REFUSED =
            """
            [Unit]
            ConditionCapability=CAP_SYS_RAWIO
            [Mount]
            What=debugfs
            Type=debugfs
            Where=/mnt
            [Install]
            WantedBy=multi-user.target
            """;

    /// An option of `incus init`: on the disk instead, below the host's overlay, where the owners
    /// of all files have to be changed.
    static final String ON_DISK = "--storage=disk";

    private final MachineHost host;
    private final String client;
    private final Set<String> imported = new HashSet<>();

    private IncusHost(MachineHost host, String client) {
        this.host = host;
        this.client = client;
    }

    /// Boots one. Its Incus is started by the first question.
    static IncusHost boot(Bench bench) throws IOException {
        return boot(
                MachineHost.boot(bench, RootTarball.withIncus(Suite.TRIXIE), MachineHost.GROUPS),
                "incus");
    }

    /// Boots one with the Incus of Debian unstable, and with its LXC.
    static IncusHost withNewRuntimes(Bench bench) throws IOException {
        return boot(MachineHost.boot(bench, RootTarball.withNewRuntimes(), ""), "incus");
    }

    /// Boots one with Debian's LXD, which is started by the first question, too.
    static IncusHost withLxd(Bench bench) throws IOException {
        return boot(
                MachineHost.boot(bench, RootTarball.withLxd(Suite.TRIXIE), MachineHost.GROUPS),
                "lxc");
    }

    private static IncusHost boot(MachineHost host, String client) throws IOException {
        IncusHost made = new IncusHost(host, client);
        made.runOrFail("mkdir", MEMORY);
        made.runOrFail("mount", "-t", "tmpfs", "-o", "mode=711", "tmpfs", MEMORY);
        String folder = MEMORY + "/default";
        made.runOrFail("mkdir", "-m", "711", folder);
        made.runOrFail(client, "storage", "create", "default", "dir", "source=" + folder);
        made.runOrFail(client, "storage", "create", "disk", "dir");
        made.runOrFail(
                client,
                "profile",
                "device",
                "add",
                "default",
                "root",
                "disk",
                "path=/",
                "pool=default");
        Files.createDirectories(made.file(IMAGES));
        Files.writeString(
                made.file(IMAGES + "metadata.yaml"),
                "architecture: %s\ncreation_date: 1\n".formatted(architecture()));
        made.runOrFail("tar", "-C", IMAGES, "-cf", IMAGES + "metadata.tar", "metadata.yaml");
        return made;
    }

    private static String architecture() {
        String name = System.getProperty("os.arch");
        return name.equals("amd64") ? "x86_64" : name;
    }

    /// Makes an instance that does not run yet.
    ///
    /// @param options of `incus init`, as `--config=security.privileged=true`
    void make(Suite suite, String name, String... options) throws IOException {
        String image = suite.name().toLowerCase(Locale.ROOT);
        if (imported.add(image)) {
            imported(image, RootTarball.of(suite).toRealPath().toString());
        }
        init(image, name, options);
    }

    /// A root directory of Debian 13 without what no boot needs, to be changed, and for
    /// [#make(Path, String, String...)].
    Path small() throws IOException {
        return host.small(IMAGES + "small");
    }

    /// The same, whose small boot ends degraded, as Debian 13's own does: by a mount that lacks
    /// `sys_rawio`, as [#bootDegraded] has it, and a loader of modules that lacks `sys_module`.
    Path smallDegraded() throws IOException {
        Path root = small();
        LabContainer.write(root, "/etc/systemd/system/mnt.mount", REFUSED, "rw-r--r--");
        SmallBoot.of(root, "mnt.mount systemd-modules-load.service " + EveryCommand.UNITS);
        return root;
    }

    /// Makes an instance of such a root directory that does not run yet.
    ///
    /// @param root the same for each instance of this host
    /// @param options of `incus init`
    void make(Path root, String name, String... options) {
        if (imported.add("small")) {
            String packed = IMAGES + "small.tar";
            runOrFail("tar", "-C", IMAGES + root.getFileName(), "-cf", packed, ".");
            imported("small", packed);
        }
        init("small", name, options);
    }

    private void imported(String image, String packed) {
        String described = IMAGES + "metadata.tar";
        runOrFail(client, "image", "import", described, packed, "--alias", image);
    }

    private void init(String image, String name, String... options) {
        List<String> line = new ArrayList<>(List.of(client, "init", image, name));
        line.addAll(List.of(options));
        runOrFail(line.toArray(String[]::new));
    }

    /// Starts an instance and gives it what makes each release degraded on each host: [#REFUSED].
    void bootDegraded(String name) {
        boot(name);
        run(
                client,
                "exec",
                name,
                "--",
                "sh",
                "-c",
                "printf %s \"$1\" >/etc/systemd/system/mnt.mount; systemctl enable --now mnt.mount",
                "sh",
                REFUSED);
        if (!settled(name).equals("degraded")) {
            throw new AssertionError("'" + name + "' is not degraded");
        }
    }

    /// Starts an instance and waits until its boot has ended.
    ///
    /// @return what its `systemctl is-system-running` says
    String boot(String name) {
        runOrFail(client, "start", name);
        return settled(name);
    }

    /// What the instance's `systemctl is-system-running` says when its boot has ended.
    String settled(String name) {
        return settled(name, "default");
    }

    /// The same of an instance of a project.
    String settled(String name, String project) {
        // the instance's bus comes up some time after its PID 1
        return run(
                        "sh",
                        "-c",
                        "for i in $(seq 200); do s=$(timeout 60 \"$2\" exec --project \"$3\" \"$1\" -- systemctl"
                                + " is-system-running --wait 2>/dev/null); case $s in"
                                + " running|degraded) break;; esac; sleep 0.2; done; echo $s",
                        "sh",
                        name,
                        client,
                        project)
                .out()
                .strip();
    }

    /// The configuration of an instance that somebody has made, without what Incus notes itself.
    String shown(String name) {
        return runOrFail(client, "config", "show", name).replaceAll("(?m)^  volatile\\..*\n", "");
    }

    /// All that Incus tells of an instance, in a text, but for what it notes itself and what every
    /// start changes.
    ///
    /// @param name its name, and `?project=` with its project where that is not the default one
    String told(String name) {
        return runOrFail(client, "query", "/1.0/instances/" + name)
                .replaceAll("(?m)^\\s*\"(volatile\\.[^\"]*|last_used_at)\": .*\n", "")
                .replaceAll(",\n", "\n");
    }

    /// The instance's own raw.lxc.
    String rawLxc(String name) {
        return runOrFail(client, "config", "get", name, "raw.lxc");
    }

    /// A file of the host, seen from here.
    Path file(String path) {
        return host.file(path);
    }

    /// Runs a program on the host.
    Command.Result run(String... line) {
        return host.run(line);
    }

    /// Runs a program on the host that has to succeed.
    ///
    /// @return its standard output, without the last newline
    String runOrFail(String... line) {
        return host.runOrFail(line);
    }

    /// capdrop on the host.
    Command.Result capdrop(String... arguments) {
        return host.capdrop(arguments);
    }

    /// Kills what runs in it, whose cgroups would outlive it.
    @Override
    public void close() throws IOException {
        run(client, "stop", "--all", "--force", "--all-projects");
        host.close();
    }
}
