package dev.capdrop.lab;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// The place where a test run's containers are made: a folder of its own, which liblxc is told of
/// with `-P`.
///
/// It is below /var/lib because the container's root user must be able to walk there, which it
/// cannot below somebody's home. What is in it goes away with this JVM, and what a killed run has
/// left there goes away when the next one begins.
public final class Bench {
    private static final Path HOME = Path.of("/var/lib/capdrop-lab");

    private final Path folder;
    private final FileChannel lockFile;
    private final FileLock lock;
    private final AtomicInteger made = new AtomicInteger();

    private Bench(Path folder, FileChannel lockFile, FileLock lock) {
        this.folder = folder;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /// The bench of this JVM.
    public static Bench shared() {
        return Shared.BENCH;
    }

    /// The folder that `--lxc-path` and `lxc-start -P` take.
    public Path lxcPath() {
        return folder;
    }

    /// Makes a container that is not started yet.
    ///
    /// @param more lines for the end of its configuration
    public LabContainer make(Suite suite, Privilege privilege, String... more) throws IOException {
        return make(RootTarball.of(suite), privilege, more);
    }

    /// The same from another packed root.
    LabContainer make(Path tarball, Privilege privilege, String... more) throws IOException {
        // The name is part of a cgroup's path, which all benches of this machine share.
        String name = "lab-" + ProcessHandle.current().pid() + "-" + made.incrementAndGet();
        LabContainer container = new LabContainer(folder, name);
        container.unpack(tarball, privilege, List.of(more));
        return container;
    }

    private static Bench open() throws IOException {
        Files.createDirectories(HOME);
        for (Path left : folders(HOME)) {
            removeIfAbandoned(left);
        }
        Path folder = HOME.resolve("run-" + ProcessHandle.current().pid());
        Files.createDirectories(folder);
        FileChannel lockFile = openLock(folder);
        Bench bench = new Bench(folder, lockFile, lockFile.lock());
        Runtime.getRuntime().addShutdownHook(new Thread(bench::close, "lab bench"));
        return bench;
    }

    /// A run holds the lock of its folder as long as it lives, however it ends.
    private static void removeIfAbandoned(Path left) throws IOException {
        try (FileChannel channel = openLock(left);
                FileLock abandoned = channel.tryLock()) {
            if (abandoned != null) {
                System.err.println("lab: removing what a killed run has left in " + left);
                remove(left);
            }
        }
    }

    private static FileChannel openLock(Path folder) throws IOException {
        return FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static void remove(Path folder) throws IOException {
        for (Path container : folders(folder)) {
            new LabContainer(folder, container.getFileName().toString()).close();
        }
        Command.of("rm", "-rf", "--one-file-system", folder.toString()).runOrFail();
    }

    private static List<Path> folders(Path parent) throws IOException {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, Files::isDirectory)) {
            entries.forEach(folders::add);
        }
        return folders;
    }

    private void close() {
        try {
            remove(folder);
            lock.release();
            lockFile.close();
        } catch (IOException e) {
            System.err.println("lab: cannot remove " + folder + ": " + e);
        }
    }

    /// Opened when it is first asked for, by whichever test is first.
    private static final class Shared {
        static final Bench BENCH = openOrFail();

        private static Bench openOrFail() {
            try {
                return open();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException("cannot open the bench in " + HOME, e);
            }
        }
    }
}
