package dev.capdrop.linux.perf;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Errno;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.Bounded;
import java.io.IOException;
import java.nio.file.Path;

/// The kernel's descriptions of its tracepoints, in tracefs.
///
/// @param folder where it is mounted
record Tracefs(Path folder) {
    /// Where every distribution mounts it.
    static final Path USUAL = Path.of("/sys/kernel/tracing");

    private static final int LIMIT = 1 << 20;

    /// What the kernel says of the tracepoint that all of this package rests on.
    ///
    /// @throws IOException when tracefs is not mounted, or the kernel has no such tracepoint
    TracepointFormat capabilityChecks() throws IOException {
        if (!mounted()) {
            throw new IOException(
                    "'"
                            + folder
                            + "' is no tracefs, by which the kernel says how it reports capability checks; mount it: mount -t tracefs tracefs "
                            + folder);
        }
        if (!reportsChecks()) {
            throw new IOException(
                    "this kernel does not report capability checks: the tracepoint capability:cap_capable came with Linux 6.14; boot such a kernel to learn");
        }
        return TracepointFormat.parse(read(format()));
    }

    /// Whether it is mounted there.
    boolean mounted() throws IOException {
        return there(folder.resolve("events"));
    }

    /// Whether the kernel has that tracepoint.
    boolean reportsChecks() throws IOException {
        return there(format());
    }

    private Path format() {
        return folder.resolve("events/capability/cap_capable/format");
    }

    private static boolean there(Path path) throws IOException {
        try (Descriptor _ = open(path, Libc.O_PATH)) {
            return true;
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
                return false;
            }
            throw e;
        }
    }

    private static String read(Path file) throws IOException {
        try (Descriptor opened = open(file, Libc.O_RDONLY)) {
            return new String(Bounded.read(opened, file.toString(), LIMIT), UTF_8);
        }
    }

    private static Descriptor open(Path path, int flags) throws ErrnoException {
        return Libc.openat(Descriptor.WORKING_DIRECTORY, path.toString(), flags, 0);
    }
}
