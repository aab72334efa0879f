package dev.capdrop.core.journal;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

/// The port to the record of all changes. It survives a crash at any moment: an entry is the old or
/// the new one, never half of one.
public interface Journal {
    /// An id that no entry of this target has; it sorts by time.
    String newId(Instant at, String target);

    /// Writes the entry, replacing the one with the same id.
    void write(JournalEntry entry) throws IOException;

    void remove(JournalEntry entry) throws IOException;

    /// The targets that have entries, sorted.
    List<String> targets() throws IOException;

    /// The entries of a target, oldest first.
    List<JournalEntry> entries(String target) throws IOException;

    /// Takes the lock that keeps two changes of one target apart.
    ///
    /// @throws IOException when another capdrop holds it, naming the process
    Lock lock(String target) throws IOException;

    /// The process that changes a target right now; empty where none does.
    ///
    /// @return its number
    String holder(String target) throws IOException;

    /// A lock held until closed.
    interface Lock extends AutoCloseable {
        @Override
        void close() throws IOException;
    }
}
