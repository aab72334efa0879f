package dev.capdrop.linux.snapshot;

import dev.capdrop.core.snapshot.RecordedSettings;
import dev.capdrop.core.unit.UnitFile;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.linux.bus.SystemdBus.UnitFiles;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import module java.base;

/// The assignments of unit files that this program reasons about. `Environment=` and the like may
/// hold secrets and never leave this class.
final class UnitSettings implements UnitFiles {
    private static final int MAX_FILE = 1 << 20;
    private static final long MAX_TOTAL = 64 << 20;
    private static final int MAX_PROBLEMS = 20;

    private final SafeRoot root;
    private final Deadline deadline;
    private final List<String> problems;
    private long total;
    private final Set<String> unreadable = new HashSet<>();
    private boolean exhausted;

    UnitSettings(SafeRoot root, Deadline deadline, List<String> problems) {
        this.root = root;
        this.deadline = deadline;
        this.problems = problems;
    }

    @Override
    public List<Setting> settings(String fragment, List<String> dropIns) {
        List<Setting> settings = new ArrayList<>();
        addFile(fragment, settings);
        dropIns.forEach(path -> addFile(path, settings));
        return UnitFile.merge(settings);
    }

    private void addFile(String path, List<Setting> settings) {
        if (!path.startsWith("/") || path.equals("/dev/null") || exhausted()) {
            return;
        }
        try {
            byte[] bytes = root.read(path, MAX_FILE);
            total += bytes.length;
            String text = UnitFile.text(bytes);
            for (Setting setting : UnitFile.parse(path, text)) {
                if (RecordedSettings.hold(setting)) {
                    settings.add(RecordedSettings.reduced(setting));
                }
            }
        } catch (IOException e) {
            // a mask is a symlink out of the root's file system
            if (!Errand.or(false, () -> "/dev/null".equals(root.readlink(path)))) {
                note(path, e);
            }
        }
    }

    private boolean exhausted() {
        if (!exhausted && (total > MAX_TOTAL || deadline.passed())) {
            exhausted = true;
            problems.add(
                    total > MAX_TOTAL
                            ? "not all unit files were read: they are more than 64 MiB"
                            : "not all unit files were read: the time was up");
        }
        return exhausted;
    }

    @Override
    public boolean complete() {
        return !exhausted;
    }

    /// Many units may name the same file, as a template's instances do.
    private void note(String path, IOException e) {
        if (unreadable.size() > MAX_PROBLEMS || !unreadable.add(path)) {
            return;
        }
        if (unreadable.size() <= MAX_PROBLEMS) {
            problems.add("a unit file could not be read: " + e.getMessage());
        } else {
            problems.add("more unit files could not be read");
        }
    }
}
