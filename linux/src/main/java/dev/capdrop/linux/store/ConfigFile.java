package dev.capdrop.linux.store;

import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.HostFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/// Reads a configuration's bytes, within a limit.
final class ConfigFile {
    /// The largest configuration; liblxc itself knows no limit.
    private static final int MAX_BYTES = 16 << 20;

    private static final int CHUNK = 64 << 10;

    private ConfigFile() {}

    /// Reads a file, opened by its folder and name, from its beginning.
    static byte[] read(Descriptor file) throws IOException {
        if (!Libc.fstat(file).regular()) {
            throw new IOException("it is no regular file");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        Libc.lseek(file, 0);
        for (int n = Libc.read(file, chunk, 0, CHUNK);
                n > 0;
                n = Libc.read(file, chunk, 0, CHUNK)) {
            bytes.write(chunk, 0, n);
            if (bytes.size() > MAX_BYTES) {
                throw new IOException("it is larger than 16 MiB");
            }
        }
        return bytes.toByteArray();
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
