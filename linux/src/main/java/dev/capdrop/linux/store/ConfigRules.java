package dev.capdrop.linux.store;

import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.journal.Journal;
import java.io.IOException;
import java.nio.file.Path;

/// The rules of a configuration's file system, and of its other programs, for a writer.
interface ConfigRules {
    /// Takes the lock that those programs take.
    ///
    /// @param named the file's absolute path, as its runtime names it
    Journal.Lock lock(Path named) throws IOException;

    byte[] read(Path file) throws IOException;

    /// Throws where nobody may write now, the lock being held.
    void requireWritable(Path named, byte[] content) throws IOException;

    /// Replaces the file's content as a whole, the lock being held; leftovers of dead writers
    /// beside it are removed.
    ///
    /// @param file the file itself, not a link to it
    /// @throws ConfigStore.ChangedException when it does not hold `old`; another program's file is
    ///   in its place
    void replace(Path file, String shown, byte[] old, byte[] next) throws IOException;

    void removeLeft(Path file) throws IOException;

    /// Returns the sentence for a failed write, which ends in its consequence for the file.
    IOException failure(Path file, IOException failed, String consequence);
}
