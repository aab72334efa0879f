package dev.capdrop.linux.runtime;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.session.HostProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The log of one run of an lxc program: a file without a name, so that nothing of it stays when we
/// are killed.
record LxcLog(Descriptor file) implements AutoCloseable {
    private static final int MOST = 64 << 10;
    private static final int MAX_REASON = 300;

    /// `PROGRAM NAME DATE ERROR CATEGORY - FILE:FUNCTION:LINE - MESSAGE`, or the same without a log
    /// file: `PROGRAM: NAME: FILE: FUNCTION: LINE MESSAGE`.
    private static final Pattern LINE =
            Pattern.compile(
                    "^lxc-.* - \\S+:\\w+:\\d+ - (?<logged>.+)$|^lxc-\\w+: .*?: \\S+\\.c: \\w+: \\d+ (?<printed>.+)$",
                    Pattern.MULTILINE);

    static LxcLog open() throws IOException {
        Path named = Files.createTempFile("capdrop-", ".log");
        try {
            return new LxcLog(Libc.open(named.toString(), Libc.O_RDWR | Libc.O_NOFOLLOW));
        } finally {
            Files.delete(named);
        }
    }

    /// Why the program failed: the first error, which the later ones only follow from.
    String reason(HostProgram.Outcome outcome) throws IOException {
        byte[] bytes = new byte[MOST];
        int length = Libc.pread(file, bytes, 0);
        String logged = firstMessage(new String(bytes, 0, length, StandardCharsets.UTF_8));
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

    @Override
    public void close() {
        file.close();
    }
}
