package dev.capdrop.cli.command;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jline.utils.Signals;

/// Holds while several changes are under way: the first ^C or SIGTERM is told to somebody, the
/// second ends the program as it always would.
final class Interruption implements AutoCloseable {
    private final Map<String, Object> before = new LinkedHashMap<>();

    private Interruption() {}

    /// Holds until it is closed.
    ///
    /// @param told runs in a thread of its own, once
    static Interruption tells(Runnable told) {
        Interruption interruption = new Interruption();
        for (String signal : new String[] {"INT", "TERM"}) {
            Object old =
                    Signals.register(
                            signal,
                            () -> {
                                interruption.close();
                                told.run();
                            });
            interruption.before.put(signal, old);
        }
        return interruption;
    }

    @Override
    public synchronized void close() {
        before.forEach(Signals::unregister);
        before.clear();
    }
}
