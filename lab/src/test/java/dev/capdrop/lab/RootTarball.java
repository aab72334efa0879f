package dev.capdrop.lab;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The root directories of Debian's releases, packed, made by mmdebstrap and kept between runs.
///
/// They are kept in `.cache/lab` of the clone, which git ignores, for two weeks each.
final class RootTarball {
    private static final String PACKAGES = "systemd,systemd-sysv,dbus,iproute2,libcap2-bin,procps";
    private static final Duration KEPT = Duration.ofDays(14);
    private static final Duration MAKING = Duration.ofMinutes(10);

    private RootTarball() {}

    /// The tarball of a release, made now where there is none.
    ///
    /// @throws AssertionError when mmdebstrap fails, with what it said
    static Path of(Suite suite) throws IOException {
        Path folder = Files.createDirectories(Clone.root().resolve(".cache/lab"));
        Path tarball = folder.resolve(name(suite));
        try (FileChannel channel = openLock(folder.resolve(suite.codename() + ".lock"));
                FileLock lock = channel.lock()) {
            if (!lock.isValid() || !isFresh(tarball)) {
                make(suite, tarball);
            }
        }
        return tarball;
    }

    /// Another list of packages is another file.
    private static String name(Suite suite) {
        return suite.codename() + "-" + Integer.toHexString(PACKAGES.hashCode()) + ".tar";
    }

    private static FileChannel openLock(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static boolean isFresh(Path tarball) throws IOException {
        return Files.exists(tarball)
                && Files.getLastModifiedTime(tarball)
                        .toInstant()
                        .isAfter(Instant.now().minus(KEPT));
    }

    /// Under another name first: an interrupted download leaves no half tarball behind.
    private static void make(Suite suite, Path tarball) throws IOException {
        System.err.println("lab: making a Debian " + suite.codename() + " root (20 s or so) ...");
        Path unfinished = tarball.resolveSibling(suite.codename() + ".unfinished");
        Files.deleteIfExists(unfinished);
        new Command(line(suite, unfinished), Path.of("/dev/null"), java.util.Map.of(), MAKING)
                .runOrFail();
        Files.move(unfinished, tarball, StandardCopyOption.ATOMIC_MOVE);
    }

    private static List<String> line(Suite suite, Path target) {
        List<String> line =
                new ArrayList<>(
                        List.of("mmdebstrap", "--mode=root", "--variant=minbase", "--format=tar"));
        line.add("--aptopt=APT::Install-Recommends \"false\"");
        line.add("--include=" + PACKAGES);
        for (String folder : List.of("man", "locale", "doc")) {
            line.add("--dpkgopt=path-exclude=/usr/share/" + folder + "/*");
        }
        line.add(suite.codename());
        line.add(target.toString());
        return line;
    }
}
