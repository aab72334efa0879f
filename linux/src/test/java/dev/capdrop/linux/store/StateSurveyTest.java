package dev.capdrop.linux.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.linux.store.FileJournal.StateSurvey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateSurveyTest {
    @TempDir Path folder = Path.of("");

    private HostSurvey.State read(String name) {
        return StateSurvey.read(folder.resolve(name), true);
    }

    @Test
    void aFolderThatIsStillToBeMadeIsNoObstacleAndIsNotMade() {
        HostSurvey.State state = read("a/b");
        assertThat(state.obstacle()).isEqualTo(new Fact.Known<>(""));
        assertThat(state.unfinished()).isEqualTo(new Fact.Known<>(List.of()));
        assertThat(state.free()).isInstanceOf(Fact.Known.class);
        assertThat(folder.resolve("a")).doesNotExist();
    }

    @Test
    void whatAChangeWouldRefuseIsAnObstacle() throws IOException {
        Files.createSymbolicLink(folder.resolve("link"), Path.of("/tmp"));
        Files.writeString(folder.resolve("file"), "");
        assertThat(read("link").obstacle())
                .isEqualTo(
                        new Fact.Known<>(
                                "cannot use the state directory '"
                                        + folder.resolve("link")
                                        + "': it is a symbolic link, expected a folder of its own; --state-dir names another"));
        assertThat(read("file").obstacle().toString()).contains("it is no folder");
    }

    @Test
    void onlyTheNewestChangeOfAContainerCanBeUnfinished() throws IOException {
        FileJournal journal = new FileJournal(folder.resolve("state"));
        journal.write(JournalEntries.entry("1", "lxc:web"));
        assertThat(read("state").unfinished()).isEqualTo(new Fact.Known<>(List.of("lxc:web")));
        journal.write(
                JournalEntries.entry(
                        "2",
                        "lxc:web",
                        JournalEntries.AT.plusSeconds(1),
                        JournalEntry.Phase.APPLIED));
        assertThat(read("state").unfinished()).isEqualTo(new Fact.Known<>(List.of()));
    }

    @Test
    void onlyRootSeesIntoIt() {
        HostSurvey.State state = StateSurvey.read(folder, false);
        assertThat(state.obstacle()).isEqualTo(new Fact.Unknown<>("only root sees into it"));
        assertThat(state.unfinished()).isEqualTo(new Fact.Unknown<>("only root sees into it"));
    }
}
