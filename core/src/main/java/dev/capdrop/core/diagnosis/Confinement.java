package dev.capdrop.core.diagnosis;

import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Evidence.Trouble.NamedFile.Standing;
import dev.capdrop.core.unit.UnitFile.Setting;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The settings of a unit's own sandbox that keep something from it.
///
/// Source: systemd.exec(5), "Sandboxing"; systemd's src/core/namespace.c.
enum Confinement {
    SYSTEM_STRICT("ProtectSystem", "strict", false, "/"),
    DYNAMIC("DynamicUser", Confinement.YES, false, "/"),
    SYSTEM_FULL("ProtectSystem", "full", false, "/usr", "/boot", "/efi", "/etc"),
    SYSTEM("ProtectSystem", Confinement.YES, false, "/usr", "/boot", "/efi"),
    HOME_READ_ONLY("ProtectHome", "read-only", false, "/home", "/root", "/run/user"),
    HOME("ProtectHome", Confinement.YES + "|tmpfs", true, "/home", "/root", "/run/user"),
    TMP("PrivateTmp", Confinement.YES + "|disconnected", true, "/tmp", "/var/tmp"),
    DEVICES("PrivateDevices", Confinement.YES, true, "/dev"),
    TUNABLES("ProtectKernelTunables", Confinement.YES, false, "/proc/sys/net");

    private static final String YES = "yes|true|on|1|y|t";

    private static final List<String> OF_KERNEL = List.of("/dev", "/proc", "/sys");

    private static final List<String> WRITABLE = List.of("ReadWritePaths", "BindPaths");
    private static final List<String> HIDING = List.of("InaccessiblePaths", "TemporaryFileSystem");
    private static final List<String> READ_ONLY_LISTS = List.of("ReadOnlyPaths");
    private static final List<String> BOUND = List.of("BindPaths", "BindReadOnlyPaths");

    private static final Pattern READ_ONLY =
            Pattern.compile(
                    "^(?!/\\S+: (?:line )?[0-9]+: [^/]*$)(?:.*[\\s'\"(=])?(/[\\w.@/-]{1,200})[^/]*[Rr]ead-only file system"
                            + "|[Rr]ead-only file system[^/]{0,40}(/[\\w.@/-]{1,200})");

    private final String setting;
    private final Pattern values;
    private final boolean hides;
    private final List<String> folders;

    Confinement(String setting, String values, boolean hides, String... folders) {
        this.setting = setting;
        this.values = Pattern.compile(values);
        this.hides = hides;
        this.folders = List.of(folders);
    }

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
            Matcher matcher = READ_ONLY.matcher(line);
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
        for (String key : hidden ? BOUND : WRITABLE) {
            if (names(patient.lines(key, ""), path) != null) {
                return null;
            }
        }
        for (Confinement row : values()) {
            List<Setting> lines = patient.lines(row.setting, "");
            if (row.hides == hidden
                    && !lines.isEmpty()
                    && row.values.matcher(lines.getLast().value()).matches()
                    && row.covers(path)) {
                return lines.getLast();
            }
        }
        for (String key : hidden ? HIDING : READ_ONLY_LISTS) {
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
