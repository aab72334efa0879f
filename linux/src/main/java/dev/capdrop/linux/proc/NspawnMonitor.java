package dev.capdrop.linux.proc;

import dev.capdrop.core.nspawn.NspawnCommand;
import dev.capdrop.core.nspawn.NspawnService;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a process of systemd-nspawn tells of the machine whose PID 1 is its child.
///
/// Source: systemd-nspawn(1), `--machine=`, `--keep-unit`; systemd's control groups, in which the
/// service of a machine is called by it.
final class NspawnMonitor {
    private static final String PROGRAM = "systemd-nspawn";
    private static final String NAME = "[A-Za-z0-9._-]{1,64}";

    private NspawnMonitor() {}

    /// The machine; null where the process is no systemd-nspawn, or where only it knows how the
    /// machine is called.
    ///
    /// @param directory the process' own in /proc
    static @Nullable ContainerId machine(Path directory) throws IOException {
        // one that was upgraded since runs on
        String program = Files.readSymbolicLink(directory.resolve("exe")).toString();
        if (!program.replace(" (deleted)", "").endsWith("/" + PROGRAM)) {
            return null;
        }
        List<String> words = List.of(text(directory.resolve("cmdline")).split("\0"));
        String name = NspawnCommand.parse(words).place().name();
        if (!name.matches(NAME)) {
            return null;
        }
        boolean service =
                text(directory.resolve("cgroup")).contains("/" + NspawnService.unit(name));
        String pid = String.valueOf(directory.getFileName());
        return RuntimeKind.NSPAWN.container(
                name,
                service ? "/etc/systemd/nspawn/" + name + ".nspawn" : "/proc/" + pid + "/cmdline");
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
