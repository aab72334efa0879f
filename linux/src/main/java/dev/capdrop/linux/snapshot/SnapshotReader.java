package dev.capdrop.linux.snapshot;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.Change.UnitStarter;
import dev.capdrop.core.change.SnapshotSource.BootWait;
import dev.capdrop.core.condition.Conditions.CapabilityLists;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Engines;
import dev.capdrop.core.snapshot.HostProcess;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.HostMachine;
import dev.capdrop.core.snapshot.Snapshot.Unread;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.linux.bus.SystemdBus;
import dev.capdrop.linux.engine.EngineReader;
import dev.capdrop.linux.proc.ContainerInit;
import dev.capdrop.linux.proc.ProcDir;
import dev.capdrop.linux.proc.ProcessTable;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.proc.RunningContainers.RunningContainer;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.runtime.HostRuntimes;
import dev.capdrop.linux.runtime.InstalledLiblxc;
import dev.capdrop.linux.scan.ProgramReader;
import dev.capdrop.linux.store.FileConfigSource;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Deadline.Patience;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Reads containers of this host in any state: a running one's systemd is asked; of a stopped one
/// the configuration and the root directory are read. Nothing is executed in a container.
///
/// @param configuration reads a container's configuration; null where it cannot
/// @param patience how long a container may take, [#PATIENCE] as a rule
/// @param containers finds those that run; others may look through it, too
/// @param runtimes know the root directory of a stopped one; null where that is not looked into
/// @param starts whether the command may start containers
public record SnapshotReader(
        Function<ContainerId, @Nullable ConfigurationText> configuration,
        Patience patience,
        RunningContainers containers,
        @Nullable HostRuntimes runtimes,
        boolean starts)
        implements HostReader {
    /// The time that a container's systemd may take for all its answers.
    public static final Patience PATIENCE = Patience.atLeast(Duration.ofSeconds(15));

    private static final int ATTEMPTS = 2;

    /// An init that ends is seen for as long as its last processes are.
    private static final Duration UNTIL_GONE = Duration.ofMillis(200);

    /// Makes the reader of a host's containers, whose configurations are in its files.
    public SnapshotReader(RunningContainers containers, HostRuntimes runtimes) {
        this(SnapshotReader::configuration, PATIENCE, containers, runtimes, true);
    }

    private static @Nullable ConfigurationText configuration(ContainerId container) {
        return FileConfigSource.text(
                container.configPath(), container.format(), InstalledLiblxc::asked);
    }

    /// Returns the means to restart a unit by a container's systemd.
    public UnitStarter starter() {
        return new BusStarter(containers);
    }

    @Override
    public HostReader lookingOnly() {
        return new SnapshotReader(configuration, patience, containers, runtimes, false);
    }

    @Override
    public Snapshot read(ContainerId container) throws IOException {
        return read(container, containers.now(container), Depth.WHOLE);
    }

    /// {@inheritDoc}
    ///
    /// It reads all units with their conditions, details of the failed ones, of those that a
    /// capability which is missing has skipped, and of those that hang on a unit with a condition
    /// on a capability. Several in a row share one pass over /proc.
    @Override
    public Snapshot readForCheck(ContainerId container) throws IOException {
        return read(container, containers.seen(container), Depth.CHECK);
    }

    /// {@inheritDoc}
    ///
    /// Its systemd is not asked, and several in a row share one pass over /proc.
    @Override
    public Snapshot readFromOutside(ContainerId container) throws IOException {
        return read(container, containers.seen(container), Depth.OUTSIDE);
    }

    @Override
    public List<HostProcess> processes() throws IOException {
        return ProcessTable.read(containers);
    }

    @Override
    public Snapshot readSettled(ContainerId container, BootWait wait) throws IOException {
        new SettledWait(container, containers).await(wait);
        Patience exact = Patience.exactly(wait.timeout());
        return new SnapshotReader(configuration, exact, containers, runtimes, starts)
                .read(container);
    }

    private enum Depth {
        OUTSIDE,
        CHECK,
        WHOLE
    }

    private Snapshot read(ContainerId container, @Nullable RunningContainer found, Depth depth)
            throws IOException {
        @Nullable RunningContainer running = found;
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Snapshot snapshot =
                    running == null
                            ? stopped(container, depth)
                            : running(container, running, depth);
            if (snapshot != null) {
                return snapshot;
            }
            LockSupport.parkNanos(UNTIL_GONE.toNanos());
            running = containers.now(container);
        }
        throw new IOException(
                "'" + container.name() + "' ended or restarted while it was read; try again");
    }

    private Snapshot stopped(ContainerId container, Depth depth) throws IOException {
        Instant takenAt = Instant.now();
        HostMachine host = host(container);
        ConfigurationText text = configuration.apply(container);
        return text == null || runtimes == null || depth == Depth.OUTSIDE
                ? Snapshot.of(takenAt, container, host).with(text)
                : new StoppedContainer(container, text, host, runtimes.of(container))
                        .reader()
                        .read();
    }

    /// Null when the container's init ended meanwhile: what was read may be of two containers.
    private @Nullable Snapshot running(ContainerId container, RunningContainer running, Depth depth)
            throws IOException {
        Instant takenAt = Instant.now();
        List<String> problems = new ArrayList<>();
        List<Unread> unread = new ArrayList<>();
        try (ContainerInit init = ContainerInit.open(running)) {
            ConfigurationText text = configuration.apply(container);
            Snapshot.Inside inside = inside(container, init, depth, problems, unread);
            CapabilitySet limit = limit(init, depth, problems);
            return init.alive()
                    ? Snapshot.of(takenAt, container, host(container))
                            .with(text)
                            .with(init.facts().limitedTo(limit))
                            .with(inside)
                            .with(
                                    IsolationReader.read(
                                            init.uidMap(),
                                            ConfigurationText.settings(text, container.format())))
                            .with(new Snapshot.Gaps(problems, unread))
                    : null;
        } catch (ContainerInit.GoneException gone) {
            return null;
        }
    }

    /// Returns what its systemd keeps of the capabilities that it is started with; all where that
    /// cannot be told.
    private static CapabilitySet limit(ContainerInit init, Depth depth, List<String> problems) {
        if (depth == Depth.OUTSIDE) {
            return CapabilityLists.ALL;
        }
        try (SafeRoot root = init.root()) {
            return ManagerFiles.limit(root, problems);
        } catch (IOException untold) {
            return CapabilityLists.ALL;
        }
    }

    private Snapshot.Inside inside(
            ContainerId container,
            ContainerInit init,
            Depth depth,
            List<String> problems,
            List<Unread> unread)
            throws ContainerInit.GoneException {
        if (depth == Depth.OUTSIDE) {
            return Snapshot.Inside.NOTHING;
        }
        try {
            if (!init.systemd()) {
                String why = "PID 1 is '" + init.program() + "', not systemd";
                return nothing(Unread.Part.OTHER_INIT, why, problems, unread);
            }
            if (init.frozen()) {
                String why =
                        "the container is frozen and answers nothing; %s thaws it"
                                .formatted(container.kind().thaw(container));
                return nothing(Unread.Part.FROZEN, why, problems, unread);
            }
            try (SafeRoot root = init.root()) {
                Deadline deadline = patience.begin();
                SystemdReader reader = new SystemdReader(init, root, deadline, problems, unread);
                Systemd systemd =
                        depth == Depth.WHOLE
                                ? reader.readWhole(held(init, problems))
                                : reader.readLoaded(UnitState::failed);
                Programs programs =
                        depth == Depth.WHOLE
                                ? programs(root, deadline, systemd, problems, unread)
                                : null;
                Engines engines = EngineReader.read(root, deadline, programs, Set.of());
                return new Snapshot.Inside(
                        systemd, programs, engines, reader.evidence(systemd), null);
            }
        } catch (ContainerInit.GoneException gone) {
            throw gone;
        } catch (IOException e) {
            String why = "systemd could not be asked: " + e.getMessage();
            Unread.Part part =
                    e instanceof SystemdBus.GoneException
                            ? Unread.Part.SYSTEMD_GONE
                            : Unread.Part.SYSTEMD;
            return nothing(part, why, problems, unread);
        }
    }

    private static Snapshot.Inside nothing(
            Unread.Part part, String why, List<String> problems, List<Unread> unread) {
        problems.add(why);
        unread.add(new Unread(part, List.of(), why));
        return Snapshot.Inside.NOTHING;
    }

    /// Null when the time was up before all of them were looked at.
    private static @Nullable Programs programs(
            SafeRoot root,
            Deadline deadline,
            Systemd systemd,
            List<String> problems,
            List<Unread> unread) {
        ProgramReader reader = new ProgramReader(root, deadline, problems);
        Programs programs = reader.read(systemd.units());
        if (!reader.overdue()) {
            return programs;
        }
        unread.add(new Unread(Unread.Part.PROGRAMS, List.of(), problems.getLast()));
        return null;
    }

    private static Map<String, CapabilitySet> held(ContainerInit init, List<String> problems) {
        try {
            return ProcessTable.held(init);
        } catch (IOException e) {
            problems.add("its processes could not be looked at: " + e.getMessage());
            return Map.of();
        }
    }

    /// The machine below a container. The host's PID 1 starts the containers of all runtimes, or
    /// the daemon that does; but those of plain LXC are started by capdrop's own lxc-start, which
    /// inherits what capdrop may hold.
    private HostMachine host(ContainerId container) throws IOException {
        HostMachine host = host();
        return starts && container.kind() == RuntimeKind.LXC
                ? new HostMachine(
                        host.name(),
                        host.kernelRelease(),
                        host.lastCapability(),
                        bounding("self"),
                        host.appArmor(),
                        host.liblxc())
                : host;
    }

    /// The machine itself, and what its PID 1 may hold.
    public static HostMachine host() throws IOException {
        CapabilitySet bounding;
        try {
            bounding = bounding("1");
        } catch (IOException hidden) {
            // hidepid=, proc(5), where others than root ask
            bounding = bounding("self");
        }
        boolean appArmor = IsolationReader.hostHasAppArmor();
        return new HostMachine(
                hostname(),
                ProcDir.sysctl("kernel/osrelease"),
                Integer.parseInt(ProcDir.sysctl("kernel/cap_last_cap")),
                bounding,
                appArmor,
                appArmor ? InstalledLiblxc.version() : "");
    }

    private static CapabilitySet bounding(String process) throws IOException {
        return ProcDir.ProcStatus.parse(Files.readString(Path.of("/proc", process, "status")))
                .bounding();
    }

    /// The machine's name, as uname(2) says it.
    public static String hostname() throws IOException {
        return ProcDir.sysctl("kernel/hostname");
    }
}
