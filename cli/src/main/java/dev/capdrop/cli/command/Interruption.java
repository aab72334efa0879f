package dev.capdrop.cli.command;

import module java.base;

import sun.misc.Signal;
import sun.misc.SignalHandler;

/// Tells the first ^C or SIGTERM to somebody; the second ends the program as it always would.
public final class Interruption implements AutoCloseable {
    private final List<CaughtSignal> caught = new ArrayList<>();

    private Interruption() {}

    /// Holds until it is closed; `told` runs in a thread of its own, once.
    public static Interruption tells(Runnable told) {
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

    /// A signal told to somebody in place of its usual effect (signal(7)) until this is closed,
    /// once or twice. One that is ignored, as SIGHUP under nohup(1), stays so.
    public static final class CaughtSignal implements AutoCloseable {
        private final Signal signal;
        private final SignalHandler before;
        private boolean closed;

        private CaughtSignal(Signal signal, SignalHandler before) {
            this.signal = signal;
            this.before = before;
        }

        /// Catches the signal of this name without its SIG; `told` runs in a thread of its own.
        public static CaughtSignal of(String name, Runnable told) {
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

    /// A sentence that is said should a signal end the program while this holds.
    public static final class AtExit implements AutoCloseable {
        private final Thread hook;

        private AtExit(Thread hook) {
            this.hook = hook;
        }

        public static AtExit say(Runnable sentence) {
            Thread hook = new Thread(sentence, "interrupted");
            Runtime.getRuntime().addShutdownHook(hook);
            return new AtExit(hook);
        }

        @Override
        public void close() {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException underWay) {
                // The signal has come already, and what it has to say is being said.
            }
        }
    }
}
