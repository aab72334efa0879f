package dev.capdrop.cli.learn;

import dev.capdrop.capability.Capability;
import dev.capdrop.cli.command.Mistakes;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.Observation.Tallies.Tally;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.perf.UseWatch;
import dev.capdrop.linux.time.Errand;
import module java.base;

/// The use by units of copies while probes ran: tells which probe has a unit's work done.
final class ProbeWatch {
    private final UseWatch watch;
    private final List<Tally> seen = new ArrayList<>();
    private String obstacle = "";

    ProbeWatch(UseWatch watch) {
        this.watch = watch;
    }

    /// Watches a copy while it is probed; where nobody can, it is probed all the same.
    <T> T over(ContainerId copy, Errand<T> probing) throws IOException {
        UseWatch.Session session;
        try {
            session = watch.of(copy, 1);
        } catch (IOException unwatchable) {
            obstacle = Mistakes.sentence(unwatchable);
            return probing.take();
        }
        AtomicBoolean done = new AtomicBoolean();
        FutureTask<Observation> watching =
                new FutureTask<>(() -> session.learn(Duration.ofDays(1), done::get, _ -> {}));
        try (session) {
            Thread.ofPlatform().daemon().name("probe watch").start(watching);
            try {
                return probing.take();
            } finally {
                done.set(true);
                add(watching);
            }
        }
    }

    private void add(FutureTask<Observation> watching) throws IOException {
        try {
            seen.addAll(watching.get().tallies());
        } catch (ExecutionException failed) {
            obstacle = Mistakes.sentence(failed.getCause() == null ? failed : failed.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a probe was watched", e);
        }
    }

    /// Returns why nothing could be seen, a sentence; empty where it could.
    String obstacle() {
        return obstacle;
    }

    boolean saw(String unit, Capability capability) {
        return seen.stream()
                .anyMatch(tally ->
                        tally.unit().equals(unit)
                                && tally.capability() == capability.number()
                                && tally.meaning() == Observation.Meaning.USED);
    }
}
