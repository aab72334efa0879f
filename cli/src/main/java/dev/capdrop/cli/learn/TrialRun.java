package dev.capdrop.cli.learn;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.command.Heartbeat;
import dev.capdrop.cli.command.Mistakes;
import dev.capdrop.cli.command.Mistakes.BrokenException;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.change.SnapshotSource;
import dev.capdrop.core.document.Names;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.trial.Baseline;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.core.trial.Narrowing;
import dev.capdrop.core.trial.TrialResult;
import dev.capdrop.core.trial.TrialResult.Loss;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The boots of a trial: with the unchanged configuration, to narrow down, and to confirm.
final class TrialRun {
    /// The factor by which a boot may take longer than those with the unchanged configuration.
    private static final int BOOT_FACTOR = 4;

    private static final Duration BOOT_GRACE = Duration.ofSeconds(20);
    private static final int STOP_FACTOR = 3;
    private static final Duration STOP_GRACE = Duration.ofSeconds(10);
    private static final String INTERRUPTED = "it was interrupted";

    /// The number of attempts at a boot that tells nothing.
    private static final int ATTEMPTS = 3;

    private final Copies copies;
    private final SnapshotSource reader;
    private final TrialLimits limits;
    private final CopyBoot.Probes probes;
    private final Terminal terminal;
    private final Heartbeat heartbeat;
    private final BooleanSupplier enough;
    private final long began = System.nanoTime();
    private final List<TrialResult.Boot> boots = new ArrayList<>();
    private final Map<CapabilitySet, TrialResult.Boot> byDrop = new HashMap<>();
    private @Nullable Baseline baseline;
    private CopyBoot.Patience patience;
    private boolean stops = true;
    private volatile String lacking = "";
    private volatile boolean broken;
    private @Nullable Throwable failure;

    /// The ways in which a trial tells something, and is told.
    record Ways(Terminal terminal, Heartbeat heartbeat, BooleanSupplier enough) {}

    TrialRun(
            Copies copies,
            SnapshotSource reader,
            TrialLimits limits,
            CopyBoot.Probes probes,
            Ways ways) {
        this.copies = copies;
        this.reader = reader;
        this.limits = limits;
        this.probes = probes;
        this.terminal = ways.terminal;
        this.heartbeat = ways.heartbeat;
        this.enough = ways.enough;
        this.patience =
                new CopyBoot.Patience(limits.boot(), Set.of(), limits.settle(), limits.boot());
    }

    /// Boots two copies with the unchanged configuration; fails when one of them does not work.
    Baseline baseline(Set<String> given) throws IOException {
        List<Snapshot> seen = new ArrayList<>();
        Duration boot = Duration.ZERO;
        Duration stop = Duration.ZERO;
        for (int i = 0; i < 2; i++) {
            heartbeat.watch("booting a copy with the unchanged configuration");
            CopyBoot one = CopyBoot.of(copies, reader, CapabilitySet.EMPTY, probes, patience);
            if (enough.getAsBoolean()) {
                throw new IOException("interrupted before anything was shown");
            }
            Snapshot snapshot = requireWorking(one);
            seen.add(snapshot);
            boot = Collections.max(List.of(boot, one.boot()));
            stop = Collections.max(List.of(stop, one.stop()));
            stops &= one.stopped();
            TrialResult.Boot done = add(CapabilitySet.EMPTY, List.of(), one.boot());
            terminal.talk(
                    "boot %s, with the unchanged configuration: %s s",
                    done.number(), done.seconds());
            patience =
                    new CopyBoot.Patience(
                            limits.boot(), snapshot.unfinished(), limits.settle(), limits.boot());
        }
        patience =
                new CopyBoot.Patience(
                        Collections.min(
                                List.of(
                                        limits.boot(),
                                        boot.multipliedBy(BOOT_FACTOR).plus(BOOT_GRACE))),
                        patience.hanging(),
                        limits.settle(),
                        Collections.min(
                                List.of(
                                        limits.boot(),
                                        stop.multipliedBy(STOP_FACTOR).plus(STOP_GRACE))));
        Baseline made = new Baseline(seen, given);
        baseline = made;
        return made;
    }

    private static Snapshot requireWorking(CopyBoot one) throws IOException {
        Snapshot snapshot = one.snapshot();
        if (snapshot == null || !snapshot.running() || !snapshot.observed()) {
            String why =
                    snapshot == null
                            ? one.problem()
                            : snapshot.running()
                                    ? String.join("; ", snapshot.problems())
                                    : "it ended";
            throw new IOException(
                    "a copy with the unchanged configuration does not come up, so that nothing can be compared: "
                            + why);
        }
        if (!one.probes().isEmpty()) {
            Loss probe = one.probes().getFirst();
            throw new IOException(
                    "the probe '%s' fails in a copy with the unchanged configuration (%s), so that it shows nothing; copies have no network but with --network"
                            .formatted(probe.name(), probe.after()));
        }
        return snapshot;
    }

