package dev.capdrop.linux.store;

import dev.capdrop.core.journal.JournalEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// A change of one file, as a command of capdrop carries it out without a restart, with the real
/// store and journal; all in one folder.
interface TriedChange {
    /// Whose file it is.
    enum Home {
        /// A stopped container of plain LXC.
        LXC,
        /// One of Proxmox VE.
        PROXMOX,
        /// The file that all unprivileged containers of a host share.
        HOST;

        /// @param folder an empty one, or one that was [TriedChange#make]d
        TriedChange in(Path folder) {
            return this == HOST ? new HostChange(folder) : new StoppedChange(this, folder);
        }
    }

    /// Which command.
    enum Verb {
        APPLY,
        UNDO;

        void of(TriedChange change) throws IOException {
            switch (this) {
                case APPLY -> change.apply();
                case UNDO -> change.undo();
            }
        }
    }

    Home home();

    Path folder();

    /// Makes what is there before the first change.
    void make() throws IOException;

    /// The file that is changed.
    Path config();

    /// What it holds before a change; empty where there is none.
    String before();

    /// What it holds after it.
    String after();

    /// What `apply` does: an interrupted change is finished, and a new one begun where there is
    /// something to drop.
    void apply() throws IOException;

    /// What `undo` does.
    void undo() throws IOException;

    /// The journal's entries, oldest first.
    List<JournalEntry> entries() throws IOException;

    /// What the file holds now; empty where there is none.
    default String content() throws IOException {
        try {
            return Files.readString(config());
        } catch (NoSuchFileException none) {
            return "";
        }
    }
}
