package dev.capdrop.cli.drop;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import dev.capdrop.core.container.Editing.ConfigEdit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Makes a unified diff of a configuration edit.
final class UnifiedDiff {
    private static final int CONTEXT = 3;

    /// The number of lines that name the file, even if its name holds a line feed.
    private static final int HEADER = 2;

    private UnifiedDiff() {}

    /// Returns the lines of the diff; empty when the edit changes nothing.
    static List<String> lines(ConfigEdit edit) {
        List<String> before = split(edit.before());
        List<String> after = split(edit.after());
        List<String> lines =
                UnifiedDiffUtils.generateUnifiedDiff(
                        edit.path(), edit.path(), before, DiffUtils.diff(before, after), CONTEXT);
        List<String> split = new ArrayList<>();
        for (String line : lines) {
            boolean header = split.size() < HEADER;
            split.addAll(header ? List.of(line) : List.of(line.split("\n", -1)));
        }
        return split;
    }

    /// Splits bytes into lines; a missing last line feed shows as in diff(1).
    private static List<String> split(String bytes) {
        String text =
                new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        if (text.isEmpty()) {
            return List.of();
        }
        List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
        if (lines.getLast().isEmpty()) {
            lines.removeLast();
        } else {
            lines.set(lines.size() - 1, lines.getLast() + "\n\\ No newline at end of file");
        }
        return lines;
    }
}
