package dev.capdrop.cli;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.runtime.IncusFile;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Unread;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.Systemd.Job;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitFile.Setting;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A container in memory. A start makes of each unit what its condition and PID 1's bounding set
/// make of it.
public final class FakeContainer {
    public static final int LAST = 40;
    private static final dev.capdrop.core.snapshot.Snapshot.HostMachine KERNEL =
            new dev.capdrop.core.snapshot.Snapshot.HostMachine(
                    "host1", "6.12.0", LAST, CapabilitySet.upTo(LAST), null, "6.0.4");

    public final ContainerId id;
    private final Map<String, String> files;
    @Nullable ProxmoxGuest guest;
    public String config;
    public boolean running = true;

    /// The user of the host who runs it.
    public int user;

    private Instant startedAt = Instant.parse("2026-01-01T10:00:00Z");
    private CapabilitySet bounding = CapabilitySet.upTo(LAST);

    /// A unit that was started by hand.
    public String notInCopies = "";

    /// A unit that what makes copies spoils.
    public String brokenInCopies = "";

    private final List<Unit> units = new ArrayList<>();
    private final List<String> sandboxed = new ArrayList<>();

    /// Whether the host has AppArmor; null where that is not known.
    public @Nullable Boolean appArmor;

    /// Whether PID 1 was started with a profile that lets it mount inside.
    private boolean nested;

    private @Nullable String broken;

    public int starts;
    public boolean booting;
    public boolean unreadable;
    public boolean withoutSystemd;

    /// PID 1 is another program.
    public boolean otherInit;

    /// It answers nothing until somebody thaws it.
    public boolean frozen;

    /// A unit that fails after the first restart, and works again after the next.
    public @Nullable String breaksAtRestart;

    /// A unit that fails while PID 1 gives something up.
    public @Nullable String breaksLive;

    /// Whether what was mounted to be read cannot be unmounted.
    public boolean staysMounted;

    public @Nullable String refusesToStop;

    /// What is done once it has refused to.
    public Runnable onceRefused = () -> {};

    /// How many starts are refused.
    public int refusalsToStart;

    /// What is done once it has stopped.
    public Runnable atStop = () -> {};

    /// What comes of it once somebody waits for what an earlier command has begun.
    public Runnable onceAwaited = () -> {};

    /// Its systemd has begun to stop everything.
    public boolean stopping;

    /// A profile of Incus each, in the order in which they count.
    public final List<String> profiles = new ArrayList<>();

    /// What else decides about it, for one of Incus; null for others.
    @Nullable Supplier<String> expanded;

    public Decision.@Nullable LeftOut unchangeable;
    public Decision.@Nullable LeftOut amongAllRestarted;
    public Decision.@Nullable LeftOut notRestartable;

    /// A unit that the default target wants.
    ///
    /// @param capability what its condition asks for; null where it has none
    /// @param fails whether it fails once it is started
    private record Unit(String name, @Nullable String capability, boolean fails) {}

    /// @param files what configurations of the host include
    FakeContainer(ContainerId id, String config, Map<String, String> files) {
        this.id = id;
        this.files = files;
        this.config = config;
    }

    /// A unit that works whatever the container holds.
    public FakeContainer works(String unit) {
        units.add(new Unit(unit, null, false));
        return this;
    }

    /// A unit that fails where AppArmor refuses it a mount namespace.
    public FakeContainer failsWithoutNesting(String unit) {
        appArmor = true;
        sandboxed.add(unit);
        return works(unit);
    }

    /// A unit that fails where its container holds a capability, and is skipped where it does not.
    public FakeContainer failsWith(String capability, String unit) {
        units.add(new Unit(unit, capability, true));
        return this;
    }

    /// A unit that works where its container holds a capability, and is skipped where it does not.
    public FakeContainer needs(String capability, String unit) {
        units.add(new Unit(unit, capability, false));
        return this;
    }

