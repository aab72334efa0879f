package dev.capdrop.core.boot;

import dev.capdrop.core.boot.UnitLoader.LoadedUnit;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.condition.Machine;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.RecordedSettings;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.snapshot.UnitState.ActiveState;
import dev.capdrop.core.snapshot.UnitState.LoadState;
import dev.capdrop.core.snapshot.UnitState.SubState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.SystemFacts;
import dev.capdrop.core.unit.UnitFile;
import dev.capdrop.core.unit.UnitFile.SettingTrait;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitName.UnitType;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The boot that a root directory's files lead to, as a running systemd would answer. A unit whose
/// program decides its start is at most "started".
public final class ForecastBoot {
    private static final long SOME_TIME = 1;
    private static final int MOUNT_FAILURE = 32;
    private static final int MOST_RIVALS = 20;
    private static final String NET = "/proc/sys/net";
    private static final int LAST_WITH_EMPTY_ONES = 253;
    private static final int ONCE_MORE_WITH_EMPTY_ONES = 256;
    private static final int LAST_WITHOUT_IMPORT = 253;

    private final BootUnits boot;
    private final Map<String, Outcomes.UnitConditions> tests;
    private final Set<String> given;
    private final Map<String, Outcome> outcomes;

    private ForecastBoot(
            BootUnits boot,
            Map<String, Outcomes.UnitConditions> tests,
            Set<String> given,
            Map<String, Outcome> outcomes) {
        this.boot = boot;
        this.tests = tests;
        this.given = given;
        this.outcomes = outcomes;
    }

    public static Systemd of(BootUnits boot, Surroundings surroundings) {
        Map<String, Outcomes.UnitConditions> tests = new HashMap<>();
        for (LoadedUnit unit : boot.units().values()) {
            tests.put(unit.name(), Outcomes.UnitConditions.of(unit, surroundings));
        }
        Set<String> given = givenMounts(surroundings);
        Map<String, Outcome> outcomes = Outcomes.of(boot, surroundings, tests, given);
        ForecastBoot forecast = new ForecastBoot(boot, tests, given, outcomes);
        List<UnitState> units = new ArrayList<>();
        for (String mount : given) {
            if (!boot.units().containsKey(mount)) {
                units.add(mounted(mount, Outcome.ACTIVE));
            }
        }
        units.addAll(
                credentialMounts(
                        boot.units().values(), outcomes, surroundings.facts().systemdVersion()));
        boot.units().values().forEach(unit -> units.add(forecast.state(unit)));
        Systemd.Manager manager =
                new Systemd.Manager("", surroundings.version(), 0, 0, 0, boot.target());
        Map<String, List<String>> rivals = rivals(outcomes, surroundings.provides());
        Set<String> bus = boot.busActivated();
        return new Systemd(
                manager, Systemd.Source.FILES, units, Map.of(), bus, Set.of(), rivals, List.of());
    }

    private UnitState state(LoadedUnit unit) {
        Outcome outcome = outcomes.getOrDefault(unit.name(), Outcome.NOT_STARTED);
        Outcomes.UnitConditions unitTests =
                tests.getOrDefault(unit.name(), Outcomes.UnitConditions.NONE);
        boolean keptBack =
                outcome == Outcome.NOT_STARTED
                        && boot.started().contains(unit.name())
                        && Conditions.list(unitTests.asserts()) != Condition.Result.FAILED;
        return new UnitState(
                unit.name(),
                (given.contains(unit.name()) ? LoadState.LOADED : unit.state()).word(),
                ActiveState.after(outcome).word(),
                sub(outcome, unit),
                keptBack ? unitTests.untested() : unitTests.conditions(),
                detail(unit, outcome, unitTests));
    }

    private static String sub(Outcome outcome, LoadedUnit unit) {
        return switch (outcome) {
            case NOT_STARTED, SKIPPED, INACTIVE -> "dead";
            case UNDECIDED -> "";
            case FAILED -> "failed";
            case STARTED, ACTIVE ->
                    switch (unit.type()) {
                        case SERVICE -> ofService(unit);
                        case SOCKET -> SubState.LISTENING.word();
                        case MOUNT -> SubState.MOUNTED.word();
                        case TIMER, PATH, AUTOMOUNT -> SubState.WAITING.word();
                        case SCOPE -> SubState.RUNNING.word();
                        case TARGET, DEVICE, SWAP, SLICE, OTHER -> "active";
                    };
        };
    }

    private static String ofService(LoadedUnit unit) {
        if (unit.endsAfterWork()) {
            return "dead";
        }
        boolean oneshot = "oneshot".equals(unit.value("Service", "Type"));
        return (oneshot ? SubState.EXITED : SubState.RUNNING).word();
    }

    private UnitDetail detail(LoadedUnit unit, Outcome outcome, Outcomes.UnitConditions unitTests) {
        boolean tried =
                boot.started().contains(unit.name())
                        && unit.state() == LoadState.LOADED
                        && !given.contains(unit.name());
        boolean runs =
                switch (outcome) {
                    case FAILED, STARTED, INACTIVE, ACTIVE -> true;
                    case NOT_STARTED, SKIPPED, UNDECIDED -> false;
                };
        boolean ended = outcome == Outcome.INACTIVE || outcome == Outcome.FAILED;
        long tested = tried && outcome != Outcome.NOT_STARTED ? SOME_TIME : 0;
        return new UnitDetail(
                UnitDetail.aliases(unit.names(), unit.name()),
                new UnitDetail.Files(unit.fragment(), unit.dropIns(), "", false, false),
                new UnitDetail.Activation(
                        tried && outcome != Outcome.SKIPPED,
                        tested,
                        runs ? SOME_TIME : 0,
                        ended ? SOME_TIME : 0),
                unitTests.asserts(),
                dependencies(unit.name()),
                outcome == Outcome.FAILED ? exit(unit) : null,
                settings(unit),
                null);
    }

