package dev.capdrop.linux.bus;

import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitName.UnitType;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The properties that a unit's detail is made of: those of every unit, and those of how its
/// process ended, which depend on its type.
final class DetailProperties {
    static final String COMMANDS = "a(sasbttttuii)";
    static final int COMMAND_CODE = 8;
    private static final int COMMAND_STATUS = 9;
    private static final Map<String, String> RESULT = Map.of("Result", "s");

    static final Map<String, String> EVERY_UNIT = everyUnit();

    static final Map<UnitType, Map<String, String>> EXIT =
            Map.of(
                    UnitType.SERVICE,
                            bySignature("s Result", "i ExecMainCode ExecMainStatus", "u NRestarts"),
                    UnitType.MOUNT, bySignature("s Result", COMMANDS + " ExecMount"),
                    UnitType.SWAP, bySignature("s Result", COMMANDS + " ExecActivate"),
                    UnitType.SOCKET, RESULT,
                    UnitType.AUTOMOUNT, RESULT,
                    UnitType.PATH, RESULT,
                    UnitType.TIMER, RESULT,
                    UnitType.SCOPE, RESULT);

    private static Map<String, String> everyUnit() {
        Map<String, String> all =
                bySignature(
                        "as Names DropInPaths",
                        "s FragmentPath UnitFileState",
                        "b NeedDaemonReload Transient ConditionResult",
                        "t ConditionTimestampMonotonic",
                        "t InactiveExitTimestampMonotonic InactiveEnterTimestampMonotonic",
                        SystemdBus.CONDITIONS + " Asserts");
        Dependency.recorded().forEach(kind -> all.put(kind.word(), "as"));
        return all;
    }

    /// Reads lines of a signature and the names of the properties that have it.
    static Map<String, String> bySignature(String... lines) {
        Map<String, String> all = new TreeMap<>();
        for (String line : lines) {
            List<String> words = List.of(line.split(" "));
            words.subList(1, words.size()).forEach(name -> all.put(name, words.getFirst()));
        }
        return all;
    }

    static List<BusCall> calls(String unit) {
        String path = SystemdBus.path(unit);
        List<BusCall> calls = new ArrayList<>();
        calls.add(BusCall.getAll(path, SystemdBus.UNIT, EVERY_UNIT));
        UnitType type = UnitName.type(unit);
        String properties = SystemdBus.NAME + "." + type.section();
        EXIT.getOrDefault(type, Map.of())
                .forEach((name, is) -> calls.add(BusCall.get(path, properties, name, is)));
        return calls;
    }

    static UnitDetail detail(
            UnitState unit, Map<String, @Nullable Object> values, SystemdBus.UnitFiles files) {
        String fragment = BusValues.text(values.get("FragmentPath"));
        List<String> dropIns = BusValues.texts(values.get("DropInPaths"));
        List<Setting> settings = unit.masked() ? List.of() : files.settings(fragment, dropIns);
        return new UnitDetail(
                UnitDetail.aliases(names(values.get("Names")), unit.name()),
                new UnitDetail.Files(
                        fragment,
                        dropIns,
                        BusValues.text(values.get("UnitFileState")),
                        BusValues.flag(values.get("NeedDaemonReload")),
                        BusValues.flag(values.get("Transient"))),
                new UnitDetail.Activation(
                        BusValues.flag(values.get("ConditionResult")),
                        BusValues.number(values.get("ConditionTimestampMonotonic")),
                        BusValues.number(values.get("InactiveExitTimestampMonotonic")),
                        BusValues.number(values.get("InactiveEnterTimestampMonotonic"))),
                SystemdBus.tested(values.get("Asserts"), "Assert"),
                dependencies(values),
                exit(UnitName.type(unit.name()), values),
                settings,
                null);
    }

    private static Dependencies dependencies(Map<String, @Nullable Object> values) {
        Dependencies all = Dependencies.NONE;
        for (Dependency kind : Dependency.recorded()) {
            all = all.with(kind, names(values.get(kind.word())));
        }
        return all;
    }

    static List<String> names(@Nullable Object value) {
        // The same names come again and again; kept once, they take a tenth of the memory.
        return BusValues.texts(value).stream()
                .filter(UnitName::isValid)
                .map(String::intern)
                .toList();
    }

    private static UnitDetail.@Nullable Exit exit(
            UnitType type, Map<String, @Nullable Object> values) {
        if (!EXIT.containsKey(type)) {
            return null;
        }
        String result = BusValues.text(values.get("Result"));
        List<List<?>> commands = BusValues.rows(values.get("ExecMount"));
        commands.addAll(BusValues.rows(values.get("ExecActivate")));
        return commands.isEmpty()
                ? new UnitDetail.Exit(
                        result,
                        (int) BusValues.number(values.get("ExecMainCode")),
                        (int) BusValues.number(values.get("ExecMainStatus")),
                        (int) BusValues.number(values.get("NRestarts")))
                : new UnitDetail.Exit(
                        result,
                        (int) BusValues.number(commands.getLast().get(COMMAND_CODE)),
                        (int) BusValues.number(commands.getLast().get(COMMAND_STATUS)),
                        0);
    }
}
