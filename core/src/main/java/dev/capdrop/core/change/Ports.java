package dev.capdrop.core.change;

import dev.capdrop.core.journal.Journal;
import java.time.InstantSource;

/// Through what a change reaches the container, the journal and the administrator.
///
/// @param store the container's configuration
/// @param runtime starts and stops it
/// @param journal what was changed, and how far it came
/// @param snapshots reads it
/// @param starter has its systemd start a unit
/// @param live changes it while it runs
/// @param clock what the journal's times are of
/// @param progress is told of each step before it is taken
public record Ports(
        ConfigStore store,
        ContainerRuntime runtime,
        Journal journal,
        SnapshotSource snapshots,
        UnitStarter starter,
        LiveStep live,
        InstantSource clock,
        Progress progress) {}
