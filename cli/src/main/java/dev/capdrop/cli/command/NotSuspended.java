package dev.capdrop.cli.command;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.LiveStep;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Init;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jline.utils.Signals;

/// A live step that a terminal cannot suspend: where ^Z came while PID 1 is stopped, PID 1 would
/// stay so until somebody types `fg`. Each of the three signals by which a terminal does that stops
/// all threads of a process, whichever asked for it (signal(7)); SIGSTOP alone cannot be refused.
record NotSuspended(LiveStep step) implements LiveStep {
    private static final List<String> SUSPENDING = List.of("TSTP", "TTIN", "TTOU");

    @Override
    public String obstacle(ContainerId container, Init init, CapabilitySet capabilities)
            throws IOException {
        try (Refusal _ = Refusal.begin()) {
            return step.obstacle(container, init, capabilities);
        }
    }

    @Override
    public Duration drop(ContainerId container, Init init, CapabilitySet capabilities)
            throws IOException {
        try (Refusal _ = Refusal.begin()) {
            return step.drop(container, init, capabilities);
        }
    }

    @Override
    public List<String> forget(ContainerId container, List<String> units) throws IOException {
        return step.forget(container, units);
    }

    /// With `--parallel` several are under way: the first sets the signals aside, the last puts
    /// them back.
    private static final class Refusal implements AutoCloseable {
        private static final Map<String, Object> BEFORE = new LinkedHashMap<>();
        private static int held;

        static synchronized Refusal begin() {
            if (held++ == 0) {
                for (String signal : SUSPENDING) {
                    BEFORE.put(signal, Signals.register(signal, () -> {}));
                }
            }
            return new Refusal();
        }

        @Override
        public void close() {
            end();
        }

        private static synchronized void end() {
            if (--held == 0) {
                BEFORE.forEach(Signals::unregister);
                BEFORE.clear();
            }
        }
    }
}
