package dev.capdrop.cli.learn;

import dev.capdrop.cli.command.Interruption.CaughtSignal;
import module java.base;

/// Keeps a terminal from suspending the program by ^Z. Each of the three signals stops all threads
/// of a process (signal(7)). Of several that hold, the last puts the signals back.
final class NoSuspension implements AutoCloseable {
    private static final List<CaughtSignal> CAUGHT = new ArrayList<>();
    private static int held;

    private NoSuspension() {}

    static synchronized NoSuspension begin() {
        if (held++ == 0) {
            for (String signal : List.of("TSTP", "TTIN", "TTOU")) {
                CAUGHT.add(CaughtSignal.of(signal, () -> {}));
            }
        }
        return new NoSuspension();
    }

    @Override
    public void close() {
        synchronized (NoSuspension.class) {
            if (--held == 0) {
                CAUGHT.forEach(CaughtSignal::close);
                CAUGHT.clear();
            }
        }
    }
}
