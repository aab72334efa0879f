package dev.capdrop.core.forecast;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Engines;
import dev.capdrop.core.snapshot.Evidence;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.HostMachine;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.Systemd.Job;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitFile.Setting;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A container drawn in a few lines: the default target wants every unit that is added with
/// `wanted`.
public final class Sketch {
    public static final String CONFIG = "/var/lib/lxc/c1/config";
    private static final int LAST = 40;

    private final List<UnitState> units = new ArrayList<>();
    private final List<String> wanted = new ArrayList<>();
    private final Map<Condition, Condition.Result> nextBoot = new HashMap<>();
    private final Map<String, List<String>> rivals = new HashMap<>();
    private final Set<String> busActivated = new TreeSet<>();
    private final Set<String> busConnected = new TreeSet<>();
    private CapabilitySet bounding = CapabilitySet.upTo(LAST);
    private CapabilitySet hostBounding = CapabilitySet.upTo(LAST);
    private boolean unprivileged = true;
    private boolean stopped;
    private @Nullable Boolean appArmor;
    private String liblxc = "6.0.4";
    private String config = "lxc.uts.name = c1\n";
    private final List<Job> queue = new ArrayList<>();
    private String state = "";
    private String version = "257.8-1~deb13u2";
    private Systemd.Source source = Systemd.Source.DBUS;
    private @Nullable Isolation isolation;
    private @Nullable Programs programs;
    private Evidence evidence = Evidence.NONE;
    private Instant startedAt = Instant.parse("2026-01-01T10:00:00Z");

    /// A running container without a unit.
    public Sketch() {}

    public static Condition.Tested needs(String capability, Condition.Result result) {
        return new Condition.Tested(new Condition("Capability", false, false, capability), result);
    }

    public static Condition.Tested row(String type, String parameter, Condition.Result result) {
        return new Condition.Tested(new Condition(type, false, false, parameter), result);
    }

    /// Of a unit that this one triggers, and that hangs on nothing else.
    public static Dependencies triggeredBy(String unit) {
        return Dependencies.NONE.with(Dependency.TRIGGERED_BY, unit);
    }

    /// Says what may want the same address as this service.
    Sketch rivals(String service, String... others) {
        rivals.put(service, List.of(others));
        return this;
    }

    /// A unit that a call on the bus starts.
    public Sketch onBus(String unit) {
        busActivated.add(unit);
        return idle(unit, Dependencies.NONE);
    }

    /// A service that has a connection to the bus.
    public Sketch connected(String service) {
        busConnected.add(service);
        return this;
    }

    /// Whether the kernel of the host has AppArmor in force.
    public Sketch appArmor(boolean enabled) {
        appArmor = enabled;
        return this;
    }

    /// The version of liblxc on the host.
    public Sketch liblxc(String number) {
        liblxc = number;
        return this;
    }

    /// It does not run, and its units are what its files lead to.
    public Sketch stopped() {
        stopped = true;
        source = Systemd.Source.FILES;
        return this;
    }

    public Sketch privileged() {
        unprivileged = false;
        return this;
    }

    public Sketch bounding(CapabilitySet set) {
        bounding = set;
        return this;
    }

    public Sketch hostBounding(CapabilitySet set) {
        hostBounding = set;
        return this;
    }

    public Sketch config(String text) {
        config = text;
        return this;
    }

    public Sketch startedAt(Instant instant) {
        startedAt = instant;
        return this;
    }

    public Sketch nextBoot(Condition.Tested row) {
        nextBoot.put(row.condition(), row.result());
        return this;
    }

    /// A unit that the default target wants.
    public Sketch wanted(String name, String active, String sub, Condition.Tested... rows) {
        wanted.add(name);
        return loaded(name, active, sub, Dependencies.NONE, rows);
    }

    /// The same, with dependencies of its own.
    public Sketch wanted(
            String name, String active, String sub, Dependencies links, Condition.Tested... rows) {
        wanted.add(name);
        return loaded(name, active, sub, links, rows);
    }

