package dev.capdrop.linux.store;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.HostMachine;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/// Journal entries for tests.
final class JournalEntries {
    static final Instant AT = Instant.parse("2026-11-25T10:15:00.123Z");

    private JournalEntries() {}

    static JournalEntry entry(String id, String target) {
        return entry(id, target, AT);
    }

    static JournalEntry entry(String id, String target, Instant at) {
        return entry(id, target, at, JournalEntry.Phase.WRITING);
    }

    static JournalEntry entry(String id, String target, Instant at, JournalEntry.Phase phase) {
        int colon = target.indexOf(':');
        ContainerId container =
                new ContainerId(
                        Objects.requireNonNull(RuntimeKind.of(target.substring(0, colon))),
                        target.substring(colon + 1),
                        "/var/lib/lxc");
        CapabilitySet drop = CapabilitySet.of("sys_rawio");
        return new JournalEntry(
                id,
                target,
                at,
                phase,
                new JournalEntry.Asked(drop, Set.of()),
                new ConfigEdit(
                        container.configPath(), "a\n", "b\n", drop, CapabilitySet.EMPTY, false),
                Snapshot.of(
                        at,
                        container,
                        new HostMachine("", "6.12", 40, CapabilitySet.upTo(40), null, "")),
                "");
    }
}
