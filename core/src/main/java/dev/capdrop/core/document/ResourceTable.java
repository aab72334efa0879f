package dev.capdrop.core.document;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Tables among this module's resources: a row a line, its cells separated by tabs; lines that
/// begin with `#` explain the columns.
public final class ResourceTable {
    private ResourceTable() {}

    /// The cells of each row of a table, in order.
    ///
    /// @param path of the resource, from the folder of the module's packages on
    public static List<String[]> rows(String path) {
        try (InputStream in =
                ResourceTable.class.getResourceAsStream("/dev/capdrop/core/" + path)) {
            if (in == null) {
                throw new IllegalStateException(
                        "resource '" + path + "' is missing from this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
