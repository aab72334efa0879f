package dev.capdrop.linux.proc;

import dev.capdrop.core.runtime.NspawnCommand;
import dev.capdrop.core.runtime.NspawnCommand.NspawnService;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the machine whose PID 1 is the child of a process of systemd-nspawn.
///
/// Source: systemd-nspawn(1), `--machine=`, `--keep-unit`; systemd's control groups, in which the
/// service of a machine has its name; systemd-machined, which keeps a file of root's for each
/// machine that has told it its name (`machine_save`).
final class NspawnMonitor {
    private static final String PROGRAM = "systemd-nspawn";
    private static final String NAME = "[A-Za-z0-9._-]{1,64}";

    static final Path REGISTERED = Path.of("/run/systemd/machines");

    private NspawnMonitor() {}

    /// Returns the machine; null where the process is no systemd-nspawn, or only that knows the
    /// machine's name.
    static @Nullable ContainerId machine(Path directory, String init, Path registered)
            throws IOException {
        // one that was upgraded since runs on
        String program = Files.readSymbolicLink(directory.resolve("exe")).toString();
        if (!program.replace(" (deleted)", "").endsWith("/" + PROGRAM)) {
            return null;
        }
        List<String> words = List.of(ProcessTable.text(directory.resolve("cmdline")).split("\0"));
        String said = said(words);
        String name = said.matches(NAME) ? said : registered(init, registered);
        if (name.isEmpty()) {
            return null;
        }
        boolean service =
                ProcessTable.text(directory.resolve("cgroup"))
                        .contains("/" + NspawnService.unit(name));
        String pid = String.valueOf(directory.getFileName());
        return RuntimeKind.NSPAWN.container(
                name,
                service ? "/etc/systemd/nspawn/" + name + ".nspawn" : "/proc/" + pid + "/cmdline");
    }

    /// Returns the name on the command line; an ephemeral machine adds a random word to it.
    private static String said(List<String> words) {
        NspawnCommand.Place place = NspawnCommand.parse(words).place();
        boolean ephemeral =
                NspawnCommand.options(words).stream()
                        .anyMatch(option -> option.name().equals("ephemeral"));
        return ephemeral && place.machine() == null ? "" : place.name();
    }

    /// Returns the registered name, where the command line has none: `cd /srv/web &&
    /// systemd-nspawn`, or an ephemeral machine.
    private static String registered(String init, Path registered) throws IOException {
        if (!Files.isDirectory(registered)) {
            return "";
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(registered)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.matches(NAME)
                        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        && ProcessTable.text(file).lines().anyMatch(("LEADER=" + init)::equals)) {
                    return name;
                }
            }
        }
        return "";
    }
}
