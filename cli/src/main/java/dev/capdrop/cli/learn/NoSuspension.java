package dev.capdrop.cli.learn;

import dev.capdrop.cli.command.Interruption.CaughtSignal;
import java.util.ArrayList;
import java.util.List;

/// While this holds, a terminal cannot suspend the program by ^Z. Each of the three signals by
/// which it would stops all threads of a process, whichever asked for it (signal(7)); SIGSTOP alone
/// cannot be refused.
///
/// Several may hold at a time: the first sets the signals aside, the last puts them back.
final class NoSuspension implements AutoCloseable {
    private static final List<String> SUSPENDING = List.of("TSTP", "TTIN", "TTOU");
    private static final List<CaughtSignal> CAUGHT = new ArrayList<>();
    private static int held;

    private NoSuspension() {}

    static synchronized NoSuspension begin() {
        if (held++ == 0) {
            for (String signal : SUSPENDING) {
                CAUGHT.add(CaughtSignal.of(signal, () -> {}));
            }
        }
        return new NoSuspension();
    }

    @Override
    public void close() {
        end();
    }

    private static synchronized void end() {
        if (--held == 0) {
            CAUGHT.forEach(CaughtSignal::close);
            CAUGHT.clear();
        }
    }
}
