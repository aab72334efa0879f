package dev.capdrop.cli.learn;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.command.Mistakes;
import dev.capdrop.core.change.SnapshotSource;
import dev.capdrop.core.diagnosis.Cause;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.core.trial.TrialResult.Loss;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A boot of a throw-away copy: it is made, started, looked at, asked, shut down and removed.
///
/// @param snapshot the copy when it had run for a while; null where it did not come to that
/// @param problem why it did not, one clause; empty where it did
/// @param stop how long its shutdown took, or was waited for
record CopyBoot(
        @Nullable Snapshot snapshot,
        String problem,
        List<Loss> probes,
        Duration boot,
        Duration stop,
        boolean stopped) {
    /// A service may say that it runs before it answers.
    private static final int ATTEMPTS = 5;

    private static final Duration PROBE = Duration.ofSeconds(30);

    /// The times that the parts of a boot may take; it is never done with `hanging` units.
    record Patience(Duration boot, Set<String> hanging, Duration settle, Duration stop) {}

    /// The questions to a copy's shell; `watch` sees what its units use for them.
    record Probes(List<String> commands, @Nullable ProbeWatch watch) {
        Probes unwatched() {
            return new Probes(commands, null);
        }

        private List<Loss> failing(Copies copies, ContainerId copy) throws IOException {
            return watch == null || commands.isEmpty()
                    ? CopyBoot.failing(copies, copy, commands)
                    : watch.over(copy, () -> CopyBoot.failing(copies, copy, commands));
        }
    }

    /// Boots a copy that drops so much more; fails when none can be made, whatever it drops.
    static CopyBoot of(
            Copies copies,
            SnapshotSource reader,
            CapabilitySet dropped,
            Probes probes,
            Patience patience)
            throws IOException {
        ContainerId copy = copies.make(dropped);
        try {
            return booted(copies, reader, copy, probes, patience);
        } finally {
            copies.remove(copy);
        }
    }

    private static CopyBoot booted(
            Copies copies,
            SnapshotSource reader,
            ContainerId copy,
            Probes probes,
            Patience patience)
            throws IOException {
        long began = System.nanoTime();
        Snapshot after;
        Duration boot;
        try {
            copies.start(copy, patience.boot());
            after =
                    reader.readSettled(
                            copy,
                            new SnapshotSource.BootWait(
                                    patience.boot(), patience.hanging(), _ -> {}));
            boot = since(began);
            if (after.running()
                    && after.view() instanceof Snapshot.Observed seen
                    && !seen.systemd().booting()) {
                copies.letRun(copy, patience.settle());
                after = reader.read(copy);
            }
        } catch (IOException failed) {
            return new CopyBoot(
                    null, Mistakes.sentence(failed), List.of(), since(began), Duration.ZERO, true);
        }
        List<Loss> failing = after.running() ? probes.failing(copies, copy) : List.of();
        long stopping = System.nanoTime();
        boolean stopped = !after.running() || copies.shutDown(copy, patience.stop());
        return new CopyBoot(after, "", failing, boot, since(stopping), stopped);
    }

    /// Returns the resource of the host whose lack lost this boot; null where that is not why.
    @Nullable Quota exhausted(List<Loss> losses) {
        if (snapshot == null) {
            return null;
        }
        for (Diagnosis.Finding finding : Diagnosis.of(snapshot).findings()) {
            boolean lost = losses.stream().anyMatch(loss -> loss.name().equals(finding.unit()));
            if (lost
                    && finding.cause() instanceof Cause.QuotaUsedUp used
                    && isOfHost(used.quota())) {
                return used.quota();
            }
        }
        boolean ended = losses.stream().noneMatch(loss -> loss.kind() == Loss.Kind.BOOT);
        for (Quota quota : ended ? List.<Quota>of() : snapshot.evidence().quotas()) {
            if (isOfHost(quota) && quota.exhausted()) {
                return quota;
            }
        }
        return null;
    }

    private static boolean isOfHost(Quota quota) {
        return switch (quota.kind()) {
            case KEYS, KEY_BYTES, INOTIFY_INSTANCES -> true;
            case PIDS, MEMORY -> false;
        };
    }

    private static List<Loss> failing(Copies copies, ContainerId copy, List<String> commands)
            throws IOException {
        List<Loss> failing = new ArrayList<>();
        for (String command : commands) {
            Copies.Answer answer = copies.run(copy, command, PROBE);
            for (int i = 1; i < ATTEMPTS && !answer.succeeded(); i++) {
                copies.letRun(copy, Duration.ofSeconds(1));
                answer = copies.run(copy, command, PROBE);
            }
            if (!answer.succeeded()) {
                String after =
                        answer.inTime()
                                ? "status " + answer.status()
                                : "no end within " + PROBE.toSeconds() + " s";
                failing.add(new Loss(Loss.Kind.PROBE, command, "status 0", after));
            }
        }
        return failing;
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
