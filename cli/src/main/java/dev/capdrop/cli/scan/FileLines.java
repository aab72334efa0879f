package dev.capdrop.cli.scan;

import static java.util.Objects.requireNonNullElse;

import module java.base;
import org.jspecify.annotations.Nullable;

/// Lines of `/proc/PID/status`, of grep(1) and getfattr(1), of which some name the others' file.
final class FileLines {
    private static final String GETFATTR = "# file: ";

    /// With `grep -n` the number of the line stands behind the file, or alone.
    private static final Pattern GREP =
            Pattern.compile("(?:([^:]*[^:0-9][^:]*):)?(?:[0-9]+:)?(Cap[A-Z][a-z]{2}:\\s.*)");

    private static final Pattern FIELD = Pattern.compile("[A-Za-z0-9_]+:\\t.*");

    /// An extended attribute that is not `security.capability`, by the namespaces of xattr(7).
    private static final Pattern OTHER_ATTRIBUTE =
            Pattern.compile("(?!security\\.capability=)(?:user|trusted|system|security)\\..*");

    private String attributed = "";

    /// A text to decode, and its file, as a line says; empty where none does.
    record Decodable(String file, String text) {}

    /// Reads the next line; null where it holds nothing to decode.
    @Nullable Decodable next(String line) {
        if (line.isBlank()) {
            attributed = "";
            return null;
        }
        if (line.startsWith(GETFATTR)) {
            attributed = line.substring(GETFATTR.length());
            return null;
        }
        boolean field = FIELD.matcher(line).matches() && !line.startsWith("Cap");
        if (field || OTHER_ATTRIBUTE.matcher(line).matches()) {
            return null;
        }
        Matcher grep = GREP.matcher(line);
        return grep.matches()
                ? new Decodable(requireNonNullElse(grep.group(1), attributed), grep.group(2))
                : new Decodable(attributed, line);
    }
}
