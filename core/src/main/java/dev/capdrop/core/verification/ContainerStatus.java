package dev.capdrop.core.verification;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.journal.Claims;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The changes of one container that still count, and its drift from them.
///
/// @param changes those that its configuration should still show, oldest first
/// @param snapshots the snapshots of Proxmox VE whose rollback would lose some of that
/// @param live the part of that which was taken from the running PID 1
/// @param undo the edit that takes all of them back; null where that is not known
/// @param drifts empty when the container is as it was left
public record ContainerStatus(
        Subject subject,
        List<JournalEntry> changes,
        CapabilitySet drop,
        List<String> snapshots,
        CapabilitySet live,
        @Nullable ConfigEdit undo,
        List<Drift> drifts) {
    /// Returns the status of a container of this host, by its journal, oldest first.
    public static ContainerStatus of(List<JournalEntry> entries, Snapshot now) {
        Claims claims = Claims.of(entries);
        return status(
                now.subject(),
                claims,
                snapshotsWithout(claims.names(), now),
                live(claims, now),
                undo(entries, claims, now),
                new Drifts(entries, claims, now).all());
    }

    private static @Nullable ConfigEdit undo(
            List<JournalEntry> entries, Claims claims, Snapshot now) {
        ConfigurationText text = now.configuration();
        String current = text == null ? null : text.files().get(text.path());
        if (text == null || current == null) {
            return null;
        }
        List<JournalEntry> back = new ArrayList<>();
        JournalEntry last = Claims.last(entries);
        if (last != null && !last.phase().ended()) {
            back.add(last);
        }
        for (Claims.Claim claim : claims.all().reversed()) {
            if (!back.contains(claim.entry())) {
                back.add(claim.entry());
            }
        }
        String without = current;
        for (JournalEntry entry : back) {
            without = now.subject().format().takeBack(without, entry.edit());
        }
        return ConfigEdit.back(text.path(), current, without);
    }

    private static CapabilitySet live(Claims claims, Snapshot now) {
        return CapabilitySet.unionOf(
                claims.all().stream()
                        .map(claim -> claim.entry().takenLive(now).intersect(claim.names())));
    }

    private static List<String> snapshotsWithout(CapabilitySet drop, Snapshot now) {
        ConfigurationText text = now.configuration();
        if (text == null || drop.isEmpty()) {
            return List.of();
        }
        int last = now.host().lastCapability();
        List<String> without = new ArrayList<>();
        now.subject()
                .format()
                .snapshots(text.path(), text.asSource(), last)
                .forEach((name, then) -> {
                    if (!then.bounding(last).intersect(drop).isEmpty()) {
                        without.add(name);
                    }
                });
        return without;
    }

    /// Returns this status while `process`, empty for none, carries out the open change.
    public ContainerStatus changedBy(String process) {
        if (process.isEmpty()) {
            return this;
        }
        List<Drift> all = new ArrayList<>(drifts);
        all.replaceAll(drift ->
                drift instanceof Drift.Unended open
                        ? new Drift.UnderWay(open.entry(), process)
                        : drift);
        return withDrifts(all);
    }

    public ContainerStatus with(List<Drift> more) {
        List<Drift> all = new ArrayList<>(drifts);
        all.addAll(more);
        return withDrifts(all);
    }

    private ContainerStatus withDrifts(List<Drift> all) {
        return new ContainerStatus(subject, changes, drop, snapshots, live, undo, all);
    }

    /// Whether a part of the changes is gone from the configuration without a known reason.
    public boolean rewritten() {
        return drifts.stream()
                .anyMatch(drift -> drift instanceof Drift.Lost lost && lost.rewritten());
    }

    /// Returns this status for a configuration that has the lines of `snapshot`.
    public ContainerStatus rolledBackTo(String snapshot) {
        List<Drift> all = new ArrayList<>(drifts);
        all.replaceAll(drift ->
                drift instanceof Drift.Lost lost && lost.rewritten()
                        ? lost.with(new Drift.Cause.RolledBack(snapshot))
                        : drift);
        return withDrifts(all);
    }

    /// Returns the status of a container that is on another node of its cluster.
    public static ContainerStatus elsewhere(List<JournalEntry> entries, Snapshot now, String node) {
        ContainerStatus all = of(entries, now);
        List<Drift> drifts = new ArrayList<>();
        for (Drift drift : all.drifts) {
            if (drift instanceof Drift.Lost lost) {
                drifts.add(new Drift.Elsewhere(node, lost.capabilities(), lost.accepted()));
            }
        }
        return new ContainerStatus(
                all.subject, all.changes, all.drop, all.snapshots, all.live, null, drifts);
    }

    /// Returns the status of a container that is gone.
    public static ContainerStatus gone(Subject subject, List<JournalEntry> entries) {
        boolean owed = Claims.last(entries) != null;
        List<Drift> drifts = owed ? List.of(new Drift.Gone()) : List.of();
        return status(subject, Claims.of(entries), List.of(), CapabilitySet.EMPTY, null, drifts);
    }

    private static ContainerStatus status(
            Subject subject,
            Claims claims,
            List<String> snapshots,
            CapabilitySet live,
            @Nullable ConfigEdit undo,
            List<Drift> drifts) {
        return new ContainerStatus(
                subject,
                claims.all().stream().map(Claims.Claim::entry).toList(),
                claims.names(),
                snapshots,
                live,
                undo,
                drifts);
    }
}
