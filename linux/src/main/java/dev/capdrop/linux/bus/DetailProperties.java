package dev.capdrop.linux.bus;

import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitType;
import dev.capdrop.linux.bus.SystemdBus.UnitFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The properties that a unit's detail is made of: those of every unit, and those of how its
/// process ended, which depend on its type.
final class DetailProperties {
    private static final Map<String, String> EVERY_UNIT =
            Map.ofEntries(
                    Map.entry("Names", "as"),
                    Map.entry("FragmentPath", "s"),
                    Map.entry("DropInPaths", "as"),
                    Map.entry("UnitFileState", "s"),
                    Map.entry("NeedDaemonReload", "b"),
                    Map.entry("Transient", "b"),
                    Map.entry("ConditionResult", "b"),
                    Map.entry("ConditionTimestampMonotonic", "t"),
                    Map.entry("InactiveExitTimestampMonotonic", "t"),
                    Map.entry("InactiveEnterTimestampMonotonic", "t"),
                    Map.entry("Asserts", SystemdBus.CONDITIONS),
                    Map.entry("Requires", "as"),
                    Map.entry("Requisite", "as"),
                    Map.entry("Wants", "as"),
                    Map.entry("BindsTo", "as"),
                    Map.entry("Upholds", "as"),
                    Map.entry("After", "as"),
                    Map.entry("TriggeredBy", "as"),
                    Map.entry("Conflicts", "as"),
                    Map.entry("PartOf", "as"));

    private static final String COMMANDS = "a(sasbttttuii)";
    private static final int COMMAND_CODE = 8;
    private static final int COMMAND_STATUS = 9;

    /// How a unit of this type ended: property and signature.
    private static final Map<UnitType, List<Map.Entry<String, String>>> EXIT =
            Map.of(
                    UnitType.SERVICE,
                    List.of(
                            Map.entry("Result", "s"),
                            Map.entry("ExecMainCode", "i"),
                            Map.entry("ExecMainStatus", "i"),
                            Map.entry("NRestarts", "u")),
                    UnitType.MOUNT,
                    List.of(Map.entry("Result", "s"), Map.entry("ExecMount", COMMANDS)),
                    UnitType.SWAP,
                    List.of(Map.entry("Result", "s"), Map.entry("ExecActivate", COMMANDS)),
                    UnitType.SOCKET,
                    List.of(Map.entry("Result", "s")),
                    UnitType.AUTOMOUNT,
                    List.of(Map.entry("Result", "s")),
                    UnitType.PATH,
                    List.of(Map.entry("Result", "s")),
                    UnitType.TIMER,
                    List.of(Map.entry("Result", "s")),
                    UnitType.SCOPE,
                    List.of(Map.entry("Result", "s")));

    private DetailProperties() {}

    /// The questions for one unit.
    static List<BusCall> calls(String unit) {
        String path = SystemdBus.path(unit);
        List<BusCall> calls = new ArrayList<>();
        calls.add(BusCall.getAll(path, SystemdBus.UNIT, EVERY_UNIT));
        UnitType type = UnitName.type(unit);
        for (Map.Entry<String, String> exit : EXIT.getOrDefault(type, List.of())) {
            String properties = SystemdBus.NAME + "." + type.section();
            calls.add(BusCall.get(path, properties, exit.getKey(), exit.getValue()));
        }
        return calls;
    }

    /// @param values the answers by the names of the properties
    static UnitDetail detail(
            UnitState unit, Map<String, @Nullable Object> values, UnitFiles files) {
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

    private static List<String> names(@Nullable Object value) {
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
        return switch (type) {
            case SERVICE ->
                    new UnitDetail.Exit(
                            result,
                            (int) BusValues.number(values.get("ExecMainCode")),
                            (int) BusValues.number(values.get("ExecMainStatus")),
                            (int) BusValues.number(values.get("NRestarts")));
            case MOUNT -> commandExit(result, BusValues.rows(values.get("ExecMount")));
            case SWAP -> commandExit(result, BusValues.rows(values.get("ExecActivate")));
            case SOCKET, TARGET, DEVICE, AUTOMOUNT, TIMER, PATH, SLICE, SCOPE, OTHER ->
                    new UnitDetail.Exit(result, 0, 0);
        };
    }

    private static UnitDetail.Exit commandExit(String result, List<List<?>> commands) {
        if (commands.isEmpty()) {
            return new UnitDetail.Exit(result, 0, 0);
        }
        List<?> last = commands.getLast();
        return new UnitDetail.Exit(
                result,
                (int) BusValues.number(last.get(COMMAND_CODE)),
                (int) BusValues.number(last.get(COMMAND_STATUS)));
    }
}