    /// A service that runs and that the default target wants.
    ///
    /// @param lines of its file, `User=www-data`; of a `.socket` those of its `[Socket]`
    public Sketch running(String name, String... lines) {
        return running(name, Dependencies.NONE, lines);
    }

    /// The same, with dependencies of its own.
    public Sketch running(String name, Dependencies links, String... lines) {
        wanted(name, "active", name.endsWith(".socket") ? "listening" : "running", links);
        return withLines(lines);
    }

    /// Adds lines to the file of the unit that was added last.
    public Sketch withLines(String... lines) {
        String name = units.getLast().name();
        String type = name.substring(name.lastIndexOf('.') + 1);
        return withLinesOf(
                type.substring(0, 1).toUpperCase(Locale.ROOT) + type.substring(1), lines);
    }

    /// Adds lines to the `[Unit]` of the unit that was added last.
    Sketch withUnitLines(String... lines) {
        return withLinesOf("Unit", lines);
    }

    private Sketch withLinesOf(String section, String... lines) {
        UnitState unit = units.removeLast();
        UnitDetail old = unit.detail();
        List<Setting> settings = new ArrayList<>(old.settings());
        for (String line : lines) {
            int equals = line.indexOf('=');
            settings.add(
                    new Setting(
                            old.files().fragment(),
                            settings.size() + 1,
                            section,
                            line.substring(0, equals),
                            line.substring(equals + 1)));
        }
        return replaceLast(unit, old, old.exit(), settings, old.asserts());
    }

    /// Adds assertions to the unit that was added last.
    public Sketch asserts(Condition.Tested... rows) {
        UnitState unit = units.removeLast();
        UnitDetail old = unit.detail();
        return replaceLast(unit, old, old.exit(), old.settings(), List.of(rows));
    }

    /// Says that systemd has started the unit that was added last again, so many times.
    public Sketch restarted(int times) {
        UnitState unit = units.removeLast();
        UnitDetail old = unit.detail();
        UnitDetail.Exit exit = Objects.requireNonNull(old.exit());
        UnitDetail.Exit again =
                new UnitDetail.Exit(exit.result(), exit.code(), exit.status(), times);
        return replaceLast(unit, old, again, old.settings());
    }

    /// Says what the processes of the unit that was added last hold.
    public Sketch holding(CapabilitySet permitted) {
        UnitState unit = units.removeLast();
        units.add(unit.with(unit.detail().holding(permitted)));
        return this;
    }

    /// Of which only files were read.
    Sketch fromFiles() {
        source = Systemd.Source.FILES;
        return this;
    }

    /// Adds a job to the queue, and says that systemd works on it.
    public Sketch job(String unit, String type) {
        queue.add(new Job(unit, type, true));
        return this;
    }

    /// Says what systemd says of itself, where that is not what its units say.
    public Sketch state(String word) {
        state = word;
        return this;
    }

    /// Says with which status the unit that was added last exited, which has failed.
    public Sketch exitedWith(int status) {
        UnitState unit = units.removeLast();
        UnitDetail old = unit.detail();
        return replaceLast(
                unit, old, new UnitDetail.Exit("exit-code", 1, status, 0), old.settings());
    }

    /// Says when the unit that was added last was up, and when it was not any more, since the boot
    /// of the machine.
    public Sketch wentOn(long fromMicros, long toMicros) {
        UnitState unit = units.removeLast();
        UnitDetail old = unit.detail();
        UnitDetail.Activation then = old.activation();
        UnitDetail detail =
                new UnitDetail(
                        old.aliases(),
                        old.files(),
                        new UnitDetail.Activation(
                                then.conditionResult(),
                                then.conditionMicros(),
                                fromMicros,
                                toMicros),
                        old.asserts(),
                        old.dependencies(),
                        old.exit(),
                        old.settings(),
                        null);
        units.add(unit.with(detail));
        return this;
    }

