package dev.capdrop.core.container;

import dev.capdrop.core.document.LineDocument;
import dev.capdrop.core.unit.Words;
import module java.base;

/// Splits a configuration into the lines that liblxc acts on. Source: lxc.container.conf(5),
/// "CONFIGURATION", and liblxc 6.0.4: a line ends at a line feed or a carriage return; a NUL byte
/// ends the file; only blanks and tabs are trimmed; lines without `lxc.` at their start are
/// skipped.
final class LxcSyntax {
    private static final String MARK = "lxc.";
    private static final String BLANKS = " \t";
    private final LineDocument document;
    private final List<LxcLine> lines = new ArrayList<>();

    private LxcSyntax(LineDocument document) {
        this.document = document;
    }

    static List<LxcLine> parse(LineDocument document) {
        LxcSyntax syntax = new LxcSyntax(document);
        int end = endOfFile(document);
        for (int index = 0; index < Math.min(end + 1, document.size()); index++) {
            syntax.physicalLine(index);
        }
        return List.copyOf(syntax.lines);
    }

    static int endOfFile(LineDocument document) {
        return IntStream.range(0, document.size())
                .filter(index -> document.lines().get(index).indexOf('\0') >= 0)
                .findFirst()
                .orElse(document.size());
    }

    private void physicalLine(int index) {
        String whole = document.lines().get(index);
        if (!whole.contains(MARK)) {
            return;
        }
        int nul = whole.indexOf('\0');
        String body = nul < 0 ? document.body(index) : whole.substring(0, nul);
        int from = 0;
        for (String piece : body.split("\r", -1)) {
            piece(index, from, piece);
            from += piece.length() + 1;
        }
    }

    private void piece(int index, int from, String text) {
        int start = Words.skip(text, 0, BLANKS);
        if (!text.startsWith(MARK, start)) {
            return;
        }
        int equals = text.indexOf('=', start);
        lines.add(
                equals < 0
                        ? new LxcLine.Broken(index, from, text)
                        : setting(index, from, text, start, equals));
    }

    private static LxcLine setting(int index, int from, String text, int start, int equals) {
        String key = text.substring(start, Words.trimmed(text, start, equals, BLANKS));
        int valueStart = Words.skip(text, equals + 1, BLANKS);
        int valueEnd = Words.trimmed(text, valueStart, text.length(), BLANKS);
        if (quoted(text, valueStart, valueEnd)) {
            valueStart++;
            valueEnd--;
        }
        String value = text.substring(valueStart, valueEnd);
        return new LxcLine.Setting(index, from, text, key, value, from + valueStart);
    }

    private static boolean quoted(String text, int start, int end) {
        if (end - start < 2) {
            return false;
        }
        char first = text.charAt(start);
        return (first == '"' || first == '\'') && text.charAt(end - 1) == first;
    }
}
