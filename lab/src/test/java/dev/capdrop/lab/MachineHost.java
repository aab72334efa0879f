package dev.capdrop.lab;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A host of its own whose PID 1 is systemd: a privileged container of LXC that may do all. capdrop
/// runs in it, with this build's classes. What it boots are machines of systemd-nspawn.
final class MachineHost implements AutoCloseable {
    /// Other work may have the machine for minutes, and a trial boots a dozen copies.
    static final Duration LIMIT = Duration.ofMinutes(20);

    /// What every program is started by, with the environment that it gets.
    private static final List<String> STARTER =
            List.of("/usr/bin/env", "PATH=/usr/sbin:/usr/bin", "LC_ALL=C.UTF-8");

    private static final String MACHINES = "/var/lib/machines/";

    /// This machine's control groups, of both versions.
    static final String GROUPS = " cgroup:rw:force";

    private final LabContainer host;

    private MachineHost(LabContainer host) {
        this.host = host;
    }

    /// Boots one with machined and systemd-nspawn.
    static MachineHost boot(Bench bench) throws IOException {
        return boot(bench, RootTarball.withMachines(Suite.TRIXIE), GROUPS);
    }

    /// Boots one.
    ///
    /// @param tarball its packed root
    /// @param groups what liblxc mounts of this machine's control groups, behind a blank; nothing
    ///   where its systemd shall mount those of version 2, without which one from 258 on does not
    ///   run
    static MachineHost boot(Bench bench, Path tarball, String groups) throws IOException {
        List<String> lines =
                new ArrayList<>(List.of("lxc.cap.drop =", "lxc.cgroup.devices.allow = a"));
        lines.add("lxc.mount.auto = proc:rw sys:rw" + groups);
        for (Path folder : seen(tarball)) {
            String target = folder.toString().substring(1);
            lines.add("lxc.mount.entry = %s %s none bind,ro,create=dir".formatted(folder, target));
        }
        LabContainer host = bench.make(tarball, Privilege.PRIVILEGED, lines.toArray(String[]::new));
        // that of LXC 7 waits half a minute for a network, to start what starts by itself
        Path idle = host.rootfs().resolve("etc/systemd/system/lxc.service");
        Files.createSymbolicLink(idle, Path.of("/dev/null"));
        host.boot();
        return new MachineHost(host);
    }

    /// What is needed to run capdrop, and the packed roots, each folder that is in no other one.
    private static Set<Path> seen(Path tarball) throws IOException {
        Path roots = tarball.toRealPath().getParent();
        Set<Path> all =
                new TreeSet<>(
                        List.of(Path.of(System.getProperty("java.home")), Clone.root(), roots));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry).toAbsolutePath();
            all.add(Files.isDirectory(path) ? path : path.getParent());
        }
        return all.stream()
                .filter(one ->
                        all.stream()
                                .noneMatch(other -> !one.equals(other) && one.startsWith(other)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// Makes a machine that does not run yet, on the disk, below the host's overlay.
    void make(Suite suite, String machine) throws IOException {
        unpack(suite, Files.createDirectories(file(MACHINES + machine)), List.of());
    }

    /// The same of Debian 13 without what no boot needs, to be changed.
    ///
    /// @return its root directory, seen from here
    Path makeSmall(String machine) throws IOException {
        return small(MACHINES + machine);
    }

    /// The same in memory, where files cost a tenth of that and where systemd-nspawn maps their
    /// owners by a mount.
    void makeInMemory(Suite suite, String machine) throws IOException {
        String root = MACHINES + machine;
        runOrFail("mkdir", root);
        runOrFail("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", root);
        String packed = RootTarball.of(suite).toRealPath().toString();
        runOrFail("tar", "-xp", "--numeric-owner", "-C", root, "-f", packed);
    }

    /// Makes a root directory of Debian 13 without what no boot needs: of one that is copied again
    /// and again each file counts.
    ///
    /// @param path where, as the host sees it
    Path small(String path) throws IOException {
        Path root = Files.createDirectories(file(path));
        List<String> without =
                Stream.of("usr/share/[!d]*", "usr/lib/*/perl-base", "usr/lib/*/gconv", "var/lib/*")
                        .map(needless -> "--exclude=./" + needless)
                        .toList();
        unpack(Suite.TRIXIE, root, without);
        return root;
    }

    private static void unpack(Suite suite, Path root, List<String> options) {
        List<String> line = new ArrayList<>(List.of("tar", "-xp", "--numeric-owner"));
        line.addAll(options);
        line.addAll(List.of("-C", root.toString(), "-f", RootTarball.of(suite).toString()));
        Command.of(line.toArray(String[]::new)).within(LIMIT).runOrFail();
    }

    /// A file of the host, seen from here.
    Path file(String path) {
        return host.rootfs().resolve(path.substring(1));
    }

    /// Runs a program on the host.
    Command.Result run(String... line) {
        List<String> all = new ArrayList<>(STARTER);
        all.addAll(List.of(line));
        return host.attachFor(LIMIT.toSeconds(), all.toArray(String[]::new));
    }

    /// Runs a program on the host that has to succeed.
    ///
    /// @return its standard output, without the last newline
    String runOrFail(String... line) {
        Command.Result result = run(line);
        if (result.exit() != 0) {
            throw new AssertionError(List.of(line) + " failed: " + result);
        }
        return result.out().stripTrailing();
    }

    /// capdrop on the host.
    Command.Result capdrop(String... arguments) {
        List<String> line = new ArrayList<>(Program.line());
        line.addAll(List.of(arguments));
        return run(line.toArray(String[]::new));
    }

    /// Starts a machine and waits until its boot has ended.
    ///
    /// @return what its `systemctl is-system-running` says
    String boot(String machine) {
        runOrFail("systemctl", "start", "systemd-nspawn@" + machine + ".service");
        return settled(machine);
    }

    /// What the machine's `systemctl is-system-running` says when its boot has ended.
    String settled(String machine) {
        // the machine's bus comes up some time after its PID 1
        return run(
                        "sh",
                        "-c",
                        "for i in $(seq 200); do s=$(timeout 3 systemctl -M \"$1\" is-system-running"
                                + " 2>/dev/null); case $s in running|degraded) break;; esac; sleep"
                                + " 0.3; done; echo $s",
                        "sh",
                        machine)
                .out()
                .strip();
    }

    @Override
    public void close() throws IOException {
        host.close();
    }
}
