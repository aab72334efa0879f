package dev.capdrop.cli.drop;

import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Mistakes;
import dev.capdrop.cli.command.Targets;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.HostProcess;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.core.verification.ContainerStatus;
import dev.capdrop.linux.runtime.HostContainers;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Compares the journal with the containers of this host.
public final class Statuses {
    private final Host host;
    private final Journal journal;
    private final Changes.Recorded recorded;
    private final HostContainers.Listing present;

    public Statuses(Host host) throws IOException {
        this.host = host;
        this.journal = host.journal();
        this.recorded = new Changes.Recorded(host, journal);
        this.present = host.containers().reachable();
    }

    /// Returns every container of which the journal knows a change that counts, by target.
    public List<Reported> all() throws IOException {
        List<Reported> all = new ArrayList<>();
        for (String target : journal.targets()) {
            all.addAll(ofTarget(target));
        }
        all.removeIf(one -> !one.counts());
        return all;
    }

    /// Returns the containers that a word names, on this host or in the journal alone.
    public List<Reported> named(String word) throws IOException {
        List<HostContainer> meant;
        try {
            meant = new Targets(host).all(word);
        } catch (Mistakes.UsageException unknown) {
            List<Reported> gone = recorded.named(word).stream().map(this::of).toList();
            if (gone.isEmpty()) {
                throw unknown;
            }
            return gone;
        }
        List<Reported> named = new ArrayList<>();
        for (HostContainer one : meant) {
            // the journal knows a container that went to another node by its file of the time
            // before
            List<Reported> changed = one.elsewhere() ? ofTarget(one.id().target()) : List.of();
            named.addAll(changed.isEmpty() ? List.of(of(one.id())) : changed);
        }
        return named;
    }

    /// Returns several where folders of LXC's hold one of this name each.
    private List<Reported> ofTarget(String target) {
        try {
            return recorded.of(target).stream().map(this::of).toList();
        } catch (IOException unreadable) {
            return List.of(Reported.unknown(target, target, unreadable));
        }
    }

    private Reported of(Subject subject) {
        return switch (subject) {
            case ContainerId container ->
                    reported(
                            subject, host.command(container), entries -> found(container, entries));
            case Subject.Lines lines -> {
                HostDrop shared = new HostDrop(host, lines);
                yield reported(
                        subject,
                        shared.arguments(),
                        entries -> new Found(status(shared, entries), sinceDrop(shared)));
            }
            case Subject.RootDirectory root ->
                    throw new IllegalArgumentException("no change is of '" + root.target() + "'");
        };
    }

    private record Found(ContainerStatus status, List<SinceDropText> since) {}

    private interface Reading {
        Found of(List<JournalEntry> entries) throws IOException;
    }

    private Reported reported(Subject subject, String command, Reading reading) {
        try {
            Found found = reading.of(Changes.entries(journal, subject));
            return new Reported(
                    subject.target(),
                    command,
                    found.status.changedBy(journal.holder(subject.target())),
                    "",
                    outdated(found.status),
                    found.since);
        } catch (IOException unreadable) {
            return Reported.unknown(subject.target(), command, unreadable);
        }
    }

    private List<SinceDropText> sinceDrop(HostDrop shared) throws IOException {
        List<SinceDropText> all = new ArrayList<>();
        for (HostContainer one : present.containers()) {
            if (!one.elsewhere()) {
                all.addAll(
                        shared.sinceDrop(host.withLearnt(host.reader().readFromOutside(one.id()))));
            }
        }
        return all;
    }

    /// Returns the units that hold more than a PID 1 that gave something up while it ran.
    private List<String> outdated(ContainerStatus status) throws IOException {
        if (!(status.subject() instanceof ContainerId container) || status.live().isEmpty()) {
            return List.of();
        }
        return HostProcess.outdated(host.processes(), container);
    }

    private static ContainerStatus status(HostDrop shared, List<JournalEntry> entries)
            throws IOException {
        return shared.gone("").isEmpty()
                ? shared.status(entries)
                : ContainerStatus.gone(shared.id(), entries);
    }

    private Found found(ContainerId container, List<JournalEntry> entries) throws IOException {
        HostContainer found = found(container);
        if (found == null) {
            String silence = present.silent().get(container.kind());
            if (silence != null) {
                throw new IOException(silence);
            }
            return new Found(ContainerStatus.gone(container, entries), List.of());
        }
        Snapshot now = host.reader().readFromOutside(found.id());
        ConfigurationText text = now.configuration();
        if (text == null) {
            throw new IOException("'" + found.id().configPath() + "' cannot be read");
        }
        return found.guest() != null && found.elsewhere()
                ? new Found(
                        ContainerStatus.elsewhere(entries, now, found.guest().place().node()),
                        List.of())
                : new Found(
                        explained(ContainerStatus.of(entries, now), found.id(), text),
                        Changes.sinceDrop(host, host.withLearnt(now)));
    }

    /// Adds the snapshot that brought the lines back, where the runtime knows of one.
    private ContainerStatus explained(
            ContainerStatus status, ContainerId container, ConfigurationText text)
            throws IOException {
        if (!status.rewritten()) {
            return status;
        }
        String lines = text.files().getOrDefault(text.path(), "");
        String snapshot = host.runtime(container).snapshotWith(container, lines);
        return snapshot.isEmpty() ? status : status.rolledBackTo(snapshot);
    }

    /// Returns the container as this host has it; its file may be in another node's folder.
    private @Nullable HostContainer found(ContainerId container) {
        return present.containers().stream()
                .filter(one -> one.is(container))
                .findFirst()
                .orElse(null);
    }

    /// The result of `status` for one container.
    ///
    /// @param command the words behind a command's name that mean this container
    /// @param status null when it could not be told, for the reason in `problem`, else empty
    /// @param outdated the units of which a process holds more than a PID 1 that gave something up
    public record Reported(
            String target,
            String command,
            @Nullable ContainerStatus status,
            String problem,
            List<String> outdated,
            List<SinceDropText> sinceDrop) {
        private static Reported unknown(String target, String command, IOException why) {
            return new Reported(
                    target, command, null, Mistakes.sentence(why), List.of(), List.of());
        }

        /// Whether a change of ours counts, or may count.
        public boolean counts() {
            return status == null || drifted() || isUnderWay() || !status.changes().isEmpty();
        }

        public boolean drifted() {
            return status != null
                    && status.drifts().stream()
                            .anyMatch(drift -> !(drift instanceof ContainerStatus.Drift.UnderWay));
        }

        public boolean isUnderWay() {
            return status != null
                    && status.drifts().stream()
                            .anyMatch(ContainerStatus.Drift.UnderWay.class::isInstance);
        }
    }
}
