package dev.capdrop.core.snapshot;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that is known of one container at one instant. Everything this program says is derived from
/// it.
///
/// @param takenAt when the reading began
/// @param container which container
/// @param host the machine below it
/// @param configuration the text of its configuration; null when it could not be read
/// @param init the container's PID 1; of a container that does not run, the one that the next start
///   would make, as far as its files tell ([Init#running] says which); null when nothing is known
///   of it
/// @param systemd what its systemd said, or would say after the boot that its files lead to
///   ([Systemd.Source#FILES]); null when it has no systemd, did not answer, or cannot be foreseen
/// @param isolation what the runtime gives it beside its capabilities; null when that is not known
/// @param programs the programs in its root directory; null when they were not looked at
/// @param problems what could not be read, one sentence each
/// @param unread which of that would have been needed: nobody may conclude anything from its
///   absence
/// @param evidence what tells why units are in trouble
public record Snapshot(
        Instant takenAt,
        ContainerId container,
        Host host,
        @Nullable ConfigurationText configuration,
        @Nullable Init init,
        @Nullable Systemd systemd,
        @Nullable Isolation isolation,
        @Nullable Programs programs,
        List<String> problems,
        List<Unread> unread,
        Evidence evidence) {
    public Snapshot {
        problems = List.copyOf(problems);
        unread = List.copyOf(unread);
    }

    /// A snapshot of which nobody has looked why units are in trouble.
    public Snapshot(
            Instant takenAt,
            ContainerId container,
            Host host,
            @Nullable ConfigurationText configuration,
            @Nullable Init init,
            @Nullable Systemd systemd,
            @Nullable Isolation isolation,
            @Nullable Programs programs,
            List<String> problems,
            List<Unread> unread) {
        this(
                takenAt,
                container,
                host,
                configuration,
                init,
                systemd,
                isolation,
                programs,
                problems,
                unread,
                Evidence.NONE);
    }

    /// The same with what tells why units are in trouble.
    public Snapshot with(Evidence found) {
        return new Snapshot(
                takenAt,
                container,
                host,
                configuration,
                init,
                systemd,
                isolation,
                programs,
                problems,
                unread,
                found);
    }

    /// A snapshot that is whole, as far as its parts were asked for.
    public Snapshot(
            Instant takenAt,
            ContainerId container,
            Host host,
            @Nullable ConfigurationText configuration,
            @Nullable Init init,
            @Nullable Systemd systemd,
            @Nullable Isolation isolation,
            @Nullable Programs programs,
            List<String> problems) {
        this(
                takenAt,
                container,
                host,
                configuration,
                init,
                systemd,
                isolation,
                programs,
                problems,
                List.of());
    }

    /// A snapshot of which neither the isolation nor the programs are known.
    public Snapshot(
            Instant takenAt,
            ContainerId container,
            Host host,
            @Nullable ConfigurationText configuration,
            @Nullable Init init,
            @Nullable Systemd systemd,
            List<String> problems) {
        this(takenAt, container, host, configuration, init, systemd, null, null, problems);
    }

    /// Whether the reading did not come to this part, or to all of it.
    public boolean lacks(Unread.Part part) {
        return unread.stream().anyMatch(one -> one.part() == part);
    }

    public boolean running() {
        return init != null && init.running();
    }
}
