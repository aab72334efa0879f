package dev.capdrop.linux.session;

import dev.capdrop.linux.time.Errand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// The command lines of the processes of this host's root.
///
/// Only of these are they read: a command line is memory of the process, and who reads that waits
/// for whatever program serves it (a page of a FUSE file), beyond SIGKILL.
///
/// Source: proc(5), `/proc/PID/cmdline` and `NSpid` of `/proc/PID/status`.
record ProcessCommands(Path proc) {
    static final ProcessCommands HERE = new ProcessCommands(Path.of("/proc"));

    private static final Pattern ROOT = Pattern.compile("(?m)^Uid:\t0\t");
    private static final Pattern ONE_NUMBER = Pattern.compile("(?m)^NSpid:\t[0-9]+$");

    /// Whether root runs this program with these words as its first arguments. Processes of a
    /// container do not count: anybody there may choose any name.
    boolean anyOfRoot(String program, List<String> first) throws IOException {
        return any(title -> {
            List<String> words = List.of(title.split("\0", -1));
            // the program that starts it in a session of its own stands before it
            int at = Collections.indexOfSubList(words, first);
            return at > 0 && words.get(at - 1).endsWith("/" + program);
        });
    }

    /// Whether root has a process whose title begins with one text and holds another.
    boolean anyTitled(String begin, String part) throws IOException {
        return any(title -> title.startsWith(begin) && title.contains(part));
    }

    private boolean any(Predicate<String> wanted) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[1-9]*")) {
            for (Path process : entries) {
                if (isRoots(process, wanted)) {
                    return true;
                }
            }
        } catch (DirectoryIteratorException failed) {
            throw failed.getCause();
        }
        return false;
    }

    boolean titled(long pid, String begin, String part) {
        return isRoots(
                proc.resolve(Long.toString(pid)),
                title -> title.startsWith(begin) && title.contains(part));
    }

    /// Whether it is a process of the host's root with such a command line; false where it has
    /// ended.
    private static boolean isRoots(Path process, Predicate<String> wanted) {
        return Errand.or(
                false,
                () -> isRootOfTheHost(process) && wanted.test(text(process.resolve("cmdline"))));
    }

    private static boolean isRootOfTheHost(Path process) throws IOException {
        String status = text(process.resolve("status"));
        return ROOT.matcher(status).find() && ONE_NUMBER.matcher(status).find();
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }
}