    /// Narrows down what is kept of these. What boots have shown counts, whatever ends it.
    TrialResult narrow(CapabilitySet all, CapabilitySet expected, CapabilitySet hopeless) {
        Narrowing narrowing = new Narrowing(all, expected, hopeless);
        String unfinished;
        try {
            unfinished = narrowed(narrowing, all);
        } catch (IOException | RuntimeException | Error failed) {
            failure = failed;
            unfinished = ended(failed);
        }
        List<TrialResult.Needed> needed = new ArrayList<>();
        for (Capability capability : narrowing.needed()) {
            CapabilitySet failed = narrowing.shownBy(capability);
            needed.add(
                    new TrialResult.Needed(
                            capability, failed == null ? null : byDrop.get(all.minus(failed))));
        }
        return new TrialResult(all, needed, List.copyOf(boots), unfinished);
    }

    private static String ended(Throwable failed) {
        return "a failure ended it: " + Mistakes.sentence(failed);
    }

    /// Throws the failure that ended the trial before its end, once what it has shown is reported.
    void requireUnbroken() throws IOException {
        if (failure instanceof IOException failed) {
            throw failed;
        }
        if (failure != null) {
            throw failure instanceof BrokenException broken
                    ? broken
                    : new BrokenException(failure, "");
        }
    }

    /// Returns why it ended before the set was minimal and confirmed; empty where it did not.
    private String narrowed(Narrowing narrowing, CapabilitySet all) throws IOException {
        Set<CapabilitySet> repeated = new HashSet<>();
        String unfinished = "";
        List<CapabilitySet> sets = next(narrowing, repeated);
        while (unfinished.isEmpty() && !sets.isEmpty()) {
            unfinished = spent(sets.size());
            if (unfinished.isEmpty()) {
                for (TrialResult.Boot boot : bootAll(sets, all, narrowing.needed())) {
                    CapabilitySet kept = all.minus(boot.dropped());
                    if (boot.works()) {
                        narrowing.works(kept);
                    } else {
                        narrowing.fails(kept);
                    }
                }
                if (failure != null) {
                    return ended(failure);
                }
                sets = next(narrowing, repeated);
            }
        }
        return unfinished.isEmpty() ? confirm(all.minus(narrowing.needed())) : unfinished;
    }

    /// Returns the sets to boot next: smaller ones, else once those whose failure may be chance.
    private List<CapabilitySet> next(Narrowing narrowing, Set<CapabilitySet> repeated) {
        List<CapabilitySet> sets = narrowing.next(limits.parallel());
        if (!sets.isEmpty()) {
            return sets;
        }
        List<CapabilitySet> again = new ArrayList<>();
        for (Capability capability : narrowing.needed()) {
            CapabilitySet failed = narrowing.shownBy(capability);
            if (failed != null && again.size() < limits.parallel() && repeated.add(failed)) {
                again.add(failed);
            }
        }
        return again;
    }

    /// Returns why no more may be tried; empty when more may.
    private String spent(int more) {
        if (enough.getAsBoolean()) {
            return INTERRUPTED;
        }
        if (!lacking.isEmpty()) {
            return lacking;
        }
        if (boots.size() + more + TrialLimits.FRAME / 2 > limits.boots()) {
            return "it has booted %s copies, and --boots allows %s"
                    .formatted(boots.size(), limits.boots());
        }
        return Duration.ofNanos(System.nanoTime() - began).compareTo(limits.whole()) > 0
                ? "its time was over (--for)"
                : "";
    }

    /// Tries the result once more; returns a clause that speaks against it, empty where none does.
    private String confirm(CapabilitySet drop) throws IOException {
        TrialResult.Boot again =
                drop.isEmpty() ? null : boot(drop, "once more with all of the drop");
        if (again != null && !again.works()) {
            return "a second copy with the same drop lost " + again.losses().getFirst().sentence();
        }
        TrialResult.Boot last =
                boot(CapabilitySet.EMPTY, "once more with the unchanged configuration");
        if (enough.getAsBoolean()) {
            return INTERRUPTED;
        }
        if (!lacking.isEmpty()) {
            return lacking;
        }
        return last == null || last.works()
                ? ""
                : "a last copy with the unchanged configuration lost %s, too: something else than its capabilities has changed meanwhile"
                        .formatted(last.losses().getFirst().sentence());
    }

