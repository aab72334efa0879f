package dev.capdrop.cli.command;

import sun.misc.Signal;
import sun.misc.SignalHandler;

/// A signal that is told to somebody instead of having its usual effect (signal(7)), until this is
/// closed; closing it twice is harmless. One that is ignored, as SIGHUP under nohup(1), stays so.
final class CaughtSignal implements AutoCloseable {
    private final Signal signal;
    private final SignalHandler before;
    private boolean closed;

    private CaughtSignal(Signal signal, SignalHandler before) {
        this.signal = signal;
        this.before = before;
    }

    /// Catches a signal from now on.
    ///
    /// @param name without its SIG
    /// @param told runs at each, in a thread of its own
    static CaughtSignal of(String name, Runnable told) {
        Signal signal = new Signal(name);
        SignalHandler before = Signal.handle(signal, _ -> told.run());
        if (before.equals(SignalHandler.SIG_IGN)) {
            Signal.handle(signal, before);
        }
        return new CaughtSignal(signal, before);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Signal.handle(signal, before);
        }
    }
}
