package dev.capdrop.core.change;

import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.Snapshot;
import java.io.IOException;

/// The file of an entry's edit, as it is now.
record EditedFile(ConfigStore store, JournalEntry entry) {
    /// The most writes of a file that somebody else changes meanwhile.
    private static final int ATTEMPTS = 3;

    /// Writes the edit, made anew where somebody else has changed lines that do not decide about
    /// capabilities, and returns the entry with the edit that was written.
    JournalEntry write(Journal journal, Change.Progress progress) throws IOException {
        JournalEntry[] written = {entry};
        edit(current -> {
            JournalEntry last = written[0];
            if (!current.equals(last.edit().before())) {
                ConfigEdit again = again(last.edit(), current);
                progress.step("somebody else has changed other lines of it; writing it again");
                last = last.with(again);
                journal.write(last);
                written[0] = last;
            }
            return last.edit().after();
        });
        return written[0];
    }

    private void edit(ConfigStore.Edit edit) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                store.edit(entry.edit().path(), edit);
                return;
            } catch (ConfigStore.ChangedException changed) {
                if (attempt == ATTEMPTS) {
                    throw changed;
                }
            }
        }
    }

    private ConfigEdit again(ConfigEdit edit, String current) throws IOException {
        Snapshot before = entry.before();
        ConfigurationText text = before.configuration();
        int last = before.host().lastCapability();
        ConfigFormat format = before.container().format();
        ConfigEdit again = text == null ? null : format.again(edit, current, text.asSource(), last);
        if (again == null) {
            throw new ConfigStore.ChangedException(edit.path());
        }
        return again;
    }

    boolean unwritten() throws IOException {
        return entry.phase() == JournalEntry.Phase.WRITING
                && current().equals(entry.edit().before());
    }

    boolean overwritten() throws IOException {
        String current = current();
        return entry.edit().changes() && withoutEdit(current).equals(current);
    }

    /// Returns the sentence that another program has rewritten it, `since it was written` or so.
    String lost(String when) {
        return "lost: another program has rewritten '%s' %s; find out which, then run capdrop again"
                .formatted(entry.edit().path(), when);
    }

    ConfigEdit takingBack() throws IOException {
        String current = current();
        return ConfigEdit.back(entry.edit().path(), current, withoutEdit(current));
    }

    /// Takes the edit out of the file.
    ///
    /// @return whether anything of it was there
    /// @throws IOException also when another program, which had read it before, put it in again
    boolean takeBack(Change.Progress progress) throws IOException {
        ConfigEdit edit = entry.edit();
        String current = current();
        boolean there = !withoutEdit(current).equals(current);
        if (there) {
            progress.step("putting " + edit.path() + " back");
        }
        edit(this::withoutEdit);
        String now = current();
        if (!withoutEdit(now).equals(now)) {
            throw new IOException(
                    "another program has written '%s' as it was right after it was put back; find out which, then run capdrop undo again"
                            .formatted(edit.path()));
        }
        return there;
    }

    void removeLeft() throws IOException {
        edit(current -> current);
    }

    private String current() throws IOException {
        return store.read(entry.edit().path());
    }

    private String withoutEdit(String current) {
        return entry.before().container().format().takeBack(current, entry.edit());
    }
}
