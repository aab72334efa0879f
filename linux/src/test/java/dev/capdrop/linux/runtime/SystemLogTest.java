package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.HostMachine;
import dev.capdrop.linux.runtime.HostRuntimes.SystemLog;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SystemLogTest {
    private static final Instant AT = Instant.parse("2026-01-01T10:00:00Z");
    private static final CapabilitySet RAWIO = CapabilitySet.of("sys_rawio");
    private static final String PATH = "/etc/pve/lxc/101.conf";

    private static JournalEntry entry(Phase phase, String outcome) {
        return new JournalEntry(
                "20260101T100000.000Z-101",
                "pve:101",
                AT,
                phase,
                new JournalEntry.Asked(RAWIO, Set.of()),
                new ConfigEdit(
                        PATH, "", "lxc.cap.drop: sys_rawio\n", RAWIO, CapabilitySet.EMPTY, false),
                Snapshot.of(
                        AT,
                        ContainerId.proxmox("101", "/var/lib/lxc", PATH),
                        new HostMachine("", "6.12.0", 40, CapabilitySet.upTo(40), null, "")),
                outcome);
    }

    @Test
    void oneLineSaysWhatItWasWhoMadeItAndWhichEntryHasAllOfIt() {
        assertThat(SystemLog.line(entry(Phase.APPLIED, "better"), "root (sudo by ada)"))
                .isEqualTo(
                        "pve:101: applied, drop sys_rawio (better); by root (sudo by ada); journal entry 20260101T100000.000Z-101");
    }

    @Test
    void whatAUnitIsCalledMakesNoSecondLineAndCutsNoneOfTheRest() {
        String line =
                SystemLog.line(
                        entry(Phase.ROLLED_BACK, "lost a\n\u001b[2Jb " + "x".repeat(5000)), "root");
        assertThat(line)
                .doesNotContainPattern("\\p{Cntrl}")
                .hasSize(1500)
                .endsWith("; by root; journal entry 20260101T100000.000Z-101");
    }
}
