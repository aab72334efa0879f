package dev.capdrop.linux.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/// Replaces a file as a whole: after a crash at any moment it is the old one or the new one.
///
/// The content goes to a temporary file in the same folder, reaches the disk, and only then takes
/// the name; the folder reaches the disk last (rename(2), fsync(2)).
final class DurableFile {
    static final String SUFFIX = ".capdrop-tmp";

    private final Path target;
    private final Path folder;
    private final Path temporary;

    DurableFile(Path target) {
        this(target, hidden(target));
    }

    /// @param target the file itself, not a link to it
    /// @param temporary a name in the same folder, which is free
    DurableFile(Path target, Path temporary) {
        this.target = target;
        this.folder = Objects.requireNonNull(target.getParent());
        this.temporary = temporary;
    }

    /// Returns the usual temporary file. Its name is always the same and does not end in `.conf`,
    /// so that one left by a killed process is overwritten by the next change, and liblxc never
    /// includes it.
    static Path hidden(Path target) {
        return target.resolveSibling("." + target.getFileName() + SUFFIX);
    }

    interface Step {
        void run() throws IOException;
    }

    interface PathStep {
        void run(Path path) throws IOException;
    }

    /// @param create makes the temporary file, with the mode and owner that the file is to have
    /// @param put lets the complete file take the name, usually [#rename]
    void replace(byte[] content, PathStep create, Step put) throws IOException {
        // a pending interrupt would close the first channel that is used
        boolean interrupted = Thread.interrupted();
        try {
            prepare(content, create, put);
            syncFolder(folder);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void prepare(byte[] content, PathStep create, Step put) throws IOException {
        Files.deleteIfExists(temporary);
        try {
            create.run(temporary);
            fill(content);
            put.run();
        } catch (IOException | RuntimeException failed) {
            removeTemporary(failed);
            throw failed;
        }
    }

    /// Replaces a file that only its owner may read, or makes it.
    static void write(Path file, byte[] content) throws IOException {
        DurableFile complete = new DurableFile(file);
        complete.replace(
                content,
                temporary ->
                        Files.createFile(
                                temporary,
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rw-------"))),
                complete::rename);
    }

    void rename() throws IOException {
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Removes leftovers of killed processes in a folder where no replacement is under way.
    static void removeLeftovers(Path folder) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, ".*" + SUFFIX)) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        } catch (DirectoryIteratorException failed) {
            throw failed.getCause();
        }
    }

    private void fill(byte[] content) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        temporary,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
    }

    private void removeTemporary(Exception failed) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException alsoFailed) {
            failed.addSuppressed(alsoFailed);
        }
    }

    static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
