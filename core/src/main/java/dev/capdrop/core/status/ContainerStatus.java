package dev.capdrop.core.status;

import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.change.Claims;
import dev.capdrop.core.change.JournalEntry;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;

/// What capdrop did to one container that still counts, and where reality has gone since.
///
/// @param container which
/// @param changes the changes that its configuration should still show, oldest first
/// @param drop what they drop together
/// @param drifts where it is otherwise; empty when it is as it was left
public record ContainerStatus(
        ContainerId container, List<JournalEntry> changes, CapabilitySet drop, List<Drift> drifts) {
    public ContainerStatus {
        changes = List.copyOf(changes);
        drifts = List.copyOf(drifts);
    }

    /// The status of a container of this host.
    ///
    /// @param entries its journal, oldest first
    /// @param now the container as it is; its units do not matter
    public static ContainerStatus of(List<JournalEntry> entries, Snapshot now) {
        Claims claims = Claims.of(entries);
        return status(now.container(), claims, new Drifts(entries, claims, now).all());
    }

    /// The same status with what else was found.
    public ContainerStatus with(List<Drift> more) {
        List<Drift> all = new ArrayList<>(drifts);
        all.addAll(more);
        return new ContainerStatus(container, changes, drop, all);
    }

    /// The status of a container that is not here: nothing of it can be read.
    ///
    /// @param entries its journal, oldest first
    /// @param why [Drift.Gone] or [Drift.Elsewhere]
    public static ContainerStatus absent(
            ContainerId container, List<JournalEntry> entries, Drift why) {
        Claims claims = Claims.of(entries);
        boolean open = !entries.isEmpty() && !entries.getLast().phase().ended();
        boolean owed = open || !claims.all().isEmpty();
        return status(container, claims, owed ? List.of(why) : List.of());
    }

    private static ContainerStatus status(
            ContainerId container, Claims claims, List<Drift> drifts) {
        return new ContainerStatus(
                container,
                claims.all().stream().map(Claims.Claim::entry).toList(),
                claims.names(),
                drifts);
    }
}
