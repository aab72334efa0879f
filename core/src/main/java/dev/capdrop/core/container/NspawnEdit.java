package dev.capdrop.core.container;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.LineDocument;
import dev.capdrop.core.unit.UnitFile;
import dev.capdrop.core.unit.Words;
import dev.capdrop.core.unit.Words.WordReader;
import module java.base;

/// Makes texts in which a machine's settings drop more, every other line byte-equal.
final class NspawnEdit {
    public static final String DROP = "DropCapability";

    private static final String SECTION = "[Exec]";
    private static final String MADE = "# Made by capdrop, there was no such file before: ";
    private static final String HEADER = MADE + "'capdrop undo' removes it.\n";

    /// Returns the texts of a settings file, empty for none, best first: a new line, or a section.
    public static List<String> ofFile(String before, CapabilitySet drop) {
        String line = DROP + "=" + NspawnWords.format(drop);
        if (before.isEmpty()) {
            return List.of(HEADER + SECTION + "\n" + line + "\n");
        }
        LineDocument document = LineDocument.parse(before);
        NspawnLines lines = NspawnLines.of(document);
        List<String> texts = new ArrayList<>();
        int behind = 0;
        for (LxcLine.Setting assignment : lines.assignments()) {
            behind = assignment.key().endsWith("Capability") ? assignment.index() + 1 : behind;
        }
        if (behind > 0) {
            texts.add(document.insert(behind, line).format());
        }
        if (lines.end() >= 0) {
            texts.add(document.insert(lines.end(), line).format());
        }
        int end = document.size();
        texts.add(document.insert(end, SECTION).insert(end + 1, line).format());
        return texts;
    }

    /// Returns the texts of a command line, a word a line: with a new option, or with options for
    /// all that is wanted, since these take the file's lines out of force.
    public static List<String> ofCommandLine(
            String before, CapabilitySet drop, CapabilitySet wanted) {
        String option = "--drop-capability=";
        LineDocument document = LineDocument.parse(before);
        CapabilitySet standard = NspawnCommand.DEFAULT;
        LineDocument whole = document;
        CapabilitySet more = wanted.minus(standard);
        if (!more.isEmpty()) {
            whole = whole.insert(1, "--capability=" + NspawnWords.formatOption(more));
        }
        CapabilitySet less = standard.union(NspawnCommand.OWN_NETWORK).minus(wanted);
        return List.of(
                document.insert(1, option + NspawnWords.formatOption(drop)).format(),
                whole.insert(1, option + NspawnWords.formatOption(less)).format());
    }

    /// Returns the text; empty where only our own frame around our own line is left of it.
    public static String withoutOurs(String text) {
        boolean bare =
                LineDocument.parse(text).lines().stream()
                        .map(String::strip)
                        .allMatch(line ->
                                line.isEmpty() || line.startsWith("#") || line.equals(SECTION));
        return text.startsWith(MADE) && bare ? "" : text;
    }

    /// The editable lines of a settings file, assignments of `[Exec]` on one line each, and the
    /// line behind the last such section's content, or -1.
    record NspawnLines(List<LxcLine.Setting> assignments, int end) {
        static NspawnLines of(LineDocument document) {
            List<LxcLine.Setting> found = new ArrayList<>();
            int end = -1;
            boolean exec = false;
            boolean continued = false;
            for (int i = 0; i < document.size(); i++) {
                String line = document.body(i);
                int from = Words.skip(line, 0, WordReader.BLANKS);
                boolean comment = from < line.length() && "#;".indexOf(line.charAt(from)) >= 0;
                boolean says = !comment && (continued || from < line.length());
                if (says && !continued && line.startsWith("[", from)) {
                    exec = line.strip().equals("[Exec]");
                }
                end = says && exec ? i + 1 : end;
                boolean goesOn = comment ? continued : UnitFile.continues(line);
                int equals = line.indexOf('=');
                if (says
                        && exec
                        && !continued
                        && !goesOn
                        && equals > from
                        && line.charAt(from) != '[') {
                    found.add(assignment(i, line, from, equals));
                }
                continued = goesOn;
            }
            return new NspawnLines(found, end);
        }

        private static LxcLine.Setting assignment(int index, String line, int from, int equals) {
            int start = Words.skip(line, equals + 1, WordReader.BLANKS);
            int end = Words.trimmed(line, start, line.length(), WordReader.BLANKS);
            String key = line.substring(from, equals).strip();
            return new LxcLine.Setting(index, 0, line, key, line.substring(start, end), start);
        }
    }
}
