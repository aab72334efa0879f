package dev.capdrop.linux.snapshot;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.boot.BootUnits;
import dev.capdrop.core.boot.ForecastBoot;
import dev.capdrop.core.container.LxcSettings;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.Engines;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.HostMachine;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.linux.engine.EngineReader;
import dev.capdrop.linux.machine.LiveMachine.InitFacts;
import dev.capdrop.linux.machine.LiveMachine.KernelFacts;
import dev.capdrop.linux.machine.RootMachine;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.runtime.HostRuntime.ConfiguredRoot;
import dev.capdrop.linux.scan.ProgramReader;
import dev.capdrop.linux.time.Deadline;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Reads a stopped container's root directory and configuration, without executing any of it.
public final class OfflineReader {
    private static final Pattern UNIT = Pattern.compile("(?:systemd\\.|--)unit=(.+)");

    private static final List<String> CPU_LIMITS =
            List.of("lxc.cgroup2.cpuset.cpus", "lxc.cgroup.cpuset.cpus");
    private static final List<String> MEMORY_LIMITS =
            List.of("lxc.cgroup2.memory.max", "lxc.cgroup.memory.limit_in_bytes");

    private final Subject subject;
    private final HostMachine host;
    private final ConfiguredRoot configuredRoot;
    private final Confinement confinement;
    private final LxcSettings settings;

    /// The conditions that the container will be started with.
    ///
    /// @param configuration the text of its configuration; null when there is none
    /// @param init the program of PID 1 and its arguments
    /// @param mounted the absolute paths of the configuration's mounts; `/dev` also where it
    ///   changes its content otherwise
    /// @param assumptions what is taken for granted because nothing says it, one sentence each
    public record Confinement(
            @Nullable ConfigurationText configuration,
            Snapshot.Isolation isolation,
            CapabilitySet bounding,
            List<String> init,
            List<String> mounted,
            List<String> assumptions) {
        public Confinement {
            init = List.copyOf(init);
            mounted = List.copyOf(mounted);
            assumptions = List.copyOf(assumptions);
        }
    }

    /// @param directory the container's root directory on it
    public OfflineReader(
            Subject subject, HostMachine host, Path directory, Confinement confinement) {
        this(subject, host, new ConfiguredRoot.Directory(directory), confinement);
    }

    OfflineReader(Subject subject, HostMachine host, ConfiguredRoot root, Confinement confinement) {
        this.subject = subject;
        this.host = host;
        this.configuredRoot = root;
        this.confinement = confinement;
        this.settings = ConfigurationText.settings(confinement.configuration(), subject.format());
    }

    /// Returns everything that its files tell, or throws when the directory cannot be opened.
    public Snapshot read() throws IOException {
        return switch (configuredRoot) {
            case ConfiguredRoot.Directory directory -> read(directory.path());
            case ConfiguredRoot.Elsewhere elsewhere ->
                    snapshot(Instant.now(), null, null, List.of(elsewhere.why()));
        };
    }

    private Snapshot read(Path directory) throws IOException {
        Instant takenAt = Instant.now();
        List<String> problems = new ArrayList<>(confinement.assumptions());
        try (SafeRoot root = SafeRoot.of(directory)) {
            Deadline deadline = Deadline.atLeast(Duration.ofSeconds(15));
            root.giveUpAt(deadline);
            Systemd systemd = systemd(root, directory, problems);
            Programs programs =
                    systemd == null
                            ? null
                            : new ProgramReader(root, deadline, problems).read(systemd.units());
            Engines engines =
                    systemd == null ? null : EngineReader.read(root, deadline, programs, mounted());
            return snapshot(takenAt, systemd, programs, problems).with(engines);
        }
    }

    private Snapshot snapshot(
            Instant takenAt,
            @Nullable Systemd systemd,
            @Nullable Programs programs,
            List<String> problems) {
        return Snapshot.of(takenAt, subject, host)
                .with(confinement.configuration())
                .with(init(takenAt))
                .with(systemd)
                .with(confinement.isolation())
                .with(programs)
                .withProblems(problems.stream().distinct().toList());
    }

    private Init init(Instant takenAt) {
        return new Init(0, takenAt, unprivileged(), confinement.bounding(), false);
    }

    private boolean unprivileged() {
        return confinement.isolation().rootUid() != 0;
    }

    private @Nullable Systemd systemd(SafeRoot root, Path directory, List<String> problems)
            throws IOException {
        InstalledSystemd installed =
                InstalledSystemd.of(root, confinement.init().getFirst(), problems);
        if (installed == null) {
            problems.add("'" + directory + "' has no systemd as " + confinement.init().getFirst());
            return null;
        }
        UnitSource source = UnitSource.beforeBoot(root, host, installed);
        Set<String> mounted = mounted();
        BootUnits boot =
                BootUnits.of(source.loader(), source.facts(), target(), source.onBus(), mounted);
        problems.addAll(source.problems());
        problems.addAll(boot.problems());
        try (RootMachine machine =
                RootMachine.open(
                        initFacts(installed.version()),
                        root,
                        confinement.mounted(),
                        settings.values("lxc.mount.auto"))) {
            return ForecastBoot.of(
                    boot,
                    new ForecastBoot.Surroundings(
                            installed.version(),
                            source.facts(),
                            machine,
                            unprivileged(),
                            mounted,
                            installed.packages().provides(),
                            KernelFacts.fileSystems()));
        }
    }

    private Set<String> mounted() {
        return MountEntry.of(settings).stream()
                .filter(MountEntry::comes)
                .map(MountEntry::place)
                .collect(Collectors.toSet());
    }

    private InitFacts initFacts(String systemdVersion) throws IOException {
        String status = Files.readString(Path.of("/proc/self/status"));
        return new InitFacts(
                confinement.bounding(),
                unprivileged(),
                confinement.init(),
                systemdVersion,
                "lxc",
                limits(CPU_LIMITS) ? null : KernelFacts.allowedCpus(status),
                limits(MEMORY_LIMITS));
    }

    private boolean limits(List<String> keys) {
        return subject.kind().limitsAll()
                || keys.stream().anyMatch(key -> !settings.values(key).isEmpty());
    }

    /// Returns the unit that PID 1 is told to start, by default the default one (systemd(1)).
    private String target() {
        String target = "default.target";
        for (String argument : confinement.init().subList(1, confinement.init().size())) {
            Matcher told = UNIT.matcher(argument);
            target = told.matches() && UnitName.isValid(told.group(1)) ? told.group(1) : target;
        }
        return target;
    }
}
