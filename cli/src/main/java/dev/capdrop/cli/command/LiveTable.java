package dev.capdrop.cli.command;

import dev.capdrop.cli.render.LearnTable;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.linux.terminal.TerminalSize;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/// Shows what a watch has seen so far, again each time that there is more, and at once when the
/// window is resized. ^Z is refused meanwhile: the shell would be left on the second screen.
final class LiveTable implements Consumer<Observation>, AutoCloseable {
    private static final String RESIZED = "WINCH";

    private final Terminal.Screen screen;
    private final LearnTable table;
    private final Supplier<TerminalSize> window;
    private final AtExit restored;
    private final NoSuspension unsuspended;
    private final Object before;
    private @Nullable Observation last;

    /// @param window how large the terminal is, asked each time
    LiveTable(Terminal terminal, LearnTable table, Supplier<TerminalSize> window) {
        this.table = table;
        this.window = window;
        unsuspended = NoSuspension.begin();
        screen = terminal.screen();
        restored = AtExit.say(screen::close);
        before = Signals.register(RESIZED, this::again);
    }

    @Override
    public synchronized void accept(Observation soFar) {
        last = soFar;
        again();
    }

    private synchronized void again() {
        TerminalSize size = window.get();
        if (last != null) {
            screen.show(table.lines(last, screen.said(), size.columns(), size.rows()));
        }
    }

    @Override
    public void close() {
        Signals.unregister(RESIZED, before);
        screen.close();
        restored.close();
        unsuspended.close();
    }
}
