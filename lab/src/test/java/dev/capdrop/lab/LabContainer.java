package dev.capdrop.lab;

import dev.capdrop.core.change.SnapshotSource.BootWait;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.snapshot.SnapshotReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A genuine LXC container with systemd, gone again when it is closed.
public final class LabContainer implements AutoCloseable {
    private static final Duration BOOT = Duration.ofMinutes(5);

    /// A root with many services is close to 2 GB, and the disk may be busy.
    private static final Duration FILES = Duration.ofMinutes(10);

    private static final Set<String> SETTLED = Set.of("running", "degraded", "maintenance");

    private final Path lxcPath;
    private final String name;

    public LabContainer(Path lxcPath, String name) {
        this.lxcPath = lxcPath;
        this.name = name;
    }

    /// The name, as capdrop's command line takes it.
    public String name() {
        return name;
    }

    /// Reads its units once its boot has ended, or this has passed; its configuration is not read.
    Snapshot settled(Duration longest) throws IOException {
        ContainerId id = new ContainerId(RuntimeKind.LXC, name, lxcPath.toString());
        return new SnapshotReader(
                        _ -> null, SnapshotReader.PATIENCE, new RunningContainers(), null, true)
                .readSettled(id, BootWait.of(longest));
    }

    /// The file that LXC reads at each start.
    public Path configFile() {
        return lxcPath.resolve(name).resolve("config");
    }

    /// The root directory as the host sees it.
    public Path rootfs() {
        return lxcPath.resolve(name).resolve("rootfs");
    }

    /// The configuration, one char for each byte.
    public String config() throws IOException {
        return Files.readString(configFile(), StandardCharsets.ISO_8859_1);
    }

    /// Replaces the configuration, one byte for each char.
    public void setConfig(String text) throws IOException {
        Files.writeString(configFile(), text, StandardCharsets.ISO_8859_1);
    }

    /// Puts a file into the root directory, owned by the container's root.
    ///
    /// @param path as the container sees it, absolute
    /// @param mode as `rwxr-xr-x`
    void write(String path, String text, String mode) throws IOException {
        write(rootfs(), path, text, mode);
    }

    /// Puts a file into a root directory, owned as that is.
    static void write(Path root, String path, String text, String mode) throws IOException {
        Path file = root.resolve(path.substring(1));
        Files.createDirectories(file.getParent());
        // A link would be followed on the host.
        Files.deleteIfExists(file);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        Files.setAttribute(file, "unix:uid", Files.getAttribute(root, "unix:uid"));
        Files.setAttribute(file, "unix:gid", Files.getAttribute(root, "unix:gid"));
    }

    /// Puts a service into `/etc/systemd/system`, not enabled.
    ///
    /// @param unit lines of its `[Unit]`
    /// @param service lines of its `[Service]`
    public void writeService(String unitName, List<String> unit, String... service)
            throws IOException {
        List<String> lines = new ArrayList<>(List.of("[Unit]"));
        lines.addAll(unit);
        lines.add("[Service]");
        lines.addAll(List.of(service));
        lines.addAll(List.of("[Install]", "WantedBy=multi-user.target", ""));
        write("/etc/systemd/system/" + unitName, String.join("\n", lines), "rw-r--r--");
    }

    /// Makes the default target want a unit, behind the back of a systemd that runs.
    public void enableOnDisk(String unitName) throws IOException {
        Path wants = rootfs().resolve("etc/systemd/system/multi-user.target.wants");
        Files.createDirectories(wants);
        Files.createSymbolicLink(wants.resolve(unitName), Path.of("/etc/systemd/system", unitName));
    }

    /// Whether the container's root directory has this path; a link is not followed.
    boolean has(String path) {
        return Files.exists(rootfs().resolve(path.substring(1)), LinkOption.NOFOLLOW_LINKS);
    }

    /// Starts it and waits until its systemd has ended the boot.
    ///
    /// @return what `systemctl is-system-running` says
    public String boot() throws IOException {
        start();
        return settled();
    }

    /// Starts it, and returns when its init runs.
    ///
    /// @throws AssertionError when it does not start, with LXC's own reasons
    public void start() throws IOException {
        Path log = lxcPath.resolve(name).resolve("lxc.log");
        Files.deleteIfExists(log);
        Command.Result result = lxc("lxc-start", "-d", "-o", log.toString(), "-l", "INFO").run();
        if (result.exit() != 0) {
            throw new AssertionError(name + " does not start: " + result + errors(log));
        }
    }

