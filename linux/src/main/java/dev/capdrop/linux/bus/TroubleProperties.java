package dev.capdrop.linux.bus;

import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Evidence.Trouble.CommandExit;
import dev.capdrop.core.snapshot.Evidence.Trouble.NamedFile.Standing;
import dev.capdrop.core.unit.UnitName;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The properties that tell why a unit is in trouble.
///
/// Source: org.freedesktop.systemd1(5).
final class TroubleProperties {
    private static final int PATH = 0;
    private static final int CODE = DetailProperties.COMMAND_CODE;
    private static final int STATUS = CODE + 1;
    private static final int MOST_COMMANDS = 50;
    private static final String CREDENTIAL = "LoadCredential";
    static final List<String> NEEDED_BY =
            List.of("RequiredBy", "WantedBy", "BoundBy", "RequisiteOf", "UpheldBy");

    /// In the order in which they run.
    private static final List<String> EXECUTED =
            List.of("ExecCondition", "ExecStartPre", "ExecStart", "ExecStartPost");

    static List<BusCall> calls(String unit) {
        String path = SystemdBus.path(unit);
        List<BusCall> calls = new ArrayList<>();
        calls.add(BusCall.get(path, SystemdBus.UNIT, "LoadError", "(ss)"));
        calls.add(BusCall.get(path, SystemdBus.UNIT, "InactiveExitTimestamp", "t"));
        NEEDED_BY.forEach(name -> calls.add(BusCall.get(path, SystemdBus.UNIT, name, "as")));
        if (UnitName.type(unit) == UnitName.UnitType.SERVICE) {
            String type = SystemdBus.NAME + ".Service";
            EXECUTED.forEach(
                    name -> calls.add(BusCall.get(path, type, name, DetailProperties.COMMANDS)));
            for (String time :
                    List.of(
                            "RestartUSec",
                            "ExecMainStartTimestampMonotonic",
                            "ExecMainExitTimestampMonotonic")) {
                calls.add(BusCall.get(path, type, time, "t"));
            }
            calls.add(BusCall.get(path, type, CREDENTIAL, "a(ss)"));
        }
        return calls;
    }

    static Trouble trouble(Map<String, @Nullable Object> values) {
        long started = BusValues.number(values.get("ExecMainStartTimestampMonotonic"));
        long ended = BusValues.number(values.get("ExecMainExitTimestampMonotonic"));
        Set<String> neededBy = new LinkedHashSet<>();
        NEEDED_BY.forEach(name -> neededBy.addAll(DetailProperties.names(values.get(name))));
        return new Trouble(
                loadError(values.get("LoadError")),
                commands(values),
                credentials(values.get(CREDENTIAL)),
                BusValues.number(values.get("InactiveExitTimestamp")),
                BusValues.number(values.get("RestartUSec")),
                Math.max(0, ended - started),
                List.copyOf(neededBy),
                List.of());
    }

    /// A name of an error of D-Bus and a sentence.
    private static String loadError(@Nullable Object value) {
        List<?> pair = BusValues.list(value);
        return pair.size() < 2 ? "" : BusValues.text(pair.get(1));
    }

    private static List<CommandExit> commands(Map<String, @Nullable Object> values) {
        List<CommandExit> commands = new ArrayList<>();
        for (String name : EXECUTED) {
            for (List<?> row : BusValues.rows(values.get(name))) {
                if (commands.size() < MOST_COMMANDS) {
                    commands.add(
                            new CommandExit(
                                    name,
                                    BusValues.text(row.get(PATH)),
                                    (int) BusValues.number(row.get(CODE)),
                                    (int) BusValues.number(row.get(STATUS))));
                }
            }
        }
        return commands;
    }

    /// The files that credentials are loaded from; whether they are there is not known yet. A path
    /// that is not absolute names what systemd itself was given.
    private static List<Trouble.NamedFile> credentials(@Nullable Object value) {
        List<Trouble.NamedFile> files = new ArrayList<>();
        for (List<?> row : BusValues.rows(value)) {
            String path = BusValues.text(row.get(1));
            if (path.startsWith("/") && files.size() < MOST_COMMANDS) {
                files.add(new Trouble.NamedFile(CREDENTIAL, path, Standing.UNREADABLE, ""));
            }
        }
        return files;
    }
}
