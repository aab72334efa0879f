package dev.capdrop.lab;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/// Whether this kernel reports capability checks by its tracepoint, as Linux 6.14 does. Each lane
/// has tracefs mounted; a host inside a container has to mount it for itself.
public final class CheckReports {
    static final Path TRACEFS = Path.of("/sys/kernel/tracing");

    private CheckReports() {}

    static boolean come() {
        return Files.exists(TRACEFS.resolve("events/capability/cap_capable"));
    }

    /// Skips a test where they do not come.
    public static void assume() {
        assumeTrue(come(), "this kernel does not report capability checks (Linux 6.14 does)");
    }
}
