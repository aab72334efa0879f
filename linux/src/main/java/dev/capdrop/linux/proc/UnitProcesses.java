package dev.capdrop.linux.proc;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.ThreadStatus;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Sums up the capabilities of a container's processes, by unit.
///
/// Processes in the pid namespace of the container's init count; those in a namespace below are not
/// the unit's own.
public final class UnitProcesses {
    private UnitProcesses() {}

    /// Returns the union of the permitted sets of each unit's processes (capabilities(7)).
    ///
    /// @throws IOException when the container is gone, or /proc cannot be read
    public static Map<String, CapabilitySet> held(ContainerInit init) throws IOException {
        String namespace = init.link("ns/pid");
        String home = init.read("cgroup");
        Map<String, CapabilitySet> held = new HashMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
            for (Path entry : entries) {
                add(entry, namespace, home, held);
            }
        } catch (DirectoryIteratorException failed) {
            throw failed.getCause();
        }
        return held;
    }

    private static void add(
            Path entry, String namespace, String home, Map<String, CapabilitySet> held) {
        try {
            if (!ProcessTable.namespace(entry).equals(namespace)) {
                return;
            }
            String unit = UnitCgroup.unit(ProcessTable.text(entry.resolve("cgroup")), home);
            ThreadStatus status = ThreadStatus.parse(ProcessTable.text(entry.resolve("status")));
            held.merge(unit, status.capabilities().permitted(), CapabilitySet::union);
        } catch (IOException | IllegalArgumentException endedMeanwhile) {
            // it holds nothing any more
        }
    }
}
