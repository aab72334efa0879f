package dev.capdrop.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/// What capdrop takes for a Proxmox VE node: a plain folder in the shape of /etc/pve and this
/// clone's `lab/stand-in/pct`, `pvesm` and `lxc-info`, over plain LXC. It is no Proxmox VE, and
/// capdrop is not told.
///
/// A plain folder lacks pmxcfs's refusals; [StandInPmxcfs] has them.
final class StandInNode {
    private static final AtomicInteger MADE = new AtomicInteger();

    /// The folders of all nodes, the newest first.
    private static final Deque<Path> NODES = new ArrayDeque<>();

    private final Bench bench;
    private final Path folder;

    private StandInNode(Bench bench, Path folder) {
        this.bench = bench;
        this.folder = folder;
    }

    /// An empty node.
    ///
    /// @param folder an empty folder
    static StandInNode in(Bench bench, Path folder) throws IOException {
        Path pve = Files.createDirectories(folder.resolve("pve"));
        Files.createSymbolicLink(pve.resolve("local"), Path.of("nodes/lab"));
        Files.createSymbolicLink(pve.resolve("lxc"), Path.of("local/lxc"));
        return over(bench, folder);
    }

    /// An empty node whose `/etc/pve`, the folder's `pve`, is there and has its two links.
    static StandInNode over(Bench bench, Path folder) throws IOException {
        StandInNode node = new StandInNode(bench, folder);
        Files.createDirectories(node.pveDir().resolve("nodes/lab/lxc"));
        Files.createDirectories(node.pveDir().resolve("ha"));
        node.writePct();
        node.writePrograms();
        return node;
    }

    /// The programs of all nodes are found at one place, for a warm process has one `PATH` for its
    /// life: pct is that of the node that has the container.
    private void writePrograms() throws IOException {
        Path programs = Files.createDirectories(bench.programs());
        synchronized (NODES) {
            NODES.removeIf(node -> !Files.exists(node));
            NODES.addFirst(folder);
            String nodes = NODES.stream().map(Path::toString).collect(Collectors.joining(" "));
            executable(
                    programs.resolve("pct"),
                    """
                    #!/bin/sh
                    for node in %s; do
                        [ ! -e "$node/pve/lxc/$2.conf" ] || exec "$node/pct" "$@"
                    done
                    exec %s "$@"
                    """
                            .formatted(nodes, ownPct()));
        }
        executable(
                programs.resolve("pvesm"),
                "#!/bin/sh\nSTAND_IN_LXC=%s STAND_IN_NODE=%s exec %s/lab/stand-in/pvesm \"$@\"\n"
                        .formatted(bench.lxcPath(), folder, Clone.root()));
        executable(
                programs.resolve("lxc-info"),
                "#!/bin/sh\nexec %s/lab/stand-in/lxc-info \"$@\"\n".formatted(Clone.root()));
    }

    /// Replaces a program, which may be in use.
    private static void executable(Path program, String text) throws IOException {
        Path made = Files.createTempFile(program.getParent(), "", "");
        Files.writeString(made, text);
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(made, program, StandardCopyOption.ATOMIC_MOVE);
    }

    private void writePct() throws IOException {
        Path pct = ownPct();
        Path standIn = Clone.root().resolve("lab/stand-in/pct");
        executable(
                pct,
                """
                #!/bin/sh
                [ ! -e %1$s/linked ] || export STAND_IN_LINKED=1
                PATH=%7$s:$PATH
                [ ! -e %1$s/slow ] || export STAND_IN_SLOW=600
                STAND_IN_PVE=%2$s STAND_IN_LXC=%3$s STAND_IN_SELF=%4$s STAND_IN_FIRST_ID=%5$d exec %6$s "$@"
                """
                        .formatted(
                                folder,
                                pveDir(),
                                bench.lxcPath(),
                                pct,
                                bench.firstId(),
                                standIn,
                                bench.programs()));
    }

