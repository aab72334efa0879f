package dev.capdrop.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class JournalEntryJsonTest {
    @Test
    void everyGeneratedEntrySurvivesWriteAndRead() throws Exception {
        for (long seed = 0; seed < 300; seed++) {
            JournalEntry entry = new GeneratedSnapshots(seed).entry();
            byte[] document = JournalEntryJson.write(entry);
            JournalEntryJson.Recorded read = JournalEntryJson.read(document, "generated");
            assertThat(read.entry()).as("seed %d", seed).isEqualTo(entry);
            assertThat(JournalEntryJson.write(read)).as("seed %d", seed).isEqualTo(document);
        }
    }

    @Test
    void unknownFieldsSurviveAStepOfTheChange() throws Exception {
        JournalEntry entry = new GeneratedSnapshots(5).entry();
        String document =
                new String(JournalEntryJson.write(entry), UTF_8)
                        .replaceFirst("\"edit\" : \\{", "\"edit\":{\"why\":[1],")
                        .replaceFirst("\"host\" : \\{", "\"host\":{\"arch\":\"arm64\",");
        JournalEntryJson.Recorded read = JournalEntryJson.read(document.getBytes(UTF_8), "e");
        JournalEntry next = entry.with(JournalEntry.Phase.APPLIED, "Done.");
        String written = new String(JournalEntryJson.write(read.with(next)), UTF_8);
        assertThat(written.replaceAll("\\s", ""))
                .contains("\"why\":[1]", "\"arch\":\"arm64\"", "\"phase\":\"applied\"", "Done.");
        assertThat(JournalEntryJson.read(written.getBytes(UTF_8), "e").entry()).isEqualTo(next);
    }

    @Test
    void aChangeOfTheFileThatAllContainersShareSurvivesWriteAndRead() throws Exception {
        JournalEntry some = new GeneratedSnapshots(5).entry();
        Subject host = new Subject.HostFile("/usr/share/lxc/config/userns.conf.d/capdrop.conf");
        Snapshot before = Snapshot.of(some.at(), host, some.before().host());
        JournalEntry entry =
                new JournalEntry(
                        some.id(),
                        host.target(),
                        some.at(),
                        some.phase(),
                        new JournalEntry.Asked(some.drop(), Set.of("b.service", "a.service")),
                        some.edit(),
                        before,
                        "");
        byte[] document = JournalEntryJson.write(entry);
        assertThat(new String(document, UTF_8)).contains("\"allowSkip\"");
        assertThat(JournalEntryJson.read(document, "host").entry()).isEqualTo(entry);
    }

    @Test
    void aSnapshotIsNoJournalEntry() {
        byte[] snapshot = SnapshotJson.write(new GeneratedSnapshots(5).snapshot());
        assertThatThrownBy(() -> JournalEntryJson.read(snapshot, "s.json"))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("is not that of a capdrop journal entry");
    }

    @Test
    void aNewerSnapshotInsideAnEntryIsRefused() {
        String document =
                new String(JournalEntryJson.write(new GeneratedSnapshots(5).entry()), UTF_8)
                        .replace("capdrop/snapshot/1", "capdrop/snapshot/9");
        assertThatThrownBy(() -> JournalEntryJson.read(document.getBytes(UTF_8), "e.json"))
                .hasMessageContaining("a newer capdrop wrote it");
    }
}
