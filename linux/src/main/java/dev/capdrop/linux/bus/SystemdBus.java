package dev.capdrop.linux.bus;

import static java.util.Objects.requireNonNull;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.Systemd.Job;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.snapshot.UnitState.SubState;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.linux.proc.ContainerInit;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The questions to systemd: named properties, many at once.
///
/// Source: org.freedesktop.systemd1(5).
public record SystemdBus(BusConnection bus) implements AutoCloseable {
    static final String NAME = "org.freedesktop.systemd1";
    private static final String MANAGER_PATH = "/org/freedesktop/systemd1";
    private static final String MANAGER = NAME + ".Manager";
    static final String UNIT = NAME + ".Unit";
    static final String CONDITIONS = "a(sbbsi)";

    /// Connects to a container's systemd, by [BusConnection#toSystemd].
    public static SystemdBus connect(SafeRoot root, ContainerInit init, Deadline deadline)
            throws IOException {
        return new SystemdBus(BusConnection.toSystemd(root, init, deadline));
    }

    public Systemd.Manager manager() throws IOException {
        List<@Nullable Object> values =
                bus.call(
                        List.of(
                                BusCall.get(MANAGER_PATH, MANAGER, "SystemState", "s"),
                                BusCall.get(MANAGER_PATH, MANAGER, "Version", "s"),
                                BusCall.get(MANAGER_PATH, MANAGER, "NJobs", "u"),
                                BusCall.get(
                                        MANAGER_PATH, MANAGER, "UserspaceTimestampMonotonic", "t"),
                                BusCall.get(MANAGER_PATH, MANAGER, "FinishTimestampMonotonic", "t"),
                                BusCall.get(path("default.target"), UNIT, "Id", "s")));
        if (values.getFirst() == null) {
            throw new IOException("D-Bus runs, but systemd does not answer on it");
        }
        return new Systemd.Manager(
                BusValues.text(values.get(0)),
                BusValues.text(values.get(1)),
                (int) BusValues.number(values.get(2)),
                BusValues.number(values.get(3)),
                BusValues.number(values.get(4)),
                BusValues.text(values.get(5)));
    }

    /// Where a unit is on its way after it was told to start.
    public enum Stage {
        /// It starts, ends, or is about to start again.
        CHANGING,
        /// It goes on.
        UP,
        /// It has done what it was to do.
        DONE,
        BROKEN
    }

    /// Tells systemd to forget that the unit has failed, and to start it.
    ///
    /// @return the moment of its last start before this one, by which [#stage] tells them apart
    /// @throws IOException also when systemd does not queue a job for that
    public long startAgain(String unit) throws IOException {

        long last = BusValues.number(bus.call(List.of(triedAt(unit))).getFirst());
        BusCall start =
                BusCall.method(NAME, MANAGER_PATH, MANAGER, "StartUnit", "o", unit, "replace");
        if (bus.call(List.of(forgetting(unit))).getFirst() == null
                || bus.call(List.of(start)).getFirst() == null) {
            throw new IOException("systemd does not start '" + unit + "' when it is told to");
        }
        return last;
    }

    /// Tells systemd to forget that units have failed.
    ///
    /// @return those for which it refused, or of which it knows nothing
    public List<String> forgetFailures(List<String> units) throws IOException {
        Iterator<@Nullable Object> answers =
                bus.call(units.stream().map(SystemdBus::forgetting).toList()).iterator();
        List<String> left = new ArrayList<>(units);
        left.removeIf(_ -> answers.next() != null);
        return left;
    }

    private static BusCall forgetting(String unit) {
        return BusCall.method(NAME, MANAGER_PATH, MANAGER, "ResetFailedUnit", "", unit);
    }

    /// When systemd last asked the unit's conditions, as it does at every start, whether it has any
    /// or not (systemd's `unit_test_condition`).
    private static BusCall triedAt(String unit) {
        return BusCall.get(path(unit), UNIT, "ConditionTimestampMonotonic", "t");
    }

    /// Where the unit is.
    ///
    /// @param last what [#startAgain] has returned
    public Stage stage(String unit, long last) throws IOException {
        List<@Nullable Object> values =
                bus.call(
                        List.of(
                                triedAt(unit),
                                BusCall.get(path(unit), UNIT, "ActiveState", "s"),
                                BusCall.get(path(unit), UNIT, "SubState", "s"),
                                BusCall.get(path(unit), NAME + ".Service", "Result", "s")));
        SubState sub = SubState.of(BusValues.text(values.get(2)));
        boolean well = BusValues.text(values.get(3)).equals("success");
        if (BusValues.number(values.get(0)) == last) {
            return Stage.CHANGING;
        }
        return switch (UnitState.ActiveState.of(BusValues.text(values.get(1)))) {
            case ACTIVE -> sub == SubState.EXITED ? Stage.DONE : Stage.UP;
            case INACTIVE -> well ? Stage.DONE : Stage.BROKEN;
            case ACTIVATING, DEACTIVATING, RELOADING, REFRESHING, MAINTENANCE ->
                    sub == SubState.AUTO_RESTART ? Stage.BROKEN : Stage.CHANGING;
            case FAILED, STARTED, UNDECIDED, OTHER -> Stage.BROKEN;
        };
    }

