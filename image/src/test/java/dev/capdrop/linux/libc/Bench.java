package dev.capdrop.linux.libc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A folder for one sentence, gone afterwards.
final class Bench implements AutoCloseable {
    final Path folder;

    Bench() throws IOException {
        folder = Files.createTempDirectory("kernel");
    }

    /// Opens a file in it, which is made.
    Descriptor file(String name) throws IOException {
        return Libc.openat(
                Descriptor.WORKING_DIRECTORY,
                folder + "/" + name,
                Libc.O_RDWR | Libc.O_CREAT,
                0600);
    }

    @Override
    public void close() throws IOException {
        try (var below = Files.walk(folder)) {
            List<Path> deepestFirst = below.sorted((a, b) -> b.compareTo(a)).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        }
    }
}
