package dev.capdrop.linux.snapshot;

import static java.util.Objects.requireNonNull;

import dev.capdrop.core.boot.UnitLoader;
import dev.capdrop.core.boot.UnitLoader.LoadedUnit;
import dev.capdrop.core.unit.SystemFacts;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.RootUnitTree;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.root.SafeRoot.HostMounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The units of a container that runs, loaded from its files by the loader for those that do not
/// run; what its generators have made stands in its `/run`.
public final class RunningUnits implements AutoCloseable {
    private final SafeRoot root;
    private final SystemFacts facts;
    private final UnitLoader loader;

    /// @param init the container's PID 1, by the host's number
    public RunningUnits(long init) throws IOException {
        Path proc = Path.of("/proc/" + init);
        int flags = Libc.O_PATH | Libc.O_DIRECTORY;
        try (Descriptor process =
                Libc.openat(Descriptor.WORKING_DIRECTORY, proc.toString(), flags, 0)) {
            root =
                    SafeRoot.ofProcess(
                            process,
                            Files.readString(proc.resolve("mountinfo")),
                            new HostMounts(true, List.of()));
        }
        List<String> problems = new ArrayList<>();
        InstalledSystemd installed =
                requireNonNull(InstalledSystemd.of(root, "/sbin/init", problems));
        facts = RootFacts.read(root, SnapshotReader.host(), installed.number(), problems);
        loader = new UnitLoader(new RootUnitTree(root), installed.loadPath());
    }

    /// What specifiers ask.
    public SystemFacts facts() {
        return facts;
    }

    /// The unit of this name.
    public LoadedUnit load(String name) {
        return loader.load(name);
    }

    @Override
    public void close() throws IOException {
        root.close();
    }
}
