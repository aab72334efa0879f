package dev.capdrop.core.diagnosis;

import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Evidence.Trouble.NamedFile.Standing;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.Words;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A setting of a unit's own sandbox that keeps something from it: a row of the resource
/// `confinement.tsv`, where the columns are explained.
record Confinement(String setting, List<String> values, boolean hides, List<String> folders) {
    /// Paths that a unit sees all the same (systemd.exec(5), "Sandboxing").
    private static final List<String> BIND_SETTINGS = List.of("BindPaths", "BindReadOnlyPaths");

    /// Paths that it may write all the same.
    private static final List<String> WRITABLE_SETTINGS = List.of("ReadWritePaths", "BindPaths");

    /// Paths that it does not see.
    private static final List<String> HIDING_SETTINGS =
            List.of("InaccessiblePaths", "TemporaryFileSystem");

    /// Paths that it may only read.
    private static final List<String> READ_ONLY_SETTINGS = List.of("ReadOnlyPaths");

    /// EROFS said of a path.
    private static final Pattern READ_ONLY_FILE_SYSTEM =
            Pattern.compile(
                    "^(?!/\\S+: (?:line )?[0-9]+: [^/]*$)(?:.*[\\s'\"(=])?(/[\\w.@/-]{1,200})[^/]*[Rr]ead-only file system"
                            + "|[Rr]ead-only file system[^/]{0,40}(/[\\w.@/-]{1,200})");

    private static final List<Confinement> ALL =
            ResourceTable.rows("diagnosis/confinement.tsv").stream()
                    .map(row ->
                            new Confinement(
                                    row[0],
                                    ResourceTable.words(row[1]),
                                    row[2].equals("hides"),
                                    ResourceTable.words(row[3])))
                    .toList();

    private static final List<String> OF_KERNEL = List.of("/dev", "/proc", "/sys");

    static @Nullable Cause of(Patient patient) {
        String step = patient.stepName();
        if (step.equals("EXEC") || step.equals("CHDIR")) {
            return ofProgram(patient, step.equals("EXEC") ? "Exec" : "WorkingDirectory");
        }
        for (Trouble.NamedFile file : patient.trouble().files()) {
            boolean there =
                    file.setting().equals(Trouble.NamedFile.SAID)
                            && file.standing() == Standing.FITS
                            && file.more().isEmpty();
            Setting hidden = there && step.isEmpty() ? keeps(patient, file.name(), true) : null;
            if (hidden != null) {
                return new Cause.OwnSandbox(file.name(), hidden, true);
            }
        }
        for (String line : patient.trouble().log()) {
            Matcher matcher = READ_ONLY_FILE_SYSTEM.matcher(line);
            if (step.isEmpty() && matcher.find()) {
                String path = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
                Setting kept = keeps(patient, path, false);
                return kept == null ? null : new Cause.OwnSandbox(path, kept, false);
            }
        }
        return null;
    }

    private static @Nullable Cause ofProgram(Patient patient, String settings) {
        for (Trouble.NamedFile file : patient.trouble().files()) {
            boolean there =
                    file.standing() == Standing.FITS || file.standing() == Standing.UNREADABLE;
            if (there && file.setting().startsWith(settings)) {
                Setting hidden = keeps(patient, file.name(), true);
                if (hidden != null) {
                    return new Cause.OwnSandbox(file.name(), hidden, true);
                }
            }
        }
        return null;
    }

    private static @Nullable Setting keeps(Patient patient, String path, boolean hidden) {
        for (String key : hidden ? BIND_SETTINGS : WRITABLE_SETTINGS) {
            if (names(patient.lines(key, ""), path) != null) {
                return null;
            }
        }
        for (Confinement row : ALL) {
            List<Setting> lines = patient.lines(row.setting, "");
            if (row.hides == hidden
                    && !lines.isEmpty()
                    && row.takes(lines.getLast().value())
                    && row.covers(path)) {
                return lines.getLast();
            }
        }
        for (String key : hidden ? HIDING_SETTINGS : READ_ONLY_SETTINGS) {
            Setting line = names(patient.lines(key, ""), path);
            if (line != null) {
                return line;
            }
        }
        return null;
    }

    private static @Nullable Setting names(List<Setting> lists, String path) {
        for (Setting line : lists) {
            for (String word : line.value().split("\\s+")) {
                String[] places = word.replaceFirst("^[-+]+", "").split(":", -1);
                if (isBelow(path, places[Math.min(1, places.length - 1)])) {
                    return line;
                }
            }
        }
        return null;
    }

    private boolean takes(String value) {
        return values.contains(value) || (values.contains("yes") && Words.flag(value, false));
    }

    private boolean covers(String path) {
        return folders.contains("/")
                ? OF_KERNEL.stream().noneMatch(folder -> isBelow(path, folder))
                : folders.stream().anyMatch(folder -> isBelow(path, folder));
    }

    private static boolean isBelow(String path, String folder) {
        return folder.startsWith("/")
                && (path.equals(folder)
                        || path.startsWith(folder.endsWith("/") ? folder : folder + "/"));
    }
}
