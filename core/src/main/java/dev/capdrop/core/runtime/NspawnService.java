package dev.capdrop.core.runtime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.capdrop.core.document.Names;
import dev.capdrop.core.unit.UnitFile;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The service that starts a machine, `systemd-nspawn@NAME.service` (systemd.unit(5), "Unit File
/// Load Path" and the drop-ins of templates).
///
/// @param words the command line, the program first; none where no unit was found
/// @param path the file that has it; where none was found, the template's name
/// @param line from 1; 0 where none was found
public record NspawnService(NspawnCommand command, List<String> words, String path, int line) {
    private static final List<String> FOLDERS = Names.list("unit-folders");

    private static final String TEMPLATE = "systemd-nspawn@.service";
    private static final String PROGRAM = "systemd-nspawn";

    public static String unit(String machine) {
        return "systemd-nspawn@" + machine + ".service";
    }

    /// Reads the service of a machine.
    ///
    /// @param read the content of a file, a string of bytes, or null
    /// @param list the files `*.conf` of a folder with a trailing slash, or null
    public static NspawnService of(
            String machine,
            Function<String, @Nullable String> read,
            Function<String, @Nullable List<String>> list) {
        Setting start = null;
        for (String path : files(unit(machine), read, list)) {
            String text = read.apply(path);
            for (Setting setting :
                    text == null
                            ? List.<Setting>of()
                            : UnitFile.parse(path, UnitFile.text(text.getBytes(ISO_8859_1)))) {
                boolean says = setting.isOf("Service", "ExecStart") && !setting.value().isEmpty();
                start = says ? setting : start;
            }
        }
        List<String> words = start == null ? List.of() : words(start.value(), machine);
        return start == null || words.isEmpty()
                ? new NspawnService(NspawnCommand.ofTemplate(machine), List.of(), TEMPLATE, 0)
                : new NspawnService(NspawnCommand.parse(words), words, start.file(), start.line());
    }

    private static List<String> files(
            String unit,
            Function<String, @Nullable String> read,
            Function<String, @Nullable List<String>> list) {
        List<String> files = new ArrayList<>();
        for (String name : List.of(unit, TEMPLATE)) {
            for (String folder : FOLDERS) {
                if (files.isEmpty() && read.apply(folder + name) != null) {
                    files.add(folder + name);
                }
            }
        }
        Map<String, String> dropIns = new TreeMap<>();
        for (String folder : FOLDERS) {
            for (String name : List.of(unit, TEMPLATE)) {
                List<String> members = list.apply(folder + name + ".d/");
                for (String path : members == null ? List.<String>of() : members) {
                    dropIns.putIfAbsent(path.substring(path.lastIndexOf('/') + 1), path);
                }
            }
        }
        files.addAll(dropIns.values());
        return files;
    }

    private static List<String> words(String value, String machine) {
        return Words.split(value).stream()
                .dropWhile(word -> !word.endsWith(PROGRAM))
                .map(word -> word.replace("%i", machine).replace("%I", machine).replace("%%", "%"))
                .toList();
    }
}