    /// The jobs that systemd has queued; empty when it does not say.
    public List<Job> queue() throws IOException {
        BusCall list = BusCall.method(NAME, MANAGER_PATH, MANAGER, "ListJobs", "a(usssoo)");
        List<Job> queue = new ArrayList<>();
        for (List<?> row : BusValues.rows(bus.call(List.of(list)).getFirst())) {
            String unit = BusValues.text(row.get(1));
            if (UnitName.isValid(unit) && queue.size() < bus.limits().units()) {
                queue.add(
                        new Job(
                                unit,
                                BusValues.text(row.get(2)),
                                BusValues.text(row.get(3)).equals("running")));
            }
        }
        return queue;
    }

    /// The units that systemd has loaded, without conditions and details.
    public List<UnitState> units(List<String> problems) throws IOException {
        BusCall list = BusCall.method(NAME, MANAGER_PATH, MANAGER, "ListUnits", "a(ssssssouso)");
        Object value = bus.call(List.of(list)).getFirst();
        List<List<?>> rows = BusValues.rows(value);
        if (value == null || rows.size() > bus.limits().units()) {
            throw new IOException(
                    value == null
                            ? "systemd does not list its units"
                            : "systemd lists " + rows.size() + " units");
        }
        List<UnitState> units = new ArrayList<>(rows.size());
        for (List<?> row : rows) {
            String name = BusValues.text(row.get(0));
            if (UnitName.isValid(name)) {
                units.add(
                        new UnitState(
                                name,
                                BusValues.text(row.get(2)),
                                BusValues.text(row.get(3)),
                                BusValues.text(row.get(4)),
                                List.of(),
                                UnitDetail.UNREAD));
            }
        }
        if (units.size() < rows.size()) {
            problems.add(
                    rows.size()
                            - units.size()
                            + " units are left out, for their names are not valid unit names");
        }
        return units;
    }

    /// What systemd says of these units, which it loads for the answer where it has not.
    ///
    /// @param names any of their names
    /// @return those that are loaded, each once, by their primary names, without conditions and
    ///   details
    public List<UnitState> named(Collection<String> names) throws IOException {
        List<BusCall> calls = new ArrayList<>();
        for (String name : names) {
            for (String property : List.of("Id", "LoadState", "ActiveState", "SubState")) {
                calls.add(BusCall.get(path(name), UNIT, property, "s"));
            }
        }
        Iterator<@Nullable Object> values = bus.call(calls).iterator();
        Map<String, UnitState> units = new LinkedHashMap<>();
        while (values.hasNext()) {
            String name = BusValues.text(values.next());
            String load = BusValues.text(values.next());
            String active = BusValues.text(values.next());
            String sub = BusValues.text(values.next());
            if (UnitName.isValid(name)
                    && UnitState.LoadState.of(load) == UnitState.LoadState.LOADED) {
                units.put(
                        name, new UnitState(name, load, active, sub, List.of(), UnitDetail.UNREAD));
            }
        }
        return List.copyOf(units.values());
    }

    /// The conditions of units, with systemd's results.
    public Map<String, List<Condition.Tested>> conditions(List<String> names) throws IOException {
        Iterator<@Nullable Object> values =
                bus.call(unitProperty(names, "Conditions", CONDITIONS)).iterator();
        Map<String, List<Condition.Tested>> conditions = new HashMap<>();
        names.forEach(name -> conditions.put(name, tested(values.next(), "Condition")));
        return conditions;
    }

    /// The units that cannot do without one of these, whether directly or through others: by
    /// `BindsTo=`, `Requisite=`, and behind the first step by `Requires=` too.
    public Set<String> dependants(Collection<String> names) throws IOException {
        Set<String> found = new LinkedHashSet<>();
        Set<String> step = namesOf(names, List.of("BoundBy", "RequisiteOf"));
        while (found.addAll(step) && found.size() <= bus.limits().units()) {
            step = namesOf(step, List.of("BoundBy", "RequisiteOf", "RequiredBy"));
        }
        return found;
    }

