package dev.capdrop.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A boot of half a second: systemd, D-Bus, one unit that fails, and what a test adds. For tests
/// with many restarts.
final class SmallBoot {
    private static final String SYSTEM = "/etc/systemd/system/";

    private SmallBoot() {}

    /// Leaves a container, not started yet, no more than that.
    ///
    /// @param services what it starts besides
    static void of(LabContainer container, String... services) throws IOException {
        String early = "[Unit]\nDefaultDependencies=no\n";
        for (String unit : List.of("dbus.service", "dbus.socket")) {
            addLines(container, unit, early);
        }
        String target = "small.target";
        String wants = "Wants=dbus.service sys-kernel-debug.mount " + String.join(" ", services);
        container.write(SYSTEM + target, early + wants + "\n", "rw-r--r--");
        Path link = container.rootfs().resolve(SYSTEM.substring(1) + "default.target");
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of(target));
        leaveKeyrings(container);
    }

    /// The kernel removes a user's keyring some time after its last process: among hundreds of
    /// restarts there is one that comes right then, whose mount or service fails of ENOKEY (exit
    /// status 237, KEYRING).
    private static void leaveKeyrings(LabContainer container) throws IOException {
        addLines(container, "mount", "[Mount]\nKeyringMode=inherit\n");
        addLines(container, "service", "[Service]\nKeyringMode=inherit\n");
    }

    private static void addLines(LabContainer container, String unit, String lines)
            throws IOException {
        String folder = SYSTEM + unit + ".d";
        Files.createDirectories(container.rootfs().resolve(folder.substring(1)));
        container.write(folder + "/small.conf", lines, "rw-r--r--");
    }
}
