package dev.capdrop.cli.command;

import java.util.ArrayList;
import java.util.List;

/// Holds while several changes are under way: the first ^C or SIGTERM is told to somebody, the
/// second ends the program as it always would.
final class Interruption implements AutoCloseable {
    private final List<CaughtSignal> caught = new ArrayList<>();

    private Interruption() {}

    /// Holds until it is closed.
    ///
    /// @param told runs in a thread of its own, once
    static Interruption tells(Runnable told) {
        Interruption interruption = new Interruption();
        interruption.begin(told);
        return interruption;
    }

    private synchronized void begin(Runnable told) {
        for (String signal : List.of("INT", "TERM")) {
            caught.add(
                    CaughtSignal.of(
                            signal,
                            () -> {
                                close();
                                told.run();
                            }));
        }
    }

    @Override
    public synchronized void close() {
        caught.forEach(CaughtSignal::close);
        caught.clear();
    }
}
