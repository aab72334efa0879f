package dev.capdrop.core.runtime;

import dev.capdrop.core.document.LineDocument;
import dev.capdrop.core.unit.UnitFile;
import dev.capdrop.core.unit.WordReader;
import java.util.ArrayList;
import java.util.List;

/// The places of the editable lines of a settings file: assignments that stand on one line each.
/// [NspawnFile] has their meaning.
///
/// @param assignments those of the section `[Exec]`, in order
/// @param end the line behind the last one with content of the last section `[Exec]`; -1 where
///   there is no such section
public record NspawnLines(List<Assignment> assignments, int end) {
    public NspawnLines {
        assignments = List.copyOf(assignments);
    }

    /// One assignment.
    ///
    /// @param index its line, from 0
    /// @param value its right side, without blanks around it
    /// @param valueFrom the column of the value's first character
    public record Assignment(int index, String key, String value, int valueFrom) {}

    public static NspawnLines of(LineDocument document) {
        List<Assignment> found = new ArrayList<>();
        int end = -1;
        boolean exec = false;
        boolean continued = false;
        for (int i = 0; i < document.size(); i++) {
            String line = document.body(i);
            int from = skipBlanks(line, 0);
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

    private static Assignment assignment(int index, String line, int from, int equals) {
        int start = skipBlanks(line, equals + 1);
        int end = line.length();
        while (end > start && isBlank(line.charAt(end - 1))) {
            end--;
        }
        String key = line.substring(from, equals).strip();
        return new Assignment(index, key, line.substring(start, end), start);
    }

    private static int skipBlanks(String line, int from) {
        int at = from;
        while (at < line.length() && isBlank(line.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(char c) {
        return WordReader.BLANKS.indexOf(c) >= 0;
    }
}