    /// Says that the unit that was added last is down, its program having ended so, and that
    /// systemd was told to forget a failure: what `systemctl show` says after a reset-failed.
    ///
    /// @param code as sigaction(2) has it
    public Sketch forgotten(int code, int status) {
        UnitState unit = units.removeLast();
        UnitDetail old = unit.detail();
        UnitDetail detail =
                new UnitDetail(
                        old.aliases(),
                        old.files(),
                        new UnitDetail.Activation(true, 10, 11, 12),
                        old.asserts(),
                        old.dependencies(),
                        new UnitDetail.Exit("success", code, status, 0),
                        old.settings(),
                        null);
        units.add(unit.with(detail));
        return this;
    }

    /// Says how the unit that was added last ended: systemd's word, and its last exit status.
    public Sketch ended(String result, int status) {
        UnitState unit = units.removeLast();
        UnitDetail old = unit.detail();
        return replaceLast(unit, old, new UnitDetail.Exit(result, 1, status, 0), old.settings());
    }

    private Sketch replaceLast(
            UnitState unit, UnitDetail old, UnitDetail.Exit exit, List<Setting> settings) {
        return replaceLast(unit, old, exit, settings, old.asserts());
    }

    private Sketch replaceLast(
            UnitState unit,
            UnitDetail old,
            UnitDetail.@Nullable Exit exit,
            List<Setting> settings,
            List<Condition.Tested> asserts) {
        UnitDetail detail =
                new UnitDetail(
                        old.aliases(),
                        old.files(),
                        old.activation(),
                        asserts,
                        old.dependencies(),
                        exit,
                        settings,
                        null);
        units.add(
                new UnitState(
                        unit.name(),
                        unit.loadState(),
                        unit.activeState(),
                        unit.subState(),
                        unit.conditions(),
                        detail));
        return this;
    }

    /// A mount that the container was given, so that systemd never started it.
    public Sketch given(String mount) {
        return given(mount, Dependencies.NONE);
    }

    public Sketch given(String mount, Dependencies links) {
        UnitDetail detail =
                new UnitDetail(
                        List.of(),
                        UnitDetail.Files.NONE,
                        UnitDetail.Activation.NEVER,
                        List.of(),
                        links,
                        new UnitDetail.Exit("success", 0, 0, 0),
                        List.of(),
                        null);
        units.add(new UnitState(mount, "loaded", "active", "mounted", List.of(), detail));
        return this;
    }

    /// What is known of the programs in the container.
    public Sketch programs(Programs known) {
        programs = known;
        return this;
    }

    /// What the runtime gives the container.
    public Sketch isolation(Isolation known) {
        isolation = known;
        return this;
    }

    /// The version of systemd, `257.8` unless this says another.
    public Sketch version(String text) {
        version = text;
        return this;
    }

    /// What was looked at to say why units are in trouble.
    public Sketch evidence(Evidence known) {
        evidence = known;
        return this;
    }

    /// A unit that nothing pulls in.
    public Sketch loaded(
            String name, String active, String sub, Dependencies links, Condition.Tested... rows) {
        boolean skipped = active.equals("inactive") && rows.length > 0;
        UnitDetail.Exit exit =
                active.equals("failed")
                        ? new UnitDetail.Exit("exit-code", 1, 32, 0)
                        : new UnitDetail.Exit("success", 0, 0, 0);
        List<Setting> settings = new ArrayList<>();
        for (Condition.Tested row : rows) {
            Condition c = row.condition();
            settings.add(
                    new Setting(
                            "/usr/lib/systemd/system/" + name,
                            17,
                            "Unit",
                            "Condition" + c.type(),
                            c.parameter()));
        }
        UnitDetail detail =
                new UnitDetail(
                        List.of(),
                        new UnitDetail.Files(
                                "/usr/lib/systemd/system/" + name,
                                List.of(),
                                "static",
                                false,
                                false),
                        new UnitDetail.Activation(!skipped, 10, skipped ? 0 : 10, 0),
                        List.of(),
                        links,
                        exit,
                        settings,
                        null);
        units.add(new UnitState(name, "loaded", active, sub, List.of(rows), detail));
        return this;
    }

