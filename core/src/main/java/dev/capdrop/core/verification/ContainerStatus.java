package dev.capdrop.core.verification;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.journal.Claims;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The changes of one container that still count, and its drift from them.
///
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
        List<String> snapshots = snapshotsWithout(claims.names(), now);
        ConfigEdit undo = undo(entries, claims, now);
        List<Drift> drifts = new Drifts(entries, claims, now).all();
        return status(now.subject(), claims, snapshots, live(claims, now), undo, drifts);
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
        UnaryOperator<Drift> underWay =
                drift ->
                        drift instanceof Drift.Unended open
                                ? new Drift.UnderWay(open.entry(), process)
                                : drift;
        return process.isEmpty() ? this : each(underWay);
    }

    public ContainerStatus with(List<Drift> more) {
        List<Drift> all = new ArrayList<>(drifts);
        all.addAll(more);
        return withDrifts(all);
    }

    private ContainerStatus each(UnaryOperator<Drift> change) {
        return withDrifts(drifts.stream().map(change).toList());
    }

    private ContainerStatus withDrifts(List<Drift> all) {
        return new ContainerStatus(subject, changes, drop, snapshots, live, undo, all);
    }

    public boolean rewritten() {
        return drifts.stream()
                .anyMatch(drift -> drift instanceof Drift.Lost lost && lost.rewritten());
    }

    /// Returns this status for a configuration that has the lines of `snapshot`.
    public ContainerStatus rolledBackTo(String snapshot) {
        Drift.Cause cause = new Drift.Cause.RolledBack(snapshot);
        return each(drift ->
                drift instanceof Drift.Lost lost && lost.rewritten() ? lost.with(cause) : drift);
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
        List<JournalEntry> changes = claims.all().stream().map(Claims.Claim::entry).toList();
        return new ContainerStatus(subject, changes, claims.names(), snapshots, live, undo, drifts);
    }

    /// A way in which a container is no longer, or not yet, as a change was to leave it.
    public sealed interface Drift {
        sealed interface Unended extends Drift {
            JournalEntry entry();
        }

        /// A change was interrupted; `trace` tells whether its edit is in the file now.
        record Interrupted(JournalEntry entry, Trace trace) implements Unended {}

        record UnderWay(JournalEntry entry, String process) implements Drift {}

        enum Trace {
            THERE,
            GONE,
            NOT_KNOWN
        }

        /// The file is written, and the container has not been started with it yet.
        record Waiting(JournalEntry entry) implements Unended {}

        /// The container was started with the file, and nobody compared it with the forecast.
        record Unverified(JournalEntry entry) implements Unended {}

        /// The next start holds again what we had dropped.
        ///
        /// @param runningLacks whether PID 1, started before, is still without all of them
        /// @param accepted the units that the drop cost when it was made
        /// @param failed the units that had failed for what it holds before it was dropped
        record Lost(
                CapabilitySet capabilities,
                String path,
                Cause cause,
                boolean runningLacks,
                List<String> accepted,
                List<String> failed)
                implements Drift {
            boolean rewritten() {
                return cause instanceof Cause.Rewritten;
            }

            Lost with(Cause other) {
                return new Lost(capabilities, path, other, runningLacks, accepted, failed);
            }
        }

        sealed interface Cause {
            /// The file has nothing of the drop any more.
            record Rewritten() implements Cause {}

            /// The file has the drop, and a line there or in a file behind it undoes it.
            record Overruled() implements Cause {}

            /// The raw lines are those of a snapshot.
            record RolledBack(String snapshot) implements Cause {}

            /// Another container, with none of the former one's network cards, has the name.
            record MadeAnew() implements Cause {}
        }

        record NestingLost(String path) implements Drift {}

        /// The next start fails: liblxc refuses the configuration.
        record Unloadable(LoadError error) implements Drift {}

        /// PID 1 holds what the configuration drops: the configuration was edited since the start.
        record StillHolds(CapabilitySet capabilities) implements Drift {}

        /// PID 1 is without what the configuration no longer drops.
        record StillLacks(CapabilitySet capabilities) implements Drift {}

        /// A file that all containers of a host include keeps `owner` from starting.
        record Blocks(String owner, LoadError error) implements Drift {}

        /// Running containers still hold what a file that they include drops.
        record Awaited(List<String> targets, CapabilitySet capabilities) implements Drift {}

        record Gone() implements Drift {}

        /// The container is on another node, and its next start there holds again what we had
        /// dropped.
        record Elsewhere(String node, CapabilitySet capabilities, List<String> accepted)
                implements Drift {}
    }
}
