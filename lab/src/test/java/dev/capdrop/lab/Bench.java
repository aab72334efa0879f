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
///
/// Each JVM takes the first place that no other one of this machine has. The number of the place is
/// in the names of its containers, since cgroups are called by them, and gives them user ids of
/// their own, since the kernel counts keys for each user (`kernel.keys.maxkeys`).
public final class Bench {
    private static final Path HOME = Path.of("/var/lib/capdrop-lab");

    /// As many as `scripts/setup` delegates ids for.
    private static final int PLACES = 10;

    /// The ids from here on are those that Debian gives to containers.
    public static final long FIRST_ID = 100_000;

    private static final long IDS = 65_536;

    private final int place;
    private final Path folder;
    private final Path trees;
    private final FileChannel lockFile;
    private final FileLock lock;
    private final AtomicInteger made = new AtomicInteger();

    private Bench(int place, Path folder, FileChannel lockFile, FileLock lock) {
        this.place = place;
        this.folder = folder;
        this.trees = trees(place);
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /// The bench of this JVM.
    public static Bench shared() {
        return Shared.BENCH;
    }

    /// A number that no other bench of this machine has, from 1 on.
    int place() {
        return place;
    }

    /// The host's user and group that are root in this bench's unprivileged containers.
    long firstId() {
        return FIRST_ID + (place - 1) * IDS;
    }

    /// The folder that `--lxc-path` and `lxc-start -P` take.
    public Path lxcPath() {
        return folder;
    }

    /// A folder for programs that the commands of every test here find first.
    Path programs() {
        return trees.resolve("programs");
    }

    /// Makes a container that is not started yet.
    ///
    /// @param more lines for the end of its configuration
    public LabContainer make(Suite suite, Privilege privilege, String... more) throws IOException {
        return make(RootTarball.of(suite), privilege, more);
    }

    /// The same with a root directory of its own, on the disk itself: what a file lies on is known.
    LabContainer makeOnDisk(Suite suite, Privilege privilege) throws IOException {
        return makeOnDisk(RootTarball.of(suite), privilege);
    }

    /// The same from another packed root; an engine inside lays its own overlays only on such a
    /// one.
    LabContainer makeOnDisk(Path tarball, Privilege privilege) throws IOException {
        return from(tarball, privilege);
    }

    /// The same from another packed root.
    public LabContainer make(Path tarball, Privilege privilege, String... more) throws IOException {
        return from(unpacked(tarball, privilege), privilege, more);
    }

    private LabContainer from(Path root, Privilege privilege, String... more) throws IOException {
        LabContainer container =
                new LabContainer(folder, "lab-" + place + "-" + made.incrementAndGet());
        container.make(root, privilege, firstId(), List.of(more));
        return container;
    }

    /// A root directory that all containers of this bench share, each below an overlay of its own:
    /// unpacking costs more than a boot.
    synchronized Path unpacked(Path tarball, Privilege privilege) throws IOException {
        String name = tarball.getFileName() + "-" + privilege;
        LabContainer tree = new LabContainer(trees, name);
        if (!Files.exists(tree.rootfs())) {
            tree.make(tarball, privilege, firstId(), List.of());
        }
        return tree.rootfs();
    }

    private static Bench open() throws IOException {
        Files.createDirectories(HOME);
        for (int place = 1; place <= PLACES; place++) {
            Path folder = Files.createDirectories(HOME.resolve(Integer.toString(place)));
            FileChannel lockFile = openLock(folder);
            FileLock lock = lockFile.tryLock();
            if (lock != null) {
                // A run holds the lock as long as it lives, however it ends.
                removeContainers(folder);
                removeContainers(Files.createDirectories(trees(place)));
                Bench bench = new Bench(place, folder, lockFile, lock);
                Runtime.getRuntime().addShutdownHook(new Thread(bench::close, "lab bench"));
                return bench;
            }
            lockFile.close();
        }
        throw new IOException(
                "all %d places below %s are taken by other runs".formatted(PLACES, HOME));
    }

    private static FileChannel openLock(Path folder) throws IOException {
        return FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /// Not below the folder, where capdrop looks for containers.
    private static Path trees(int place) {
        return HOME.resolve(place + "-trees");
    }

    private static void removeContainers(Path folder) throws IOException {
        for (Path container : folders(folder)) {
            new LabContainer(folder, container.getFileName().toString()).close();
        }
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
            removeContainers(folder);
            removeContainers(trees);
            lock.release();
            lockFile.close();
        } catch (IOException e) {
            System.err.println("lab: cannot remove what is in " + folder + ": " + e);
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
