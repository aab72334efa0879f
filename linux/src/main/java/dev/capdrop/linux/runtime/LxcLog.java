package dev.capdrop.linux.runtime;

import dev.capdrop.linux.session.HostProgram;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The log of one run of an lxc program, in a folder that only we can enter.
final class LxcLog implements AutoCloseable {
    private static final int MOST = 64 << 10;
    private static final int MAX_REASON = 300;

    /// `PROGRAM NAME DATE ERROR CATEGORY - FILE:FUNCTION:LINE - MESSAGE`, or the same without a log
    /// file: `PROGRAM: NAME: FILE: FUNCTION: LINE MESSAGE`.
    private static final Pattern LINE =
            Pattern.compile(
                    "^lxc-.* - \\S+:\\w+:\\d+ - (?<logged>.+)$|^lxc-\\w+: .*?: \\S+\\.c: \\w+: \\d+ (?<printed>.+)$",
                    Pattern.MULTILINE);

    private final Path folder;
    private final Path file;

    private LxcLog(Path folder) {
        this.folder = folder;
        this.file = folder.resolve("log");
    }

    static LxcLog open() throws IOException {
        return new LxcLog(Files.createTempDirectory("capdrop-"));
    }

    Path file() {
        return file;
    }

    /// Why the program failed: the first error, which the later ones only follow from.
    String reason(HostProgram.Outcome outcome) throws IOException {
        String logged = firstMessage(text());
        if (!logged.isEmpty()) {
            return logged;
        }
        String printed = firstMessage(outcome.output());
        if (!printed.isEmpty()) {
            return printed;
        }
        return outcome.inTime()
                ? "the program gave no reason (status " + outcome.status() + ")"
                : "the program did not end";
    }

    static String firstMessage(String text) {
        Matcher matcher = LINE.matcher(text);
        if (!matcher.find()) {
            return "";
        }
        String logged = matcher.group("logged");
        String message = logged == null ? matcher.group("printed") : logged;
        String clean = message.replaceAll("\\p{Cntrl}", "?").strip();
        return clean.length() <= MAX_REASON ? clean : clean.substring(0, MAX_REASON) + "…";
    }

    private String text() throws IOException {
        if (!Files.exists(file)) {
            return "";
        }
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MOST), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
        Files.delete(folder);
    }
}
