package dev.capdrop.cli.learn;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.command.Mistakes;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.perf.UseWatch;
import dev.capdrop.linux.store.UseStore;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Adds to what was learnt of a container every few seconds of a watch. What cannot be written is
/// tried again the next time.
final class Learning implements Consumer<Observation> {
    /// The seconds from one time to the next: with the next second, at most 5 are lost to a kill.
    private static final long PAUSE = 4;

    private final UseStore store;
    private final ContainerId container;
    private final UseWatch.Session watch;
    private final Terminal terminal;
    private @Nullable Observation written;
    private long tried;
    private @Nullable String identity;
    private String failure = "";

    Learning(UseStore store, ContainerId container, UseWatch.Session watch, Terminal terminal) {
        this.store = store;
        this.container = container;
        this.watch = watch;
        this.terminal = terminal;
        identify();
    }

    /// Asks while it runs. A first boot makes the machine-id late, so that the last answer holds.
    private void identify() {
        try {
            identity = watch.identity();
        } catch (IOException stopped) {
            // what was known before holds
        }
    }

    @Override
    public void accept(Observation soFar) {
        identify();
        if (soFar.coverage().seconds() >= tried + PAUSE) {
            finish(soFar);
        }
    }

    /// Says so where the kernel is watched in another way than by its tracepoint.
    void sayHow() {
        CapabilitySet unseen = watch.unseen();
        if (!unseen.isEmpty()) {
            terminal.talk(
                    "this kernel has no tracepoint of capability checks, as Linux 6.14 has: a kprobe on cap_capable tells of them, and does not see every one of %s",
                    unseen);
        }
    }

    void finish(Observation soFar) {
        tried = soFar.coverage().seconds();
        try {
            if (identity == null) {
                identity = watch.identity();
            }
            store.add(container, identity, soFar.since(written));
            written = soFar;
            failure = "";
        } catch (IOException failed) {
            String sentence = Mistakes.sentence(failed);
            if (!sentence.equals(failure)) {
                terminal.complain("%s", sentence);
            }
            failure = sentence;
        }
    }

    boolean kept() {
        return failure.isEmpty();
    }
}
