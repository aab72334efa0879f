package dev.capdrop.cli.command;

import dev.capdrop.core.change.Change;
import dev.capdrop.core.change.Ports;
import dev.capdrop.core.change.Progress;
import dev.capdrop.core.change.WaitingChange;
import dev.capdrop.core.journal.Experience;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.ContainerId;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Wires a change to this host.
final class Changes {
    private Changes() {}

    static Change change(Host host, ContainerId container, Progress progress) {
        return new Change(
                new Ports(
                        host.store(container),
                        host.runtime(container),
                        host.journal(),
                        host.reader(),
                        host.inside().starter(),
                        host.inside().live(),
                        host.facts().clock(),
                        progress));
    }

    /// A change that nobody is carrying out.
    static WaitingChange waiting(Host host, JournalEntry entry) {
        return new WaitingChange(host.store(entry.before().container()), host.journal(), entry);
    }

    /// The changes of this very container, oldest first: another lxc path may hold one of the same
    /// name.
    static List<JournalEntry> entries(Journal journal, ContainerId container) throws IOException {
        return journal.entries(container.target()).stream()
                .filter(entry -> entry.before().container().equals(container))
                .toList();
    }

    /// What the changes of this container have shown.
    static Experience experience(Journal journal, ContainerId container) throws IOException {
        return new Experience(entries(journal, container));
    }

    /// The newest entry of this container when it has not ended, else null.
    static @Nullable JournalEntry pending(Journal journal, ContainerId container)
            throws IOException {
        return pending(entries(journal, container));
    }

    /// The newest of these when it has not ended, else null.
    ///
    /// @param entries of one container, oldest first
    static @Nullable JournalEntry pending(List<JournalEntry> entries) {
        return entries.isEmpty() || entries.getLast().phase().ended() ? null : entries.getLast();
    }
}