    /// The units that require one of these, by whatever kind of dependency fails with them.
    public Set<String> requiring(Collection<String> names) throws IOException {
        return namesOf(names, List.of("RequiredBy", "BoundBy", "RequisiteOf"));
    }

    /// Those of these services that systemd has started again by itself.
    public Set<String> restarted(Collection<String> services) throws IOException {
        return which(services, "Service", "NRestarts", "u", count -> BusValues.number(count) > 0);
    }

    /// Those of these units whose property is so.
    private Set<String> which(
            Collection<String> units,
            String type,
            String property,
            String signature,
            Predicate<@Nullable Object> test)
            throws IOException {
        List<BusCall> calls = new ArrayList<>();
        for (String unit : units) {
            calls.add(BusCall.get(path(unit), NAME + "." + type, property, signature));
        }
        Iterator<@Nullable Object> values = bus.call(calls).iterator();
        Set<String> found = new LinkedHashSet<>(units);
        found.removeIf(_ -> !test.test(values.next()));
        return found;
    }

    /// Those of these units that systemd has never come to start: it asks the conditions at every
    /// start.
    public Set<String> untried(Set<String> units) throws IOException {
        return which(
                units,
                "Unit",
                "ConditionTimestampMonotonic",
                "t",
                time -> BusValues.number(time) == 0);
    }

    /// Those of these units that systemd did not start because of an assertion, when last asked to.
    ///
    /// @param tried those that are down, and not [#untried]: assertions come after conditions
    public Set<String> refusedByAssertions(Set<String> tried) throws IOException {
        Set<String> tested =
                which(
                        tried,
                        "Unit",
                        "AssertTimestampMonotonic",
                        "t",
                        time -> BusValues.number(time) > 0);
        return which(tested, "Unit", "AssertResult", "b", Boolean.FALSE::equals);
    }

    /// Those of the [#untried] that one of the active units wants, with what they are ordered
    /// after: the start of one that is ordered in a circle is left out.
    public Set<String> leftOut(Set<String> untried, Set<String> active) throws IOException {
        Set<String> names =
                which(
                        untried,
                        "Unit",
                        "WantedBy",
                        "as",
                        by -> BusValues.texts(by).stream().anyMatch(active::contains));
        bus.call(unitProperty(List.copyOf(names), "After", "as"))
                .forEach(after -> names.addAll(BusValues.texts(after)));
        return names;
    }

    private static List<BusCall> unitProperty(
            Collection<String> units, String name, String signature) {
        return units.stream().map(unit -> BusCall.get(path(unit), UNIT, name, signature)).toList();
    }

    /// What tells why these units are in trouble. What their settings name is not looked at.
    public Map<String, Trouble> troubles(List<String> names) throws IOException {
        Map<String, Trouble> troubles = new HashMap<>();
        Map<String, Map<String, @Nullable Object>> answers =
                answers(names, TroubleProperties::calls);
        for (String name : names) {
            troubles.put(name, TroubleProperties.trouble(requireNonNull(answers.get(name))));
        }
        return troubles;
    }

    /// The answers to the calls for each unit, by the names of the properties.
    private Map<String, Map<String, @Nullable Object>> answers(
            List<String> units, Function<String, List<BusCall>> calls) throws IOException {
        List<BusCall> all = units.stream().flatMap(unit -> calls.apply(unit).stream()).toList();
        Iterator<@Nullable Object> values = bus.call(all).iterator();
        Map<String, Map<String, @Nullable Object>> answers = new LinkedHashMap<>();
        for (String unit : units) {
            Map<String, @Nullable Object> byName = new HashMap<>();
            for (BusCall call : calls.apply(unit)) {
                Object value = values.next();
                if (value instanceof Map<?, ?> properties) {
                    properties.forEach((name, one) -> byName.put(BusValues.text(name), one));
                } else {
                    byName.put(call.arguments().getLast(), value);
                }
            }
            answers.put(unit, byName);
        }
        return answers;
    }

    private Set<String> namesOf(Collection<String> units, List<String> properties)
            throws IOException {
        List<BusCall> calls = new ArrayList<>();
        for (String unit : units) {
            for (String property : properties) {
                calls.add(BusCall.get(path(unit), UNIT, property, "as"));
            }
        }
        Set<String> names = new LinkedHashSet<>();
        for (Object value : bus.call(calls)) {
            BusValues.texts(value).stream().filter(UnitName::isValid).forEach(names::add);
        }
        return names;
    }

    /// The services that are connected to the container's bus; none where that does not run.
    public Set<String> connected(
            Collection<UnitState> units, SafeRoot root, ContainerInit init, Deadline deadline)
            throws IOException {
        try (BusConnection daemon = BusConnection.open(root, init, deadline)) {
            return connected(units, daemon);
        } catch (AbsentException nobody) {
            return Set.of();
        }
    }

