package dev.capdrop.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/// The unit files of `lab/src/test/curious-units`, which use every way in which systemd puts a unit
/// together: drop-ins of each kind, aliases with drop-ins of their own, templates, masks, resets,
/// continuation lines, specifiers, and files that it refuses.
final class CuriousUnits {
    private CuriousUnits() {}

    /// Puts them into a container that does not run yet; its next boot wants them.
    static void install(LabContainer container) throws IOException {
        Path source = Clone.root().resolve("lab/src/test/curious-units");
        List<Path> found;
        try (Stream<Path> tree = Files.walk(source)) {
            found = tree.toList();
        }
        for (Path one : found) {
            Path path = source.relativize(one);
            Path target = container.rootfs().resolve(path);
            if (Files.isSymbolicLink(one)) {
                Files.createSymbolicLink(target, Files.readSymbolicLink(one));
            } else if (Files.isDirectory(one)) {
                Files.createDirectories(target);
            } else {
                container.write(
                        "/" + path,
                        Files.readString(one),
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(one)));
            }
        }
    }
}
