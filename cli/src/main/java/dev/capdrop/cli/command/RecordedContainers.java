package dev.capdrop.cli.command;

import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The containers that the journal knows, whether they are still there or not.
///
/// @param host says which of them count
record RecordedContainers(Host host, Journal journal) {
    /// Those of a target: several where folders of LXC's hold one of this name each.
    List<Subject> of(String target) throws IOException {
        Set<Subject> containers = new LinkedHashSet<>();
        for (JournalEntry entry : journal.entries(target)) {
            if (host.runtimes().cover(entry.before().subject())) {
                containers.add(entry.before().subject());
            }
        }
        return List.copyOf(containers);
    }

    /// Those that a word of the command line names. What several share is meant by its full target
    /// only, so that nobody restarts all who share it for one that is gone.
    List<Subject> named(String word) throws IOException {
        List<Subject> found = new ArrayList<>();
        for (String target : journal.targets()) {
            if (target.equals(word)) {
                found.addAll(of(target));
            } else if (target.substring(target.indexOf(':') + 1).equals(word)) {
                of(target).stream()
                        .filter(one -> !(one instanceof Subject.Lines))
                        .forEach(found::add);
            }
        }
        return found;
    }
}
