package dev.capdrop.core.change;

import dev.capdrop.core.change.JournalEntry.Phase;
import dev.capdrop.core.container.ConfigEdit;
import java.io.IOException;

/// The file of an entry's edit, as it is now.
record EditedFile(ConfigStore store, JournalEntry entry) {
    /// Whether the edit was about to be written and was not.
    boolean unwritten() throws IOException {
        return entry.phase() == Phase.WRITING && current().equals(entry.edit().before());
    }

    /// Whether nothing of the edit is in the file any more.
    boolean overwritten() throws IOException {
        String current = current();
        return entry.edit().changes() && withoutEdit(current).equals(current);
    }

    /// Says that another program has rewritten it.
    ///
    /// @param when `since it was written`
    String lost(String when) {
        return "lost: another program has rewritten '"
                + entry.edit().path()
                + "' "
                + when
                + "; find out which, then run capdrop again";
    }

    /// Takes the edit out of it.
    ///
    /// @throws IOException also when another program has put it in again at once, as one does that
    ///   had read the file before and writes it afterwards
    void takeBack(Progress progress) throws IOException {
        ConfigEdit edit = entry.edit();
        String current = current();
        String restored = withoutEdit(current);
        if (!restored.equals(current)) {
            progress.step("putting " + edit.path() + " back");
        }
        store.replace(edit.path(), current, restored);
        String now = current();
        if (!withoutEdit(now).equals(now)) {
            throw new IOException(
                    "another program has written '"
                            + edit.path()
                            + "' as it was right after it was put back; find out which, then run capdrop"
                            + " undo again");
        }
    }

    /// Removes what the writer that was interrupted has left beside it.
    void removeLeft() throws IOException {
        String current = current();
        store.replace(entry.edit().path(), current, current);
    }

    private String current() throws IOException {
        return store.read(entry.edit().path());
    }

    private String withoutEdit(String current) {
        return entry.before().container().format().takeBack(current, entry.edit());
    }
}
