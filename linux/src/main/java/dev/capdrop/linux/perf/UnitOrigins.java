package dev.capdrop.linux.perf;

import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import dev.capdrop.core.unit.UnitFile;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.linux.libc.Libc.FileStatus;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import module java.base;

/// The make of a container's units: the unit's own file and its first program, each by path, size
/// and time of modification. An upgrade of a package replaces at least one.
final class UnitOrigins {
    /// The first that has a unit counts (systemd.unit(5), "Unit File Load Path").
    private static final List<String> UNIT_FOLDERS =
            List.of(
                    "/etc/systemd/system",
                    "/run/systemd/system",
                    "/run/systemd/generator",
                    "/usr/local/lib/systemd/system",
                    "/usr/lib/systemd/system",
                    "/lib/systemd/system",
                    "/run/systemd/generator.late");

    private static final int LARGEST = 1 << 18;

    private final Map<String, String> known = new HashMap<>();

    /// Whether the root directory did not answer once, and is not asked again, for lack of time.
    private boolean silent;

    private final Duration patience;

    UnitOrigins() {
        this(Duration.ofSeconds(5));
    }

    UnitOrigins(Duration patience) {
        this.patience = patience;
    }

    /// Returns the origins of all units that were ever looked at, by name, without those that have
    /// no file. It looks at new units only: a running program is the one from when it started.
    Map<String, String> of(Collection<String> units, Errand<SafeRoot> opening) throws IOException {
        if (!silent && !known.keySet().containsAll(units)) {
            try (SafeRoot root = opening.take()) {
                root.giveUpAt(Deadline.atLeast(patience));
                for (String unit : units) {
                    if (!known.containsKey(unit)) {
                        known.put(unit, origin(root, unit));
                    }
                }
            } catch (SafeRoot.SilentException never) {
                silent = true;
            }
        }
        Map<String, String> found = new TreeMap<>(known);
        found.values().removeIf(String::isEmpty);
        return found;
    }

    private static String origin(SafeRoot root, String unit) throws IOException {
        if (!UnitName.isValid(unit)) {
            return "";
        }
        List<String> names = new ArrayList<>(List.of(unit));
        if (UnitName.isInstance(unit)) {
            names.add(UnitName.template(unit));
        }
        for (String name : names) {
            for (String folder : UNIT_FOLDERS) {
                String path = folder + "/" + name;
                String file = state(root, path);
                if (!file.isEmpty()) {
                    String program = program(root, path);
                    return program.isEmpty() ? file : file + ", " + program;
                }
            }
        }
        return "";
    }

    private static String program(SafeRoot root, String path) throws IOException {
        String text;
        try {
            text = UnitFile.text(root.read(path, LARGEST));
        } catch (SafeRoot.SilentException silent) {
            throw silent;
        } catch (IOException noRegularFile) {
            return "";
        }
        for (UnitFile.Setting setting : UnitFile.parse(path, text)) {
            if (setting.isOf("Service", "ExecStart") && !setting.value().isEmpty()) {
                String program = ExecLine.parse(setting.value()).program();
                return program.startsWith("/") ? state(root, program) : "";
            }
        }
        return "";
    }

    private static String state(SafeRoot root, String path) throws IOException {
        FileStatus status;
        try {
            status = root.stat(path);
        } catch (SafeRoot.SilentException silent) {
            throw silent;
        } catch (IOException unreadable) {
            return "";
        }
        return status == null
                ? ""
                : path + " " + status.size() + " " + status.mtimeNanos() / 1_000_000_000L;
    }
}
