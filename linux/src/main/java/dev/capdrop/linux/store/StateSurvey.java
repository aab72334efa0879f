package dev.capdrop.linux.store;

import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.Subject;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Surveys the folder of capdrop's own state, without changing it.
public final class StateSurvey {
    private StateSurvey() {}

    /// Surveys a folder, which may not exist, as root or not.
    public static HostSurvey.State read(Path directory, boolean root) {
        Path path = directory.toAbsolutePath().normalize();
        Path there = path;
        while (!Files.exists(there, LinkOption.NOFOLLOW_LINKS) && there.getParent() != null) {
            there = there.getParent();
        }
        return new HostSurvey.State(
                path.toString(),
                root ? obstacle(path, there) : hidden(),
                free(there),
                root ? unfinished(path) : hidden());
    }

    private static <T> Fact<T> hidden() {
        return new Fact.Unknown<>("only root sees into it");
    }

    private static Fact<String> obstacle(Path path, Path there) {
        try {
            new StateDirectory(path).existing();
        } catch (IOException unusable) {
            return new Fact.Known<>(String.valueOf(unusable.getMessage()));
        }
        return new Fact.Known<>(
                Files.isWritable(there)
                        ? ""
                        : "'%s' cannot be written: '%s' is read-only".formatted(path, there));
    }

    private static Fact<Long> free(Path there) {
        try {
            return new Fact.Known<>(Files.getFileStore(there).getUsableSpace());
        } catch (IOException unknown) {
            return new Fact.Unknown<>(Failure.reason(unknown));
        }
    }

    private static Fact<List<String>> unfinished(Path path) {
        FileJournal journal = new FileJournal(path);
        List<String> unfinished = new ArrayList<>();
        try {
            for (String target : journal.targets()) {
                Map<Subject, JournalEntry> newest = new LinkedHashMap<>();
                journal.entries(target)
                        .forEach(entry -> newest.put(entry.before().subject(), entry));
                if (newest.values().stream().anyMatch(entry -> !entry.phase().ended())) {
                    unfinished.add(target);
                }
            }
            return new Fact.Known<>(unfinished);
        } catch (AccessDeniedException hidden) {
            return hidden();
        } catch (IOException unreadable) {
            return new Fact.Unknown<>(String.valueOf(unreadable.getMessage()));
        }
    }
}