    /// What `--pve-dir` takes.
    Path pveDir() {
        return folder.resolve("pve");
    }

    /// Whether its storage has linked clones.
    void linksClones(boolean linked) throws IOException {
        mark("linked", linked);
    }

    /// Where its storage has hookscripts.
    Path snippets() throws IOException {
        return Files.createDirectories(folder.resolve("snippets"));
    }

    /// Whether a full clone takes ten minutes more.
    void isSlow(boolean slow) throws IOException {
        mark("slow", slow);
    }

    private void mark(String name, boolean there) throws IOException {
        Path file = folder.resolve(name);
        Files.deleteIfExists(file);
        if (there) {
            Files.createFile(file);
        }
    }

    private Path ownPct() {
        return folder.resolve("pct");
    }

    /// capdrop with this node's programs.
    Tool tool(Path state) {
        String path = bench.programs() + ":" + System.getenv("PATH");
        return new Tool(bench.lxcPath(), state, pveDir(), path);
    }

    /// Makes a container that is not started yet.
    ///
    /// @param conf its `VMID.conf`
    Guest make(Suite suite, String conf) throws IOException {
        return make(RootTarball.of(suite), conf);
    }

    /// The same from another packed root directory.
    Guest make(Path tarball, String conf) throws IOException {
        return make(tarball, Privilege.UNPRIVILEGED, conf);
    }

    /// The same with a root directory whose owners are those of this privilege.
    Guest make(Path tarball, Privilege privilege, String conf) throws IOException {
        long number = 100_000_000L + bench.place() * 1_000_000L + MADE.incrementAndGet();
        String vmid = Long.toString(number);
        LabContainer container = new LabContainer(bench.lxcPath(), vmid);
        container.make(bench.unpacked(tarball, privilege), privilege, bench.firstId(), List.of());
        Guest guest = new Guest(this, container);
        guest.setConf(conf);
        return guest;
    }

    /// Runs the stand-in as an administrator would run pct.
    Command.Result pct(String... arguments) {
        String[] line = new String[arguments.length + 1];
        line[0] = ownPct().toString();
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        return Command.of(line).run();
    }

    /// A container of the node, gone again when it is closed.
    ///
    /// @param container what liblxc sees of it
    record Guest(StandInNode node, LabContainer container) implements AutoCloseable {
        String vmid() {
            return container.name();
        }

        Path confFile() {
            return node.pveDir().resolve("lxc").resolve(vmid() + ".conf");
        }

        String conf() throws IOException {
            return Files.readString(confFile(), StandardCharsets.ISO_8859_1);
        }

        void setConf(String text) throws IOException {
            Files.writeString(confFile(), text, StandardCharsets.ISO_8859_1);
        }

        /// Starts it and waits until its systemd has ended the boot.
        ///
        /// @return what `systemctl is-system-running` says
        String boot() {
            removeLeftCgroups();
            Command.Result started = node.pct("start", vmid());
            if (started.exit() != 0) {
                throw new AssertionError(vmid() + " does not start: " + started);
            }
            return container.settled();
        }

        /// Control groups that are left of one of this number, whose lane ended before LXC had
        /// cleaned up, keep it from starting.
        private void removeLeftCgroups() {
            Command.of(
                            "find",
                            "/sys/fs/cgroup",
                            "-depth",
                            "-type",
                            "d",
                            "(",
                            "-path",
                            "*/lxc*/" + vmid(),
                            "-o",
                            "-path",
                            "*/lxc*/" + vmid() + "/*",
                            ")",
                            "-delete")
                    .run();
        }

        /// Waits until a shutdown that has begun is over.
        void awaitStop() {
            long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
            while (container.running()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError(vmid() + " still runs");
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            }
        }

        @Override
        public void close() throws IOException {
            container.close();
            Files.deleteIfExists(confFile());
            Files.deleteIfExists(Path.of("/run/lock/lxc/pve-config-" + vmid() + ".lock"));
        }
    }
}
