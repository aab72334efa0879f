package dev.capdrop.linux.store;

import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.core.journal.Journal;
import java.io.IOException;
import java.nio.file.Path;

/// What a configuration's file system, and the programs that write there too, ask of a writer.
interface ConfigRules {
    /// Takes the lock that those programs take.
    ///
    /// @param named the file's absolute path, as its runtime names it
    /// @throws IOException one sentence when it cannot be had
    Journal.Lock lock(Path named) throws IOException;

    /// The file's content.
    byte[] read(Path file) throws IOException;

    /// Refuses where nobody may write now, the lock being held.
    ///
    /// @param content what the file holds
    /// @throws IOException one sentence
    void requireWritable(Path named, byte[] content) throws IOException;

    /// Replaces the file's content as a whole, the lock being held; what writers that are gone have
    /// left beside it is removed.
    ///
    /// @param file the file itself, not a link to it
    /// @param shown what it is called in messages
    /// @throws ConfigStore.ChangedException when it does not hold `old`; another program's file is
    ///   in its place
    void replace(Path file, String shown, byte[] old, byte[] next) throws IOException;

    /// Removes what writers that are gone have left in the place of such a file.
    void removeLeft(Path file) throws IOException;

    /// A failed write in one sentence.
    ///
    /// @param consequence what that means for the file, to stand at the end
    IOException failure(Path file, IOException failed, String consequence);
}
