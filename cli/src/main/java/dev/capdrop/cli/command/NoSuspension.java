package dev.capdrop.cli.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jline.utils.Signals;

/// While this holds, a terminal cannot suspend the program by ^Z. Each of the three signals by
/// which it would stops all threads of a process, whichever asked for it (signal(7)); SIGSTOP alone
/// cannot be refused.
///
/// Several may hold at a time: the first sets the signals aside, the last puts them back.
final class NoSuspension implements AutoCloseable {
    private static final List<String> SUSPENDING = List.of("TSTP", "TTIN", "TTOU");
    private static final Map<String, Object> BEFORE = new LinkedHashMap<>();
    private static int held;

    private NoSuspension() {}

    static synchronized NoSuspension begin() {
        if (held++ == 0) {
            for (String signal : SUSPENDING) {
                BEFORE.put(signal, Signals.register(signal, () -> {}));
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
            BEFORE.forEach(Signals::unregister);
            BEFORE.clear();
        }
    }
}