    private static UnitDetail.Exit exit(LoadedUnit unit) {
        return unit.type() == UnitType.MOUNT
                ? new UnitDetail.Exit("exit-code", 1, MOUNT_FAILURE, 0)
                : new UnitDetail.Exit("resources", 0, 0, 0);
    }

    private Dependencies dependencies(String unit) {
        Dependencies all = Dependencies.NONE;
        for (Dependency kind : Dependency.recorded()) {
            all = all.with(kind, boot.dependencies(unit).of(kind));
        }
        return all.with(Dependency.TRIGGERED_BY, boot.triggeredBy(unit));
    }

    private static List<UnitFile.Setting> settings(LoadedUnit unit) {
        return unit.settings().stream()
                .filter(RecordedSettings::hold)
                .map(RecordedSettings::reduced)
                .toList();
    }

    /// The surroundings of a boot, besides the unit files.
    ///
    /// @param version of systemd as it names itself, `257.8-1~deb13u2`; empty when unknown
    /// @param mounted the absolute places where the container's configuration mounts something
    /// @param provides the names that each installed package provides besides its own
    /// @param fileSystems all that the kernel will ever mount; null when it may still load others
    public record Surroundings(
            String version,
            SystemFacts facts,
            Machine machine,
            boolean unprivileged,
            Set<String> mounted,
            Map<String, Set<String>> provides,
            @Nullable Set<String> fileSystems) {
        /// Whether the kernel refuses the container what a unit is for ([UnitFile#kernelRefuses];
        /// mount(2), "ENODEV").
        boolean refuse(LoadedUnit unit) {
            String type = unit.value("Mount", "Type");
            boolean unknown =
                    unit.type() == UnitType.MOUNT
                            && type != null
                            && fileSystems != null
                            && !fileSystems.contains(type);
            return (unprivileged || unknown)
                    && UnitFile.kernelRefuses(unit.name(), unit.settings());
        }
    }

    /// Returns the services that may want the same address, so that in each boot another one fails:
    /// packages of their names provide the same (Debian Policy 7.5, "Virtual packages").
    static Map<String, List<String>> rivals(
            Map<String, Outcome> outcomes, Map<String, Set<String>> provides) {
        Map<String, Set<String>> byRole = new HashMap<>();
        for (String unit : outcomes.keySet()) {
            if (outcomes.get(unit) == Outcome.STARTED && UnitName.type(unit) == UnitType.SERVICE) {
                for (String role : provides.getOrDefault(UnitName.withoutType(unit), Set.of())) {
                    byRole.computeIfAbsent(role, _ -> new TreeSet<>()).add(unit);
                }
            }
        }
        Map<String, Set<String>> rivals = new TreeMap<>();
        for (Set<String> units : byRole.values()) {
            List<String> first = units.stream().limit(MOST_RIVALS + 1L).toList();
            for (String unit : units) {
                Set<String> others = rivals.computeIfAbsent(unit, _ -> new TreeSet<>());
                others.addAll(first);
                others.remove(unit);
            }
        }
        rivals.values().removeIf(Set::isEmpty);
        return rivals.entrySet().stream()
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey,
                                its -> its.getValue().stream().limit(MOST_RIVALS).toList()));
    }

    /// The mounts that no unit file makes: those of the runtime before PID 1, which are active
    /// whatever a unit file says, and those of services' credentials. In systemd up to 253 and in
    /// 256 each active service that asks for credentials has one; in others only one that gets any,
    /// which no file tells.
    ///
    /// Source: systemd.exec(5), "LoadCredential="; src/core/exec-credential.c,
    /// `setup_credentials_internal`.
    private static Set<String> givenMounts(Surroundings surroundings) {
        Set<String> places = new TreeSet<>(surroundings.mounted());
        Machine.MountStatus net = surroundings.machine().mount(NET);
        if (net != null && net.point()) {
            places.add(NET);
        }
        return places.stream()
                .map(UnitName::ofMount)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static UnitState mounted(String name, Outcome outcome) {
        String active = ActiveState.after(outcome).word();
        String sub = SubState.MOUNTED.word();
        return new UnitState(
                name, LoadState.LOADED.word(), active, sub, List.of(), UnitDetail.empty());
    }

    private static List<UnitState> credentialMounts(
            Collection<LoadedUnit> units, Map<String, Outcome> outcomes, int systemdVersion) {
        List<UnitState> mounts = new ArrayList<>();
        boolean empty =
                systemdVersion <= LAST_WITH_EMPTY_ONES
                        || systemdVersion == ONCE_MORE_WITH_EMPTY_ONES;
        for (LoadedUnit unit : empty ? units : List.<LoadedUnit>of()) {
            Outcome outcome = outcomes.getOrDefault(unit.name(), Outcome.NOT_STARTED);
            boolean stays = outcome.isUp() && (outcome != Outcome.STARTED || !unit.endsAfterWork());
            if (stays && asksForCredentials(unit, systemdVersion > LAST_WITHOUT_IMPORT)) {
                String path = "/run/credentials/" + unit.name();
                mounts.add(mounted(UnitName.ofMount(path), outcome));
            }
        }
        return mounts;
    }

    private static boolean asksForCredentials(LoadedUnit unit, boolean importing) {
        return unit.settings().stream()
                .filter(setting -> setting.section().equals("Service"))
                .map(UnitFile.Setting::key)
                .anyMatch(key ->
                        SettingTrait.CREDENTIAL.has(key)
                                || (importing && key.equals("ImportCredential")));
    }
}
