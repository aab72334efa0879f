package dev.capdrop.core.diagnosis;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reasons that the last lines of a program tell, in the words that a library or the kernel gave
/// it: a row each, the first that fits is taken.
///
/// Source: strerror(3), ld.so(8), the programs' own words around it.
enum Telling {
    LIBRARY(
            "a library is missing",
            "error while loading shared libraries: ([^:\\s]{1,200}):",
            "needs the library %s, which is not there",
            "install the package that brings %s"),
    NO_SPACE(
            "no space left",
            "No space left on device",
            "found no space left on a disk",
            "make room on the file system that it writes to (df -h, df -i), or make that larger"),
    READ_ONLY_SYSCTL(
            "a setting of the host's kernel",
            "(/proc/sys/[^\\s:'\"]{1,200})['\"]?(: | .*)(Read-only|[Pp]ermission|[Nn]ot permitted)"
                    + "|[Rr]ead-only file system.*(/proc/sys/[^\\s:'\"]{1,200})",
            "writes %s, a setting of the host's kernel, which the container may not change",
            "set it on the host, and have the unit leave it alone"),
    READ_ONLY(
            "read-only file system",
            "[Rr]ead-only file system",
            "writes to a file system that is mounted read-only",
            "see where it writes to, and mount that for writing"),
    DEVICE(
            "a device is missing",
            "(/dev/(?!null|zero|full|random|urandom|shm|pts|std|log|fd)[\\w./-]{1,200})"
                    + ".*(No such|[Pp]ermission denied|[Nn]ot permitted)",
            "wants the device %s, which the container does not have, or may not open",
            "pass %s in from the host, and allow it there"),
    TASKS(
            "no more processes",
            "[Rr]esource temporarily unavailable|[Cc]annot fork|can't start new thread"
                    + "|unable to create (new )?(native )?thread",
            "could not start another process or thread",
            "raise TasksMax= of the unit, or the container's limit of processes"),
    MEMORY(
            "out of memory",
            "[Cc]annot allocate memory|[Oo]ut of memory",
            "got no more memory",
            "give the container or the unit (MemoryMax=) more memory"),
    /// Stands behind what the container lacks, which may be the reason.
    REFUSED(
            "refused a file",
            "(?:^|.*[\\s'\"(=])(/[\\w.@/-]{1,200})[^/]*(?:[Pp]ermission denied|[Nn]ot permitted)"
                    + "|(?:[Pp]ermission denied|[Nn]ot permitted)[^/]{0,40}(/[\\w.@/-]{1,200})",
            "was refused %s",
            "see who may go there (namei -l %s), and as whom it runs (User=)");

    private final String words;
    private final Pattern form;
    private final String sentence;
    private final String remedy;

    Telling(String words, String form, String sentence, String remedy) {
        this.words = words;
        this.form = Pattern.compile(form);
        this.sentence = sentence;
        this.remedy = remedy;
    }

    /// Returns the cause.
    ///
    /// @param name what the lines name; empty where the row names nothing
    Cause.Told told(String name, Cause.OwnExit end) {
        return new Cause.Told(sentence.replace("%s", name), words, remedy.replace("%s", name), end);
    }

    /// The first row but [#REFUSED] that fits one of these lines, with how the program ended.
    static Cause.@Nullable Told of(List<String> lines, Cause.OwnExit end) {
        for (Telling row : values()) {
            Cause.Told told = row == REFUSED ? null : row.in(lines, end);
            if (told != null) {
                return told;
            }
        }
        return null;
    }

    /// This row, where one of these lines fits it.
    Cause.@Nullable Told in(List<String> lines, Cause.OwnExit end) {
        for (String line : lines) {
            Matcher matcher = form.matcher(line);
            if (matcher.find()) {
                return told(named(matcher), end);
            }
        }
        return null;
    }

    private String named(Matcher matcher) {
        if (!sentence.contains("%s")) {
            return "";
        }
        String first = matcher.group(1);
        return first == null ? matcher.group(matcher.groupCount()) : first;
    }
}
