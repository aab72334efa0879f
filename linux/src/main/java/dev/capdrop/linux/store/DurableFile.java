package dev.capdrop.linux.store;

import dev.capdrop.linux.time.Errand;
import module java.base;

/// Replaces a file as a whole: after a crash at any moment it is the old one or the new one. The
/// content reaches the disk in a temporary file, which then takes the name (rename(2), fsync(2)).
final class DurableFile {
    static final String SUFFIX = ".capdrop-tmp";
    static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path target;
    private final Path folder;
    private final Path temporary;

    DurableFile(Path target) {
        this(target, hidden(target));
    }

    /// @param temporary a free name in the folder of `target`, which is no link
    DurableFile(Path target, Path temporary) {
        this.target = target;
        this.folder = Objects.requireNonNull(target.getParent());
        this.temporary = temporary;
    }

    /// Returns the usual temporary file: what a killed process has left there is overwritten by the
    /// next change, and liblxc never includes it, since it does not end in `.conf`.
    static Path hidden(Path target) {
        return target.resolveSibling("." + target.getFileName() + SUFFIX);
    }

    /// @param create makes the temporary file, with the mode and owner that the file is to have
    /// @param put lets the complete file take the name, usually [#rename]
    void replace(byte[] content, Errand.With<Path> create, Errand.With<DurableFile> put)
            throws IOException {
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

    private void prepare(byte[] content, Errand.With<Path> create, Errand.With<DurableFile> put)
            throws IOException {
        Files.deleteIfExists(temporary);
        try {
            create.take(temporary);
            fill(content);
            put.take(this);
        } catch (IOException | RuntimeException failed) {
            removeTemporary(failed);
            throw failed;
        }
    }

    /// Replaces a file that only its owner may read, or makes it, as [Failure#of] tells.
    static void write(Path file, byte[] content, String doing) throws IOException {
        try {
            new DurableFile(file)
                    .replace(
                            content,
                            temporary -> Files.createFile(temporary, PRIVATE),
                            DurableFile::rename);
        } catch (IOException failed) {
            throw Failure.of(doing, file, failed, "");
        }
    }

    void rename() throws IOException {
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }

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
        Set<OpenOption> how =
                Set.of(
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        LinkOption.NOFOLLOW_LINKS);
        try (FileChannel channel = FileChannel.open(temporary, how)) {
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
