package dev.capdrop.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A new folder for trees to scan; closing it removes it with all below.
///
/// @param path absolute
record ScanFolder(Path path) implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    static ScanFolder make() {
        try {
            return new ScanFolder(Files.createTempDirectory("scan"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /// Runs a script, which finds the folder's path in `$D`.
    void shell(String script) {
        Command.of("bash", "-euc", script).with("D", path.toString()).within(LIMIT).runOrFail();
    }

    /// Compiles a C program of this clone into the folder.
    ///
    /// @param source relative to the clone
    /// @return the program
    Path compile(String source) {
        Path file = Clone.root().resolve(source);
        Path program = path.resolve("program");
        Command.of("gcc", "-O2", "-Wall", "-pthread", "-o", program.toString(), file.toString())
                .runOrFail();
        return program;
    }

    static Command scan(Path tree, String... options) {
        List<String> line = new ArrayList<>(List.of("scan"));
        line.addAll(List.of(options));
        line.add(tree.toString());
        return Tool.apartFromContainers(line.toArray(String[]::new));
    }

    /// Not by Java, which does not get to the end of a path longer than PATH_MAX.
    @Override
    public void close() {
        Command.of("rm", "-rf", "--one-file-system", path.toString()).within(LIMIT).runOrFail();
    }
}
