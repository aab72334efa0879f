package dev.capdrop.linux.proc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// The kernel's settings, as sysctl(8) shows them.
///
/// Source: proc_sys(5).
public final class Sysctl {
    private static final Path ALL = Path.of("/proc/sys");
    private static final int SIZE = 4096;

    private Sysctl() {}

    /// Returns the value of a setting. It is read in one go: a second read of a number finds
    /// nothing (`do_proc_dointvec()` in kernel/sysctl.c), and `Files.readString` begins with a
    /// single byte.
    ///
    /// @param name as in `fs/inotify/max_user_instances`
    /// @throws IOException also where this kernel has no such setting
    public static String value(String name) throws IOException {
        try (InputStream in = Files.newInputStream(ALL.resolve(name))) {
            return new String(in.readNBytes(SIZE), ISO_8859_1).strip();
        }
    }
}
