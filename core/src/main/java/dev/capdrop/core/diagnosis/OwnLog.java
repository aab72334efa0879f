package dev.capdrop.core.diagnosis;

import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitName;
import module java.base;

/// The log of a program that tells the journal little: the rows of the resource `logs.tsv`; of a
/// program that has none, what is called like it or its unit.
final class OwnLog {
    private static final List<String[]> ALL = ResourceTable.rows("diagnosis/logs.tsv");

    /// Returns the log to look into for why a unit failed; empty where none is known of its
    /// programs, or where its lines tell and none of them is of a log that was read.
    static String of(String unit, Trouble trouble, List<String> lines) {
        return tell(lines, unit) ? read(trouble) : of(trouble);
    }

    private static boolean tell(List<String> lines, String unit) {
        return lines.stream()
                .filter(line -> !line.startsWith(unit + ": "))
                .anyMatch(ShownLines::tells);
    }

    static String of(Trouble trouble) {
        String read = read(trouble);
        for (Trouble.CommandExit command : trouble.commands()) {
            for (String[] row : ALL) {
                if (read.isEmpty() && ResourceTable.words(row[1]).contains(command.name())) {
                    return row[0];
                }
            }
        }
        return read;
    }

    private static String read(Trouble trouble) {
        return trouble.files().stream()
                .filter(file -> file.setting().equals(Trouble.NamedFile.LOG))
                .map(Trouble.NamedFile::name)
                .findFirst()
                .orElse("");
    }

    /// Returns the files and, with a slash at their end, the folders of files where a unit's
    /// program may have said why it failed: the known log, or else what the unit's file names and
    /// what is called like it or a program of it, with its instance or without.
    static Collection<String> places(UnitState unit, Trouble trouble, List<String> lines) {
        if (tell(lines, unit.name())) {
            return List.of();
        }
        String known = of(trouble);
        if (!known.isEmpty()) {
            return List.of(known);
        }
        Set<String> places = new LinkedHashSet<>();
        for (Setting setting : unit.detail().settings()) {
            String value = setting.value();
            if (setting.key().equals("LogsDirectory")) {
                Stream.of(value.split("[ :]")).forEach(one -> places.add("/var/log/" + one + "/"));
            } else if (value.matches("(?:append|file|truncate):/[^%]*[^%/]")) {
                places.add(value.substring(value.indexOf('/')));
            }
        }
        String instance = "-" + UnitName.instance(unit.name());
        Stream.concat(
                        Stream.of(UnitName.prefix(unit.name())),
                        trouble.commands().stream().map(Trouble.CommandExit::name))
                .map(name -> "/var/log/" + name)
                .forEach(name ->
                        Collections.addAll(
                                places, name + ".log", name + instance + ".log", name + "/"));
        return places;
    }
}