    /// A unit that others name and that has no file.
    public Sketch absent(String name) {
        units.add(
                new UnitState(name, "not-found", "inactive", "dead", List.of(), UnitDetail.UNREAD));
        return this;
    }

    /// A service that was enabled after the boot, so that this boot has not tried to start it.
    public Sketch enabledSince(String name) {
        return untried(name, Dependencies.NONE);
    }

    /// A unit that is wanted, and whose conditions this boot has not come to test.
    public Sketch untried(String name, Dependencies links, Condition.Tested... rows) {
        wanted.add(name);
        return idle(name, links, rows);
    }

    /// A unit that nothing pulls in and that was never started.
    public Sketch idle(String name, Dependencies links, Condition.Tested... rows) {
        return down(name, UnitDetail.Activation.NEVER, links, rows);
    }

    /// A unit that is enabled, and that its conditions kept from starting.
    public Sketch skipped(String name, Condition.Tested... rows) {
        return down(name, new UnitDetail.Activation(false, 10, 0, 0), Dependencies.NONE, rows);
    }

    /// A unit whose conditions held when systemd was asked to start it, and that it did not begin
    /// with.
    public Sketch notBegun(String name) {
        return down(name, new UnitDetail.Activation(true, 10, 0, 0), Dependencies.NONE);
    }

    private Sketch down(
            String name,
            UnitDetail.Activation activation,
            Dependencies links,
            Condition.Tested... rows) {
        UnitDetail detail =
                new UnitDetail(
                        List.of(),
                        new UnitDetail.Files(
                                "/etc/systemd/system/" + name, List.of(), "enabled", false, false),
                        activation,
                        List.of(),
                        links,
                        new UnitDetail.Exit("success", 0, 0, 0),
                        List.of(),
                        null);
        units.add(new UnitState(name, "loaded", "inactive", "dead", List.of(rows), detail));
        return this;
    }

    public Snapshot draw() {
        List<UnitState> all = new ArrayList<>(units);
        Dependencies links = Dependencies.NONE.with(Dependency.WANTS, wanted);
        UnitDetail detail =
                new UnitDetail(
                        List.of(),
                        new UnitDetail.Files("", List.of(), "static", false, false),
                        new UnitDetail.Activation(true, 10, 10, 0),
                        List.of(),
                        links,
                        null,
                        List.of(),
                        null);
        all.add(
                new UnitState(
                        "multi-user.target", "loaded", "active", "active", List.of(), detail));
        boolean degraded = units.stream().anyMatch(UnitState::failed);
        Snapshot drawn =
                Snapshot.of(
                                Instant.parse("2026-01-01T10:05:00Z"),
                                new ContainerId(RuntimeKind.LXC, "c1", "/var/lib/lxc"),
                                new HostMachine("", "6.12.0", LAST, hostBounding, appArmor, liblxc))
                        .with(
                                new ConfigurationText(
                                        CONFIG, Map.of(CONFIG, config), Map.of(), 0, Map.of()))
                        .with(
                                new Init(
                                        stopped ? 0 : 4242,
                                        startedAt,
                                        unprivileged,
                                        bounding,
                                        false))
                        .with(
                                new Systemd(
                                        new Systemd.Manager(
                                                !state.isEmpty()
                                                        ? state
                                                        : degraded ? "degraded" : "running",
                                                version,
                                                queue.size(),
                                                startedAt.atOffset(ZoneOffset.UTC).getHour(),
                                                100,
                                                "multi-user.target"),
                                        source,
                                        all,
                                        nextBoot,
                                        busActivated,
                                        busConnected,
                                        rivals,
                                        queue))
                        .with(isolation)
                        .with(programs)
                        .with(Engines.NONE);
        return drawn.with(evidence);
    }
}
