package dev.capdrop.core.verification;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.container.ProxmoxConfig;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.journal.Claims;
import dev.capdrop.core.journal.Experience;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.verification.ContainerStatus.Drift;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Compares a container's journal with the container.
final class Drifts {
    /// The address that lxc-create(1) and Proxmox VE choose at random for each new container.
    private static final Pattern ADDRESS =
            Pattern.compile("(?i)hwaddr\\s*=\\s*([0-9a-f]{2}(?::[0-9a-f]{2}){5})");

    private final List<JournalEntry> entries;
    private final Claims claims;
    private final Snapshot now;
    private final List<Drift> found = new ArrayList<>();

    Drifts(List<JournalEntry> entries, Claims claims, Snapshot now) {
        this.entries = entries;
        this.claims = claims;
        this.now = now;
    }

    List<Drift> all() {
        JournalEntry open = open();
        if (open != null) {
            found.add(unended(open));
        }
        EffectiveCapabilities configured = NextStart.of(now).configured();
        if (configured == null) {
            return found;
        }
        if (configured.error() != null) {
            found.add(new Drift.Unloadable(configured.error()));
            return found;
        }
        if (claims.nesting() && !now.settings().allowsNesting()) {
            found.add(new Drift.NestingLost(now.subject().configPath()));
        }
        CapabilitySet lost = lost(configured);
        if (now.running()) {
            compareRunning(open == null ? lost : lost.union(open.drop()));
        }
        return found;
    }

    /// Returns the change that has not ended, which can only be the newest.
    private @Nullable JournalEntry open() {
        return entries.isEmpty() || entries.getLast().phase().ended() ? null : entries.getLast();
    }

    private Drift unended(JournalEntry open) {
        boolean started = open.endsWithStart() && open.restartedSince(now);
        return started || open.phase() == JournalEntry.Phase.UNVERIFIED
                ? new Drift.Unverified(open)
                : open.waits() ? new Drift.Waiting(open) : new Drift.Interrupted(open, trace(open));
    }

    private Drift.Trace trace(JournalEntry open) {
        ConfigurationText text = now.configuration();
        if (text == null) {
            return Drift.Trace.NOT_KNOWN;
        }
        String current = text.files().getOrDefault(open.edit().path(), "");
        boolean there = !now.subject().format().takeBack(current, open.edit()).equals(current);
        return there ? Drift.Trace.THERE : Drift.Trace.GONE;
    }

    private CapabilitySet lost(EffectiveCapabilities configured) {
        CapabilitySet next = configured.bounding(now.host().lastCapability());
        CapabilitySet lost = claims.names().intersect(next);
        if (!lost.isEmpty()) {
            boolean lacks = now.running() && now.held().intersect(lost).isEmpty();
            String path = now.subject().configPath();
            List<Claims.Claim> claimed =
                    claims.all().stream()
                            .filter(claim -> !claim.names().intersect(lost).isEmpty())
                            .toList();
            List<String> accepted = accepted(claimed, lost);
            List<String> failed = failed(claimed, lost);
            found.add(new Drift.Lost(lost, path, cause(claimed), lacks, accepted, failed));
        }
        return lost;
    }

    /// Returns the units that ran before and that the drop cost, which were accepted then.
    private static List<String> accepted(List<Claims.Claim> claimed, CapabilitySet lost) {
        Set<String> units = new TreeSet<>();
        for (Claims.Claim claim : claimed) {
            units.addAll(Planner.costs(claim.entry().before(), claim.names().intersect(lost)));
        }
        return List.copyOf(units);
    }

    /// Returns the units that had failed for these capabilities, and that the drop healed.
    private static List<String> failed(List<Claims.Claim> claimed, CapabilitySet lost) {
        Set<String> units = new TreeSet<>();
        for (Claims.Claim claim : claimed) {
            Snapshot before = claim.entry().before();
            if (before.running() && before.view() instanceof Snapshot.Observed seen) {
                before.units().stream()
                        .filter(UnitState::failed)
                        .filter(unit ->
                                !Diagnosis.inertConditions(unit, seen).intersect(lost).isEmpty())
                        .forEach(unit -> units.add(unit.name()));
            }
        }
        return List.copyOf(units);
    }

    private Drift.Cause cause(List<Claims.Claim> claimed) {
        ConfigurationText text = now.configuration();
        String current = text == null ? "" : text.files().getOrDefault(text.path(), "");
        ConfigFormat format = now.subject().format();
        for (Claims.Claim claim : claimed) {
            if (!format.takeBack(current, claim.entry().edit()).equals(current)) {
                return new Drift.Cause.Overruled();
            }
        }
        String snapshot = format == ConfigFormat.PROXMOX ? rolledBackTo(current) : "";
        if (!snapshot.isEmpty()) {
            return new Drift.Cause.RolledBack(snapshot);
        }
        Set<String> then = addresses(claimed.getLast().entry().edit().before());
        Set<String> now = addresses(current);
        boolean another = !then.isEmpty() && !now.isEmpty() && Collections.disjoint(then, now);
        return another ? new Drift.Cause.MadeAnew() : new Drift.Cause.Rewritten();
    }

    /// Returns the snapshot that a rollback made the parent and took the raw lines of; or nothing.
    private static String rolledBackTo(String current) {
        ProxmoxConfig config = ProxmoxConfig.parse(current);
        String parent = config.main().property("parent");
        if (parent == null) {
            return "";
        }
        ProxmoxConfig.Section snapshot = config.snapshots().get(parent);
        return snapshot != null && texts(snapshot).equals(texts(config.main())) ? parent : "";
    }

    private static List<String> texts(ProxmoxConfig.Section section) {
        return section.raw().stream().map(ProxmoxConfig.RawLine::text).toList();
    }

    private static Set<String> addresses(String text) {
        return ADDRESS.matcher(text)
                .results()
                .map(address -> address.group(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }

    private void compareRunning(CapabilitySet told) {
        CapabilitySet next = NextStart.of(now).bounding();
        CapabilitySet holds = now.held().minus(next).minus(told);
        if (!holds.isEmpty()) {
            found.add(new Drift.StillHolds(holds));
        }
        CapabilitySet lacks =
                next.minus(now.held()).minus(told).minus(new Experience(entries).neverHeld());
        if (!lacks.isEmpty()) {
            found.add(new Drift.StillLacks(lacks));
        }
    }
}