    /// A copy that does not run yet.
    FakeContainer copy(ContainerId other, String itsConfig) {
        FakeContainer copy = new FakeContainer(other, itsConfig, files);
        units.stream()
                .filter(unit -> !unit.name().equals(notInCopies))
                .map(unit ->
                        unit.name().equals(brokenInCopies)
                                ? new Unit(unit.name(), unit.capability(), true)
                                : unit)
                .forEach(copy.units::add);
        copy.running = false;
        return copy;
    }

    /// Whether it runs, and PID 1 holds this.
    public boolean holds(String capability) {
        return running && bounding.contains(Capability.of(capability));
    }

    /// It does not run, and its root directory cannot be read.
    public FakeContainer stopped() {
        running = false;
        return this;
    }

    /// PID 1 gives something up while it runs.
    void giveUp(CapabilitySet capabilities) {
        bounding = bounding.minus(capabilities);
        broken = breaksLive;
    }

    public void stop() {
        running = false;
        stopping = false;
        atStop.run();
    }

    public void start() {
        running = true;
        starts++;
        startedAt = startedAt.plusSeconds(600);
        bounding = nextBounding();
        nested = ConfigurationText.settings(text(), id.format()).allowsNesting();
    }

    private CapabilitySet nextBounding() {
        EffectiveCapabilities next = id.format().resolve(id.configPath(), source(), LAST);
        return next.loads() ? next.bounding(LAST) : CapabilitySet.upTo(LAST);
    }

    private ConfigSource source() {
        return text().asSource();
    }

    private ConfigurationText text() {
        Map<String, String> read = new TreeMap<>(files);
        read.put(id.configPath(), config);
        if (expanded != null) {
            read.put(IncusFile.expanded(id.configPath()), expanded.get());
        }
        return new ConfigurationText(
                id.configPath(),
                read,
                Map.of(
                        FakeHost.SHARED_FOLDER,
                        files.keySet().stream()
                                .filter(path -> path.startsWith(FakeHost.SHARED_FOLDER))
                                .toList()),
                0,
                Map.of());
    }

    /// The container as it is.
    Snapshot snapshot(Instant now) throws IOException {
        if (unreadable) {
            throw new IOException("'" + id.name() + "' ended or restarted while it was read");
        }
        boolean asked = running && !withoutSystemd && !otherInit && !frozen;
        return Snapshot.of(now, id, kernel(appArmor))
                .with(text())
                .with(
                        running
                                ? new Init(
                                        4242 + starts,
                                        booting ? now.minusSeconds(5) : startedAt,
                                        true,
                                        bounding,
                                        false)
                                : null)
                .with(asked ? systemd() : null)
                .withProblems(running && !asked ? List.of(silence()) : List.of())
                .withUnread(
                        otherInit || frozen
                                ? List.of(
                                        new Unread(
                                                frozen
                                                        ? Unread.Part.FROZEN
                                                        : Unread.Part.OTHER_INIT,
                                                List.of(),
                                                silence()))
                                : List.of());
    }

    private String silence() {
        return frozen
                ? "the container is frozen and answers nothing; thaw it"
                : otherInit
                        ? "PID 1 is '/bin/sleep', not systemd"
                        : "systemd could not be asked: it is silent";
    }

    static dev.capdrop.core.snapshot.Snapshot.HostMachine kernel() {
        return KERNEL;
    }

    private static dev.capdrop.core.snapshot.Snapshot.HostMachine kernel(
            @Nullable Boolean appArmor) {
        return new dev.capdrop.core.snapshot.Snapshot.HostMachine(
                KERNEL.name(),
                KERNEL.kernelRelease(),
                KERNEL.lastCapability(),
                KERNEL.bounding(),
                appArmor,
                KERNEL.liblxc());
    }

