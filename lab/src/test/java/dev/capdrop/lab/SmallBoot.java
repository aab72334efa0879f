package dev.capdrop.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A boot of half a second: systemd, D-Bus, one unit that fails, and what a test adds. For tests
/// with many restarts.
final class SmallBoot {
    private static final String SYSTEM = "/etc/systemd/system/";
    private static final String EARLY = "[Unit]\nDefaultDependencies=no\n";

    private SmallBoot() {}

    /// Makes a container of a bench, not started yet, that has no more than that.
    ///
    /// @param more lines for the end of its configuration
    static LabContainer make(Bench bench, Suite suite, Privilege privilege, String... more)
            throws IOException {
        LabContainer container = bench.make(suite, privilege, more);
        of(container);
        return container;
    }

    /// Leaves a container, not started yet, no more than that.
    ///
    /// @param services what it starts besides
    static void of(LabContainer container, String... services) throws IOException {
        of(container.rootfs(), "sys-kernel-debug.mount " + String.join(" ", services));
    }

    /// Leaves a root directory without the unit that fails.
    ///
    /// @param units what it starts besides, with spaces between them
    static void of(Path root, String units) throws IOException {
        for (String unit : List.of("dbus.service", "dbus.socket")) {
            addLines(root, unit, EARLY);
        }
        String target = "small.target";
        write(root, target, EARLY + "Wants=dbus.service " + units + "\n");
        Path link = root.resolve(SYSTEM.substring(1) + "default.target");
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of(target));
        leaveKeyrings(root);
    }

    /// Puts a service into a root directory that such a boot can start.
    ///
    /// @param lines of its `[Service]`
    static void service(Path root, String unit, String... lines) throws IOException {
        write(root, unit, EARLY + "[Service]\n" + String.join("\n", lines) + "\n");
    }

    /// The kernel removes a user's keyring some time after its last process: among hundreds of
    /// restarts there is one that comes right then, whose mount or service fails of ENOKEY (exit
    /// status 237, KEYRING).
    private static void leaveKeyrings(Path root) throws IOException {
        addLines(root, "mount", "[Mount]\nKeyringMode=inherit\n");
        addLines(root, "service", "[Service]\nKeyringMode=inherit\n");
    }

    private static void addLines(Path root, String unit, String lines) throws IOException {
        write(root, unit + ".d/small.conf", lines);
    }

    private static void write(Path root, String unit, String text) throws IOException {
        LabContainer.write(root, SYSTEM + unit, text, "rw-r--r--");
    }
}