    private List<TrialResult.Boot> bootAll(
            List<CapabilitySet> sets, CapabilitySet all, CapabilitySet needed) {
        List<FutureTask<TrialResult.@Nullable Boot>> tasks = new ArrayList<>();
        for (CapabilitySet kept : sets) {
            CapabilitySet dropped = all.minus(kept);
            String how =
                    all.equals(needed)
                            ? "without " + needed.minus(kept)
                            : "without %d as before, nor %s"
                                    .formatted(all.minus(needed).size(), needed.minus(kept));
            FutureTask<TrialResult.@Nullable Boot> task =
                    new FutureTask<>(() -> bootOrStop(dropped, how));
            tasks.add(task);
            Thread.ofPlatform().daemon().name("copy").start(task);
        }
        return results(tasks);
    }

    /// Waits for all results: whoever closes the copies must find none of them at work.
    private List<TrialResult.Boot> results(List<FutureTask<TrialResult.@Nullable Boot>> tasks) {
        List<TrialResult.Boot> done = new ArrayList<>();
        for (FutureTask<TrialResult.@Nullable Boot> task : tasks) {
            try {
                TrialResult.Boot boot = result(task);
                if (boot != null) {
                    done.add(boot);
                }
            } catch (IOException | BrokenException failed) {
                failure = failure == null ? failed : failure;
            }
        }
        return done;
    }

    private TrialResult.@Nullable Boot result(FutureTask<TrialResult.@Nullable Boot> task)
            throws IOException {
        try {
            return task.get();
        } catch (ExecutionException failed) {
            broken = true;
            if (failed.getCause() instanceof IOException cause) {
                throw cause;
            }
            Throwable itself = failed.getCause() == null ? failed : failed.getCause();
            throw new BrokenException(itself, "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while copies booted", e);
        }
    }

    /// Boots; where one of several has failed, the others begin no boot more.
    private TrialResult.@Nullable Boot bootOrStop(CapabilitySet dropped, String how)
            throws IOException {
        boolean done = false;
        try {
            TrialResult.Boot boot = boot(dropped, how);
            done = true;
            return boot;
        } finally {
            broken |= !done;
        }
    }

    /// Boots a copy; one that does not end, perhaps by chance, twice. Returns null when it was
    /// interrupted, or the host lacks what all containers share, so that it tells nothing.
    private TrialResult.@Nullable Boot boot(CapabilitySet dropped, String how) throws IOException {
        TrialResult.Boot unended = null;
        for (int attempt = 1; !enough.getAsBoolean() && lacking.isEmpty() && !broken; attempt++) {
            heartbeat.watch("booting a copy " + how);
            CopyBoot one = CopyBoot.of(copies, reader, dropped, probes.unwatched(), patience);
            if (enough.getAsBoolean()) {
                return null;
            }
            TrialResult.Boot boot = add(dropped, losses(one), one.boot());
            say(boot, how);
            Quota exhausted = boot.works() ? null : one.exhausted(boot.losses());
            if (exhausted == null) {
                if (!boot.ended() && unended == null) {
                    unended = boot;
                    continue;
                }
                return boot;
            }
            String sentence =
                    "the host has no %s left (%d of %d are used), so that boots tell nothing"
                            .formatted(
                                    exhausted.kind().noun(), exhausted.used(), exhausted.limit());
            terminal.talk("boot %s does not count: %s", boot.number(), sentence);
            if (attempt >= ATTEMPTS) {
                lacking = sentence;
            } else {
                LockSupport.parkNanos(Duration.ofSeconds(10).toNanos());
            }
        }
        return null;
    }

    private void say(TrialResult.Boot boot, String how) {
        if (boot.works()) {
            terminal.talk("boot %s, %s: works (%s s)", boot.number(), how, boot.seconds());
            return;
        }
        String lost = Names.some(boot.losses().stream().map(Loss::sentence).toList(), 1);
        terminal.talk("boot %s, %s: loses %s (%s s)", boot.number(), how, lost, boot.seconds());
    }

    private List<Loss> losses(CopyBoot one) {
        Baseline compared = baseline;
        Snapshot snapshot = one.snapshot();
        if (compared == null || snapshot == null) {
            return List.of(new Loss(Loss.Kind.BOOT, "", "ended", one.problem()));
        }
        List<Loss> losses = new ArrayList<>(compared.losses(snapshot));
        losses.addAll(one.probes());
        if (stops && !one.stopped()) {
            String after = "not within " + one.stop().toSeconds() + " s";
            losses.add(new Loss(Loss.Kind.SHUTDOWN, "", "ended", after));
        }
        return losses;
    }

    private synchronized TrialResult.Boot add(
            CapabilitySet dropped, List<Loss> losses, Duration took) {
        TrialResult.Boot boot =
                new TrialResult.Boot(
                        boots.size() + 1, dropped, losses, Math.max(1, took.toSeconds()));
        boots.add(boot);
        byDrop.put(dropped, boot);
        return boot;
    }
}
