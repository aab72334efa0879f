package dev.capdrop.linux.offline;

import dev.capdrop.core.boot.ForeseenBoot;
import dev.capdrop.core.boot.Surroundings;
import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Host;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Isolation;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.unit.BootUnits;
import dev.capdrop.linux.bus.Deadline;
import dev.capdrop.linux.machine.InitFacts;
import dev.capdrop.linux.machine.KernelFacts;
import dev.capdrop.linux.machine.RootMachine;
import dev.capdrop.linux.program.ProgramReader;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.snapshot.SnapshotReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a container that does not run: its root directory, and the configuration where there is
/// one. Nothing of it is executed.
public final class OfflineReader {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final String INIT = "/sbin/init";

    private final ContainerId container;
    private final Path directory;
    private final Confinement confinement;

    /// What the container will be started with.
    ///
    /// @param configuration the text of its configuration; null when there is none
    /// @param isolation what the runtime gives it beside its capabilities
    /// @param bounding PID 1's bounding set
    /// @param assumptions what is taken for granted because no configuration says it, one sentence
    ///   each
    public record Confinement(
            @Nullable ConfigurationText configuration,
            Isolation isolation,
            CapabilitySet bounding,
            List<String> assumptions) {
        public Confinement {
            assumptions = List.copyOf(assumptions);
        }
    }

    /// @param directory its root directory on this host
    public OfflineReader(ContainerId container, Path directory, Confinement confinement) {
        this.container = container;
        this.directory = directory;
        this.confinement = confinement;
    }

    /// Everything that its files tell.
    ///
    /// @throws IOException when the directory cannot be opened
    public Snapshot read() throws IOException {
        Instant takenAt = Instant.now();
        Host host = SnapshotReader.host();
        List<String> problems = new ArrayList<>(confinement.assumptions());
        try (SafeRoot root = SafeRoot.of(directory)) {
            Systemd systemd = systemd(root, host, problems);
            Programs programs =
                    systemd == null
                            ? null
                            : new ProgramReader(root, Deadline.in(PATIENCE), problems)
                                    .read(systemd.units());
            return new Snapshot(
                    takenAt,
                    container,
                    host,
                    confinement.configuration(),
                    init(takenAt),
                    systemd,
                    confinement.isolation(),
                    programs,
                    problems);
        }
    }

    private Init init(Instant takenAt) {
        return new Init(0, takenAt, unprivileged(), confinement.bounding(), false);
    }

    private boolean unprivileged() {
        return confinement.isolation().rootUid() != 0;
    }

    private @Nullable Systemd systemd(SafeRoot root, Host host, List<String> problems)
            throws IOException {
        InstalledSystemd installed = InstalledSystemd.of(root);
        if (installed == null) {
            problems.add("'" + directory + "' has no systemd as /sbin/init");
            return null;
        }
        UnitSource source = UnitSource.beforeBoot(root, host, installed);
        BootUnits boot = BootUnits.of(source.loader(), source.facts(), "default.target");
        problems.addAll(source.problems());
        problems.addAll(boot.problems());
        try (RootMachine machine = RootMachine.open(initFacts(installed.version()), root)) {
            return ForeseenBoot.of(
                    boot,
                    new Surroundings(installed.version(), source.facts(), machine, unprivileged()));
        }
    }

    private InitFacts initFacts(String systemdVersion) throws IOException {
        String status = Files.readString(Path.of("/proc/self/status"));
        return new InitFacts(
                confinement.bounding(),
                unprivileged(),
                List.of(INIT),
                systemdVersion,
                "lxc",
                configured("cpus") || configured("cores") ? null : KernelFacts.allowedCpus(status),
                configured("memory"));
    }

    /// Whether the configuration has a key with this word in it, whatever it says.
    private boolean configured(String word) {
        ConfigurationText configuration = confinement.configuration();
        return configuration != null && configuration.text().contains(word);
    }
}
