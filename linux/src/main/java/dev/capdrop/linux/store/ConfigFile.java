package dev.capdrop.linux.store;

import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.FileStatus;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.Bounded;
import dev.capdrop.linux.root.HostFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/// Reads a configuration's bytes, within a limit.
final class ConfigFile {
    /// The largest configuration; liblxc itself knows no limit.
    private static final int MAX_BYTES = 16 << 20;

    private ConfigFile() {}

    /// Reads a file, opened by its folder and name, from its beginning.
    static byte[] read(Descriptor file) throws IOException {
        FileStatus status = Libc.fstat(file);
        if (!status.regular()) {
            throw new IOException("it is no regular file");
        }
        Libc.lseek(file, 0);
        byte[] bytes = Bounded.readOrNothing(file, MAX_BYTES, status.size());
        if (bytes == null) {
            throw new IOException("it is larger than 16 MiB");
        }
        return bytes;
    }

    static void requireContent(byte[] content, byte[] expected, String shown)
            throws ConfigStore.ChangedException {
        if (!Arrays.equals(content, expected)) {
            throw new ConfigStore.ChangedException(shown);
        }
    }

    static byte[] read(Path file) throws IOException {
        return HostFile.read(file, MAX_BYTES);
    }
}
