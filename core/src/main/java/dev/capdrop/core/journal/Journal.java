package dev.capdrop.core.journal;

import module java.base;

/// The port to the record of all changes; a crash leaves the old entry or the new one.
public interface Journal {
    /// Returns an id that no entry of this target has; it sorts by time.
    String newId(Instant at, String target);

    void write(JournalEntry entry) throws IOException;

    void remove(JournalEntry entry) throws IOException;

    List<String> targets() throws IOException;

    /// Returns the entries of a target, oldest first.
    List<JournalEntry> entries(String target) throws IOException;

    /// Takes the lock that keeps two changes of one target apart.
    ///
    /// @throws IOException when another capdrop holds it, naming the process
    Lock lock(String target) throws IOException;

    /// Returns the number of the process that changes a target right now; empty where none does.
    String holder(String target) throws IOException;

    interface Lock extends AutoCloseable {
        @Override
        void close() throws IOException;
    }
}
