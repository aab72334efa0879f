package dev.capdrop.core.boot;

import dev.capdrop.core.snapshot.UnitState.LoadState;
import dev.capdrop.core.unit.UnitFile;
import dev.capdrop.core.unit.UnitTree;
import module java.base;

/// Reads the files of units, within a limit on their total text, and keeps their faults.
final class UnitTexts {
    /// The limit; a container with more wrong files was made to keep us busy.
    private static final int MOST_PROBLEMS = 50;

    /// The limit in characters; a thousand units of a real system need about two million.
    private static final long MOST_TEXT = 16L << 20;

    private static final long ASSIGNMENT = 64;

    private final UnitTree tree;
    private final List<String> problems = new ArrayList<>();
    private long room = MOST_TEXT;
    private boolean full;

    UnitTexts(UnitTree tree) {
        this.tree = tree;
    }

    /// The content of one file, as far as systemd reads it: MASKED where empty, NOT_FOUND where a
    /// symlink leads nowhere, ERROR where systemd gives up on it, BAD_SETTING where it refuses a
    /// command.
    record Content(LoadState state, List<UnitFile.Setting> settings) {
        Content(LoadState state) {
            this(state, List.of());
        }
    }

    Content read(String path, String unit) {
        return switch (tree.read(path)) {
            case UnitTree.FileText.Text(String text) ->
                    text.isEmpty() ? new Content(LoadState.MASKED) : parse(path, text);
            case UnitTree.FileText.Missing _ -> {
                note("'" + path + "', a file of '" + unit + "', leads nowhere");
                yield new Content(LoadState.NOT_FOUND);
            }
            case UnitTree.FileText.Unreadable unreadable -> {
                note(unreadable.why());
                yield new Content(LoadState.UNREAD);
            }
        };
    }

    private Content parse(String path, String text) {
        UnitFile file = UnitFile.read(path, text);
        long size =
                file.settings().stream()
                        .mapToLong(it -> ASSIGNMENT + it.key().length() + it.value().length())
                        .sum();
        if (size > room) {
            if (!full) {
                note("the units' files say too much: '" + path + "' and others were not read");
            }
            full = true;
            return new Content(LoadState.UNREAD);
        }
        room -= size;
        if (file.brokenLine() > 0) {
            note(
                    "'%s': systemd gives up on it at line %d, %s"
                            .formatted(path, file.brokenLine(), file.brokenBy()));
        }
        for (UnitFile.Setting setting : file.settings()) {
            if (CommandLines.are(setting)
                    && CommandLines.count(setting.value()) == CommandLines.REFUSED) {
                return refused(setting, file);
            }
        }
        return new Content(
                file.brokenLine() > 0 ? LoadState.ERROR : LoadState.LOADED, file.settings());
    }

    private Content refused(UnitFile.Setting line, UnitFile file) {
        note("'" + line.file() + "': systemd refuses the command at line " + line.line());
        return new Content(
                LoadState.BAD_SETTING, file.settings().subList(0, file.settings().indexOf(line)));
    }

    void note(String problem) {
        if (problems.size() < MOST_PROBLEMS && !problems.contains(problem)) {
            problems.add(problem);
        } else if (problems.size() == MOST_PROBLEMS && !problems.contains(problem)) {
            problems.add("there is more that is wrong with the units' files");
        }
    }

    List<String> problems() {
        return List.copyOf(problems);
    }
}
