package dev.capdrop.cli.command;

import dev.capdrop.cli.render.Json;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Untrusted;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say how to write, and the streams that follow from them.
final class Output {
    /// The width to wrap at where nobody says another.
    private static final int WIDTH = 80;

    private static final int MAX_WIDTH = 120;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    Format format = Format.text;

    @Option(names = "--json", description = "the same as --format json")
    boolean json;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            description =
                    "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}, and never with NO_COLOR)")
    Color color = Color.auto;

    enum Format {
        text,
        json
    }

    enum Color {
        auto,
        always,
        never
    }

    boolean isJson() {
        return json || format == Format.json;
    }

    /// The terminal: text to stdout, talk to stderr.
    Terminal terminal() {
        Charset charset = charset();
        return new Terminal(
                new PrintStream(new FileOutputStream(FileDescriptor.out), false, charset),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, charset),
                charset,
                colored(),
                width());
    }

    void writeJson(Object tree) throws IOException {
        try {
            Json.write(new FileOutputStream(FileDescriptor.out), tree);
        } catch (IOException e) {
            if (!isClosedPipe(e)) {
                throw e;
            }
        }
    }

    static boolean isClosedPipe(IOException e) {
        return e.getMessage() != null && e.getMessage().contains("Broken pipe");
    }

    static String escape(String text) {
        return Untrusted.escape(text, charset().newEncoder());
    }

    /// Whether somebody sits at both ends.
    static boolean interactive() {
        Console console = console();
        return console != null && console.isTerminal();
    }

    @SuppressWarnings("SystemConsoleNull") // the specification still allows it
    static @Nullable Console console() {
        return System.console();
    }

    private static Charset charset() {
        Charset locale = Charset.forName(System.getProperty("native.encoding", "US-ASCII"));
        return locale.equals(StandardCharsets.UTF_8) ? locale : StandardCharsets.US_ASCII;
    }

    private boolean colored() {
        String noColor = System.getenv("NO_COLOR");
        return switch (color) {
            case always -> true;
            case never -> false;
            case auto -> (noColor == null || noColor.isEmpty()) && interactive();
        };
    }

    private static int width() {
        String columns = System.getenv("COLUMNS");
        if (columns == null || !columns.matches("[0-9]{2,4}")) {
            return WIDTH;
        }
        return Math.clamp(Integer.parseInt(columns), 40, MAX_WIDTH);
    }
}
