package dev.capdrop.cli.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.Change.RollBackException;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.HostMachine;
import java.io.IOException;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GuardTest {
    private static JournalEntry entry(Phase phase) {
        ContainerId web = new ContainerId(RuntimeKind.LXC, "web", "/var/lib/lxc");
        CapabilitySet drop = CapabilitySet.of("sys_rawio");
        return new JournalEntry(
                "id",
                web.target(),
                Instant.EPOCH,
                phase,
                new JournalEntry.Asked(drop, Set.of()),
                new ConfigEdit(web.configPath(), "", "", drop, CapabilitySet.EMPTY, false),
                Snapshot.of(
                        Instant.EPOCH,
                        web,
                        new HostMachine("", "6.12", 40, CapabilitySet.upTo(40), null, "")),
                "");
    }

    /// A live step stops nothing.
    @Test
    void whoInterruptsALiveStepIsNotToldOfAShutdown() {
        assertThat(Guard.runs(Phase.DROPPING_LIVE)).isEqualTo(" (the container runs)");
        assertThat(Guard.runs(Phase.RESTARTING)).contains("its shutdown may have begun");
    }

    @Test
    void theReasonOfARollbackThatTheJournalTellsIsNotSaidTwice() {
        IOException failed = new RollBackException("it is lost", new IOException("it is locked"));
        assertThat(Guard.sentence(failed, entry(Phase.ROLLING_BACK)))
                .isEqualTo("the way back to the old configuration failed: it is locked");
        assertThat(Guard.sentence(failed, entry(Phase.RESTARTING)))
                .isEqualTo(
                        "it is lost; and the way back to the old configuration failed: it is"
                                + " locked");
    }
}