    private Systemd systemd() {
        List<UnitState> states = new ArrayList<>();
        boolean degraded = false;
        for (Unit unit : units) {
            UnitState state = state(unit);
            degraded |= state.failed();
            states.add(state);
        }
        List<String> wanted = units.stream().map(Unit::name).toList();
        Dependencies links = Dependencies.NONE.with(Dependency.WANTS, wanted);
        states.add(
                new UnitState(
                        "multi-user.target",
                        "loaded",
                        "active",
                        "active",
                        List.of(),
                        detail("multi-user.target", true, links, List.of(), 0)));
        List<Job> queue = booting ? List.of(new Job("slow.service", "start", true)) : List.of();
        return new Systemd(
                new Systemd.Manager(
                        state(degraded),
                        "257.8-1~deb13u2",
                        queue.size(),
                        1_000_000L * startedAt.getEpochSecond(),
                        booting ? 0 : 1_000_000L * startedAt.getEpochSecond() + 1_500_000,
                        "multi-user.target"),
                Systemd.Source.DBUS,
                states,
                Map.of(),
                Set.of(),
                Set.of(),
                Map.of(),
                queue);
    }

    private String state(boolean degraded) {
        if (stopping) {
            return "stopping";
        }
        return booting ? "starting" : degraded ? "degraded" : "running";
    }

    private UnitState state(Unit unit) {
        if (unit.capability() == null) {
            boolean breaks = starts == 1 && unit.name().equals(breaksAtRestart);
            boolean fails =
                    unit.fails() || breaks || unit.name().equals(broken) || isRefused(unit.name());
            return state(unit, List.of(), fails ? "failed" : "active");
        }
        boolean holds = bounding.contains(Capability.of(unit.capability()));
        Condition condition =
                new Condition("Capability", false, false, "CAP_" + upper(unit.capability()));
        Condition.Result result = holds ? Condition.Result.SUCCEEDED : Condition.Result.FAILED;
        return state(
                unit,
                List.of(new Condition.Tested(condition, result)),
                !holds ? "inactive" : unit.fails() ? "failed" : "active");
    }

    private boolean isRefused(String unit) {
        return sandboxed.contains(unit) && !nested;
    }

    private static String upper(String capability) {
        return capability.toUpperCase(java.util.Locale.ROOT);
    }

    private UnitState state(Unit unit, List<Condition.Tested> rows, String active) {
        String sub =
                switch (active) {
                    case "failed" -> "failed";
                    case "active" -> "running";
                    default -> "dead";
                };
        List<Setting> settings = new ArrayList<>();
        for (Condition.Tested row : rows) {
            settings.add(
                    new Setting(
                            file(unit.name()),
                            17,
                            "Unit",
                            "Condition" + row.condition().type(),
                            row.condition().parameter()));
        }
        if (sandboxed.contains(unit.name())) {
            settings.add(new Setting(file(unit.name()), 18, "Service", "ExecStart", "/lib/x"));
            settings.add(new Setting(file(unit.name()), 19, "Service", "PrivateTmp", "yes"));
            settings.add(new Setting(file(unit.name()), 20, "Service", "NoExecPaths", "/srv"));
        }
        boolean tried = !active.equals("inactive");
        return new UnitState(
                unit.name(),
                "loaded",
                active,
                sub,
                rows,
                detail(
                        unit.name(),
                        tried,
                        Dependencies.NONE,
                        settings,
                        !active.equals("failed") ? 0 : isRefused(unit.name()) ? 226 : 32));
    }

    private static String file(String unit) {
        return "/usr/lib/systemd/system/" + unit;
    }

    private static UnitDetail detail(
            String unit, boolean tried, Dependencies links, List<Setting> settings, int status) {
        return new UnitDetail(
                List.of(),
                new UnitDetail.Files(file(unit), List.of(), "static", false, false),
                new UnitDetail.Activation(tried, 10, tried ? 10 : 0, 0),
                List.of(),
                links,
                status == 0
                        ? new UnitDetail.Exit("success", 0, 0, 0)
                        : new UnitDetail.Exit("exit-code", 1, status, 0),
                settings,
                null);
    }
}
