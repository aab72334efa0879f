package dev.capdrop.linux.runtime;

import dev.capdrop.linux.proc.ProcStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Tells what this process may do on this host.
public final class Privilege {
    private Privilege() {}

    /// Whether the effective user is root, whatever its name and whoever started the program
    /// (credentials(7)).
    public static boolean root() throws IOException {
        return root(Files.readString(Path.of("/proc/self/status")));
    }

    static boolean root(String status) {
        return ProcStatus.parse(status).uid() == 0;
    }
}