    /// Waits until systemd has ended the boot.
    ///
    /// @return what `systemctl is-system-running` says
    String settled() {
        Instant end = Instant.now().plus(BOOT);
        String state = "";
        while (!SETTLED.contains(state)) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError(name + " is still '" + state + "' after " + BOOT);
            }
            if (!running()) {
                throw new AssertionError(
                        name
                                + " ended while it booted; where many containers run,"
                                + " fs.inotify.max_user_instances of their user may be used up");
            }
            pause();
            state = awaited();
        }
        return state;
    }

    /// One program that waits costs less than a new one for each look; before systemd listens it
    /// says something at once.
    private String awaited() {
        return attachFor(BOOT.toSeconds(), "systemctl", "is-system-running", "--wait")
                .out()
                .strip();
    }

    /// Runs a program in the container, with an empty environment.
    public Command.Result attach(String... line) {
        List<String> all = new ArrayList<>(List.of("--clear-env", "--"));
        all.addAll(List.of(line));
        return lxc("lxc-attach", all.toArray(String[]::new)).run();
    }

    /// The same for one that may take longer.
    public Command.Result attachFor(long seconds, String... line) {
        List<String> all = new ArrayList<>(List.of("--clear-env", "--"));
        all.addAll(List.of(line));
        return lxc("lxc-attach", all.toArray(String[]::new))
                .within(Duration.ofSeconds(seconds))
                .run();
    }

    /// Begins a shell in the container that takes commands from us, and whose complaints are seen.
    public Process shell() throws IOException {
        List<String> line = new ArrayList<>(attaching());
        line.add("sh");
        return new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /// What starts the program that follows in the container, with an empty environment.
    List<String> attaching() {
        return List.of("lxc-attach", "-P", lxcPath.toString(), "-n", name, "--clear-env", "--");
    }

    /// Runs a program in the container that has to succeed.
    String attachOrFail(String... line) {
        Command.Result result = attach(line);
        if (result.exit() != 0) {
            throw new AssertionError(name + ": " + List.of(line) + " failed: " + result);
        }
        return result.out().strip();
    }

    /// The units that systemd calls failed, by name.
    Set<String> failedUnits() {
        return attach("systemctl", "--failed", "--no-legend", "--plain", "--no-pager")
                .out()
                .lines()
                .map(line -> line.split(" ", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// The process id of its init on the host.
    long initPid() {
        return Long.parseLong(lxc("lxc-info", "-p", "-H").runOrFail());
    }

    public boolean running() {
        return lxc("lxc-info", "-s", "-H").run().out().strip().equals("RUNNING");
    }

    /// Shuts it down as `poweroff` would; kills it where that takes too long.
    public void shutDown() {
        lxc("lxc-stop", "-t", "30").runOrFail();
    }

    /// Kills all its processes.
    public void kill() {
        lxc("lxc-stop", "-k").runOrFail();
    }

    /// Kills it where it runs, and removes it.
    @Override
    public void close() throws IOException {
        if (Files.exists(configFile()) && running()) {
            kill();
        }
        // Nothing is mounted there where the root directory was unpacked.
        Command.of("umount", "--lazy", rootfs().toString()).run();
        Command.of("rm", "-rf", "--one-file-system", lxcPath.resolve(name).toString())
                .within(FILES)
                .runOrFail();
    }

    /// Makes its folder from a root directory.
    ///
    /// @param root packed, or unpacked: then it stays as it is, below an overlay
    /// @param firstId the host's user and group that an unprivileged one's root is
    /// @param more lines for the end of its configuration
    public void make(Path root, Privilege privilege, long firstId, List<String> more)
            throws IOException {
        Command.of(
                        Clone.root().resolve("scripts/make-container").toString(),
                        lxcPath.toString(),
                        name,
                        root.toString(),
                        privilege.name().toLowerCase(Locale.ROOT),
                        Long.toString(firstId))
                .within(FILES)
                .runOrFail();
        for (String line : more) {
            setConfig(config() + line + "\n");
        }
    }

    private Command lxc(String program, String... more) {
        List<String> line = new ArrayList<>(List.of(program, "-P", lxcPath.toString(), "-n", name));
        line.addAll(List.of(more));
        return Command.of(line.toArray(String[]::new));
    }

    private static String errors(Path log) throws IOException {
        if (!Files.exists(log)) {
            return "";
        }
        try (var lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.contains("ERROR")).collect(Collectors.joining("\n"));
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a container boots", e);
        }
    }
}
