package dev.capdrop.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A container whose systemd runs code of its root's choice, beside a file system of its own that
/// gives some bytes to nobody: whoever waits for them waits where SIGKILL may not reach.
///
/// Closing it ends that file system, and lets go whoever waits.
final class SilentPid1 implements AutoCloseable {
    private static final String SERVER = "/silent-files.pl";
    private static final Path SOURCES = Clone.root().resolve("lab/src/test");

    private final LabContainer container;
    private @Nullable Process server;

    /// Its number as the kernel counts connections, the minor number of its device.
    private String connection = "";

    private SilentPid1(LabContainer container) {
        this.container = container;
    }

    /// What its PID 1 does.
    enum Kind {
        /// Runs code that no tracer may read.
        WITHHELD_CODE("/silent/library"),
        /// The same, and has its command line and its environment there, too.
        WITHHELD_ARGUMENTS("/silent/library", "-DARGUMENTS"),
        /// Executes a program that never comes, once it was interrupted in a wait.
        EXECUTES("/trap.so", "-DEXECUTE");

        private final String library;
        private final List<String> defined;

        Kind(String library, String... defined) {
            this.library = library;
            this.defined = List.of(defined);
        }
    }

    /// Makes one that runs.
    static SilentPid1 start(Bench bench, Privilege privilege, Kind kind, String... more)
            throws IOException {
        Path device = bench.lxcPath().resolve("fuse-" + privilege + "-" + kind);
        // one that was killed has left its own
        Files.deleteIfExists(device);
        Command.of("mknod", "-m", "666", device.toString(), "c", "10", "229").runOrFail();
        List<String> lines = new ArrayList<>(List.of(more));
        lines.add("lxc.mount.entry = " + device + " dev/fuse none bind,create=file 0 0");
        LabContainer container =
                SmallBoot.make(bench, Suite.TRIXIE, privilege, lines.toArray(String[]::new));
        SilentPid1 silent = new SilentPid1(container);
        try {
            silent.arm(kind);
            return silent;
        } catch (IOException | RuntimeException | Error e) {
            silent.close();
            throw e;
        }
    }

    private void arm(Kind kind) throws IOException {
        Path library = Files.createTempFile("lab", ".so");
        List<String> compile =
                new ArrayList<>(List.of("gcc", "-O1", "-Wall", "-shared", "-fPIC", "-nostdlib"));
        compile.addAll(kind.defined);
        compile.addAll(
                List.of("-o", library.toString(), SOURCES.resolve("c/pid1-trap.c").toString()));
        Command.of(compile.toArray(String[]::new)).runOrFail();
        container.write(SERVER, Files.readString(SOURCES.resolve("perl" + SERVER)), "rw-r--r--");
        container.write("/trap.so", "", "rwxr-xr-x");
        Files.move(
                library,
                container.rootfs().resolve("trap.so"),
                StandardCopyOption.REPLACE_EXISTING);
        Command.of("chmod", "755", container.rootfs().resolve("trap.so").toString()).runOrFail();
        container.boot();
        List<String> line = new ArrayList<>(container.attaching());
        line.addAll(List.of("/usr/bin/perl", SERVER, "/trap.so"));
        server = new ProcessBuilder(line).inheritIO().start();
        container.attachOrFail("sh", "-c", "until [ -e /silent/library ]; do sleep 0.1; done");
        connection = container.attachOrFail("mountpoint", "-d", "/silent").replaceAll(".*:", "");
        container.write("/etc/ld.so.preload", kind.library + "\n", "rw-r--r--");
        container.attachOrFail("systemctl", "daemon-reexec");
        container.attachOrFail("systemctl", "daemon-reload");
        container.attachOrFail("grep", "-q", kind.library, "/proc/1/maps");
    }

    LabContainer container() {
        return container;
    }

    /// Ends the file system, so that nobody waits for it any more: by its connection, which ends
    /// also where its own program waits (fuse.rst of the kernel, "Control filesystem").
    void release() throws IOException {
        if (connection.isEmpty()) {
            return;
        }
        Path control = Files.createTempDirectory("lab");
        Command.of("mount", "-t", "fusectl", "fusectl", control.toString()).runOrFail();
        try {
            Path abort = control.resolve(connection).resolve("abort");
            if (Files.exists(abort)) {
                Files.writeString(abort, "1");
            }
        } finally {
            Command.of("umount", control.toString()).runOrFail();
            Files.delete(control);
        }
        if (server != null) {
            server.descendants().forEach(ProcessHandle::destroyForcibly);
            server.destroyForcibly();
        }
    }

    @Override
    public void close() throws IOException {
        release();
        container.close();
    }
}
