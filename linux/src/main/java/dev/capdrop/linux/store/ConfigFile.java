package dev.capdrop.linux.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/// A configuration's bytes, bounded.
final class ConfigFile {
    /// The largest configuration; liblxc itself knows no limit.
    private static final int MAX_BYTES = 16 << 20;

    private ConfigFile() {}

    static byte[] read(Path file) throws IOException {
        if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
            throw new IOException("it is no regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException("it is larger than 16 MiB");
            }
            return bytes;
        }
    }
}