    /// The services of which a process has a connection to the bus.
    ///
    /// Source: D-Bus specification, `ListNames` and `GetConnectionUnixProcessID`; a process outside
    /// of the container, such as ours, has the number 0 there.
    Set<String> connected(Collection<UnitState> units, BusConnection daemon) throws IOException {
        BusCall list = BusCall.ofBus("ListNames", "as");
        List<BusCall> calls = new ArrayList<>();
        for (String name : BusValues.texts(daemon.call(List.of(list)).getFirst())) {
            if (name.startsWith(":") && calls.size() < bus.limits().units()) {
                calls.add(BusCall.ofBus("GetConnectionUnixProcessID", "u", name));
            }
        }
        Set<Long> processes = new LinkedHashSet<>();
        daemon.call(calls).forEach(value -> processes.add(BusValues.number(value)));
        processes.removeIf(process -> process <= 0);
        List<BusCall> owners =
                processes.stream()
                        .map(process ->
                                new BusCall(
                                        NAME,
                                        MANAGER_PATH,
                                        MANAGER,
                                        "GetUnitByPID",
                                        List.of(Long.toString(process)),
                                        "u",
                                        new BusCall.Value("o")))
                        .toList();
        Set<String> paths = new HashSet<>();
        bus.call(owners).forEach(value -> paths.add(BusValues.text(value)));
        return units.stream()
                .map(UnitState::name)
                .filter(name -> UnitName.type(name) == UnitName.UnitType.SERVICE)
                .filter(name -> paths.contains(path(name)))
                .collect(Collectors.toSet());
    }

    public Map<String, UnitDetail> details(List<UnitState> units, UnitFiles files)
            throws IOException {
        Map<String, Map<String, @Nullable Object>> answers =
                answers(units.stream().map(UnitState::name).toList(), DetailProperties::calls);
        Map<String, UnitDetail> details = new HashMap<>();
        for (UnitState unit : units) {
            Map<String, @Nullable Object> values = answers.getOrDefault(unit.name(), Map.of());
            details.put(unit.name(), DetailProperties.detail(unit, values, files));
        }
        return details;
    }

    /// Systemd lists its conditions in the reverse of the files' order.
    static List<Condition.Tested> tested(@Nullable Object value, String family) {
        List<Condition.Tested> conditions = new ArrayList<>();
        for (List<?> row : BusValues.rows(value)) {
            String type = BusValues.text(row.get(0));
            Condition condition =
                    new Condition(
                            type.startsWith(family) ? type.substring(family.length()) : type,
                            BusValues.flag(row.get(1)),
                            BusValues.flag(row.get(2)),
                            BusValues.text(row.get(3)));
            int state = (int) BusValues.number(row.get(4));
            conditions.add(new Condition.Tested(condition, Condition.Result.ofState(state)));
        }
        return conditions;
    }

    /// The object of a unit. Made from its name, not taken from the answer.
    ///
    /// Source: sd_bus_path_encode(3).
    static String path(String unit) {
        StringBuilder path = new StringBuilder(MANAGER_PATH + "/unit/");
        for (int i = 0; i < unit.length(); i++) {
            char c = unit.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (digit && i > 0)) {
                path.append(c);
            } else {
                path.append('_').append(HexFormat.of().toHexDigits((byte) c));
            }
        }
        return path.toString();
    }

    @Override
    public void close() {
        bus.close();
    }

    /// The container has no D-Bus, it does not run, or has ended. One that is silent, or speaks
    /// nonsense, is not absent.
    static final class AbsentException extends IOException {
        private static final long serialVersionUID = 1L;

        AbsentException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /// Nobody answers for a container's systemd: it has neither a D-Bus nor a socket of its own on
    /// which it listens, as after it froze.
    public static final class GoneException extends IOException {
        private static final long serialVersionUID = 1L;

        GoneException(String message) {
            super(message);
        }
    }

    /// A container's systemd or D-Bus is there, and has not answered in the time that was left:
    /// what it has answered before stands.
    public static final class SilentException extends IOException {
        private static final long serialVersionUID = 1L;

        SilentException(String message) {
            super(message);
        }
    }

    @FunctionalInterface
    public interface UnitFiles {
        /// The assignments in force that matter here.
        ///
        /// @param fragment the unit's main file; empty when it has none
        List<Setting> settings(String fragment, List<String> dropIns);

        /// Whether nothing was left out so far for want of time or for the amount of it.
        default boolean complete() {
            return true;
        }
    }
}
