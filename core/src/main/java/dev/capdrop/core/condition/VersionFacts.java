package dev.capdrop.core.condition;

import static dev.capdrop.core.condition.Condition.Result.ERROR;
import static dev.capdrop.core.condition.Condition.Result.FAILED;
import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.condition.Condition.Result.UNDECIDED;

import dev.capdrop.core.unit.SystemFacts;
import dev.capdrop.core.unit.UnitTree.FileText;
import dev.capdrop.core.unit.Words.WordReader;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The tests that compare versions: of the kernel, systemd, the C library and the distribution.
final class VersionFacts {
    private static final String KEY = "[A-Za-z_][A-Za-z0-9_]*";

    static Condition.Result kernel(Machine machine, String parameter) {
        return compared(machine, machine.kernelRelease(), new WordReader(parameter));
    }

    static Condition.Result any(Machine machine, String parameter) {
        WordReader words = new WordReader(parameter);
        String subject = words.upTo(CompareOperator.CHARACTERS + WordReader.BLANKS, false);
        if (words.broken()) {
            return ERROR;
        }
        String version =
                switch (subject == null ? "" : subject) {
                    case "systemd" -> systemd(machine);
                    case "glibc" -> machine.glibcVersion();
                    default -> machine.kernelRelease();
                };
        boolean named = subject != null && subject.matches("systemd|glibc|kernel");
        return compared(machine, version, named ? words : new WordReader(parameter));
    }

    private static @Nullable String systemd(Machine machine) {
        String version = machine.systemdVersion().replaceFirst("[^0-9].*", "");
        return version.isEmpty() ? null : version;
    }

    private static Condition.Result compared(
            Machine machine, @Nullable String version, WordReader words) {
        int systemd = machine.systemd();
        boolean first = true;
        String word = words.next(WordReader.BLANKS, true);
        while (word != null) {
            String stripped = word.strip();
            CompareOperator operator = CompareOperator.leading(stripped, systemd);
            String wanted =
                    operator == null
                            ? stripped
                            : stripped.substring(operator.length()).stripLeading();
            if (wanted.isEmpty()) {
                String next = first ? words.next(WordReader.BLANKS, false) : null;
                if (next == null) {
                    return ERROR;
                }
                wanted = next;
            }
            if (version == null) {
                return UNDECIDED;
            }
            CompareOperator meant = operator == null ? CompareOperator.MATCH : operator;
            if (!meant.holds(version, wanted, systemd)) {
                return FAILED;
            }
            first = false;
            word = words.next(WordReader.BLANKS, true);
        }
        return words.broken() ? ERROR : SUCCEEDED;
    }

    static Condition.Result osRelease(Machine machine, String parameter) {
        int systemd = machine.systemd();
        WordReader words = new WordReader(parameter);
        String word = words.next(WordReader.BLANKS, true);
        while (word != null) {
            WordReader parts = new WordReader(word);
            String key = parts.upTo(CompareOperator.CHARACTERS, true);
            CompareOperator operator = CompareOperator.leading(parts.rest(), systemd);
            if (key == null || !key.matches(KEY) || operator == null) {
                return ERROR;
            }
            String wanted = parts.rest().substring(operator.length());
            if (wanted.isEmpty() || WordReader.BLANKS.indexOf(wanted.charAt(0)) >= 0) {
                return ERROR;
            }
            Map<String, String> release = release(machine);
            if (release == null) {
                return UNDECIDED;
            }
            if (!operator.holds(release.getOrDefault(key, ""), wanted, systemd)) {
                return FAILED;
            }
            word = words.next(WordReader.BLANKS, true);
        }
        return words.broken() ? ERROR : SUCCEEDED;
    }

    private static @Nullable Map<String, String> release(Machine machine) {
        for (String file : new String[] {"/etc/os-release", "/usr/lib/os-release"}) {
            switch (machine.text(file)) {
                case FileText.Text text -> {
                    return SystemFacts.parseOsRelease(text.text());
                }
                case FileText.Unreadable _ -> {
                    return null;
                }
                case FileText.Missing _ -> {}
            }
        }
        return null;
    }
}
