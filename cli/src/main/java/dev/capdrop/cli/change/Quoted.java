package dev.capdrop.cli.change;

import module java.base;

/// Text as a string of another language, in ASCII on one line, so that nothing in it ends that.
final class Quoted {
    private static final int FIRST_PRINTABLE = ' ';
    private static final int LAST_PRINTABLE = '~';
    private static final int LAST_OF_PLANE = 0xffff;

    /// Returns a double-quoted scalar (YAML 1.2, 5.7 and 7.3.1).
    static String yaml(String text) {
        return "\"" + escaped(text) + "\"";
    }

    /// Returns a scalar that Ansible takes no template from (its `!unsafe`).
    static String ansible(String text) {
        return text.contains("{") ? "!unsafe " + yaml(text) : yaml(text);
    }

    /// Returns a template without interpolation (HCL Native Syntax, "Template Literals").
    static String hcl(String text) {
        return "\"" + escaped(text).replace("${", "$${").replace("%{", "%%{") + "\"";
    }

    private static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> out.append(escaped(c)));
        return out.toString();
    }

    private static String escaped(int c) {
        return switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\n' -> "\\n";
            case '\t' -> "\\t";
            case '\r' -> "\\r";
            default -> {
                if (c >= FIRST_PRINTABLE && c <= LAST_PRINTABLE) {
                    yield Character.toString(c);
                }
                String format = c > LAST_OF_PLANE ? "\\U%08x" : "\\u%04x";
                yield String.format(Locale.ROOT, format, c);
            }
        };
    }

    /// Returns a word for bash(1), "QUOTING", `$'string'`.
    static String bash(String text) {
        StringBuilder out = new StringBuilder("$'");
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            int c = each & 0xff;
            switch (c) {
                case '\'' -> out.append("\\'");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                default -> {
                    if (c >= FIRST_PRINTABLE && c <= LAST_PRINTABLE) {
                        out.append((char) c);
                    } else {
                        out.append(String.format(Locale.ROOT, "\\x%02x", c));
                    }
                }
            }
        }
        return out.append('\'').toString();
    }

    /// Returns a pattern of Python's that this line alone matches.
    static String pattern(String line) {
        StringBuilder out = new StringBuilder("^");
        line.codePoints()
                .forEach(c -> {
                    boolean word = c > LAST_PRINTABLE || Character.isLetterOrDigit(c) || c == '_';
                    out.append(word ? "" : "\\").appendCodePoint(c);
                });
        return out.append('$').toString();
    }
}
