package dev.capdrop.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// This clone's `lab/stand-in/pmxcfs`, mounted: a folder with pmxcfs's refusals.
final class StandInPmxcfs implements AutoCloseable {
    private final Path mountpoint;
    private final Path backing;
    private final Process process;
    private final List<ProcessHandle> left = new ArrayList<>();

    private StandInPmxcfs(Path mountpoint, Path backing, Process process) {
        this.mountpoint = mountpoint;
        this.backing = backing;
        this.process = process;
    }

    /// Why none can be mounted here; empty when one can.
    static String obstacle() {
        if (!Files.isWritable(Path.of("/dev/fuse"))) {
            return "/dev/fuse is not there";
        }
        Command.Result library = Command.of("perl", "-MFuse", "-e", "1").run();
        return library.exit() == 0 ? "" : "Debian's package libfuse-perl is not installed";
    }

    /// Mounts one at `pve` below a folder, for the node `lab`.
    static StandInPmxcfs mountIn(Path folder) throws IOException {
        Path mountpoint = Files.createDirectories(folder.resolve("pve"));
        Path backing = Files.createDirectories(folder.resolve("backing"));
        Process process =
                new ProcessBuilder(
                                Clone.root().resolve("lab/stand-in/pmxcfs").toString(),
                                mountpoint.toString(),
                                backing.toString(),
                                "lab")
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("pmxcfs.log").toFile())
                        .start();
        StandInPmxcfs mounted = new StandInPmxcfs(mountpoint, backing, process);
        mounted.await();
        return mounted;
    }

    private void await() throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.isSymbolicLink(mountpoint.resolve("local"))) {
            if (!process.isAlive() || System.nanoTime() > end) {
                Path log = mountpoint.resolveSibling("pmxcfs.log");
                throw new AssertionError("the stand-in is not mounted: " + Files.readString(log));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    /// Takes the cluster's quorum away.
    void loseQuorum() throws IOException {
        Files.createFile(backing.resolveSibling(backing.getFileName() + ".noquorum"));
    }

    /// Gives it back.
    void regainQuorum() throws IOException {
        Files.delete(backing.resolveSibling(backing.getFileName() + ".noquorum"));
    }

    /// What it sees when the process that started it is killed.
    void abandon() throws IOException {
        process.getOutputStream().close();
        process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }

    /// Kills it, as a crash does: the mount stays, and every look at it gives ENOTCONN.
    void kill() {
        // what would unmount it now is its child
        process.descendants().forEach(child -> signal("STOP", child.pid()));
        process.descendants().forEach(left::add);
        process.destroyForcibly().onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }

    private static void signal(String name, long pid) {
        Command.of("kill", "-" + name, Long.toString(pid)).runOrFail();
    }

    /// Stops it: the mount stays, and no look at it comes back.
    void freeze() {
        signal("STOP", process.pid());
    }

    /// Ends it, as `systemctl stop pve-cluster` would: what is left is an empty folder.
    void unmount() {
        if (process.isAlive()) {
            Command.of("umount", mountpoint.toString()).runOrFail();
            process.onExit().join();
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            signal("CONT", process.pid());
        }
        unmount();
        left.forEach(ProcessHandle::destroyForcibly);
        // what a killed one has left; there is none otherwise
        Command.of("umount", "--lazy", mountpoint.toString()).run();
    }
}
