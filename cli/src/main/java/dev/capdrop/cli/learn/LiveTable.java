package dev.capdrop.cli.learn;

import dev.capdrop.cli.command.Interruption.AtExit;
import dev.capdrop.cli.command.Interruption.CaughtSignal;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.linux.session.TerminalSize;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Shows what a watch has seen so far, anew each time that there is more, or the window is resized.
/// ^Z is refused: the shell would be left on the second screen. A thread of its own draws, for a
/// terminal that was stopped by ^S blocks whoever writes to it.
final class LiveTable implements Consumer<Observation>, AutoCloseable {
    /// The time that a program which is ended waits for a terminal that may be stopped.
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Terminal.Screen screen;
    private final LearnTable table;
    private final Supplier<TerminalSize> window;
    private final AtExit restored;
    private final NoSuspension unsuspended;
    private final CaughtSignal resized;
    private final Thread drawer;
    private @Nullable Observation last;
    private @Nullable RuntimeException failure;
    private boolean due;
    private boolean ended;

    LiveTable(Terminal terminal, LearnTable table, Supplier<TerminalSize> window) {
        this.table = table;
        this.window = window;
        unsuspended = NoSuspension.begin();
        screen = terminal.screen();
        restored = AtExit.say(this::closeInTime);
        drawer = Thread.ofPlatform().daemon().name("table").start(this::draw);
        resized = CaughtSignal.of("WINCH", this::again);
    }

    @Override
    public synchronized void accept(Observation soFar) {
        last = soFar;
        again();
    }

    private synchronized void again() {
        due = true;
        notifyAll();
    }

    private void draw() {
        try {
            screen.show(List.of());
            Observation next = next();
            while (next != null) {
                TerminalSize size = window.get();
                screen.show(table.lines(next, screen.said(), size.columns(), size.rows()));
                next = next();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failed) {
            synchronized (this) {
                failure = failed;
            }
        }
    }

    /// Waits for an observation to draw; null when nothing is to be drawn any more.
    private synchronized @Nullable Observation next() throws InterruptedException {
        while (!ended && (!due || last == null)) {
            wait();
        }
        boolean more = due;
        due = false;
        return more ? last : null;
    }

    private void closeInTime() {
        Thread closing = Thread.ofPlatform().daemon().name("screen").start(screen::close);
        try {
            closing.join(PATIENCE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits until the last picture is drawn: as long as a terminal is stopped.
    @Override
    public void close() throws IOException {
        resized.close();
        synchronized (this) {
            ended = true;
            notifyAll();
        }
        try {
            drawer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while it showed what it saw", e);
        } finally {
            screen.close();
            restored.close();
            unsuspended.close();
        }
        synchronized (this) {
            if (failure != null) {
                throw failure;
            }
        }
    }
}
