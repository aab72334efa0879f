package dev.capdrop.linux.store;

import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.HostFile;
import module java.base;

final class ConfigFile {
    /// A limit of ours; liblxc knows none.
    private static final int MAX_BYTES = 16 << 20;

    static byte[] read(Descriptor file) throws IOException {
        Libc.FileStatus status = Libc.fstat(file);
        if (!status.regular()) {
            throw new IOException("it is no regular file");
        }
        Libc.lseek(file, 0);
        byte[] bytes = HostFile.Bounded.readOrNothing(file, MAX_BYTES, status.size());
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
