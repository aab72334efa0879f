package dev.capdrop.cli.command;

import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.change.Change.Progress;
import module java.base;

/// Says each step, and on a terminal that it still goes on: after ten seconds, twenty, forty, ….
public final class Heartbeat implements Progress, AutoCloseable {
    private static final long FIRST = 10;

    private final Terminal terminal;
    private final LongSupplier nanos;
    private final Thread beat;
    private String step = "";
    private long since;
    private long next;

    Heartbeat(Terminal terminal, LongSupplier nanos) {
        this.terminal = terminal;
        this.nanos = nanos;
        this.beat = Thread.ofPlatform().daemon().name("heartbeat").unstarted(this::beat);
    }

    /// Begins to say steps; only the first line of each where nobody watches.
    public static Heartbeat on(Terminal terminal) {
        Heartbeat heartbeat = new Heartbeat(terminal, System::nanoTime);
        if (Output.isTerminal(Output.STDERR)) {
            heartbeat.beat.start();
        }
        return heartbeat;
    }

    @Override
    public synchronized void step(String sentence) {
        terminal.talk("%s", sentence);
        watch(sentence);
    }

    /// Begins a step that is worth a word only if it takes long.
    public synchronized void watch(String sentence) {
        step = sentence;
        since = nanos.getAsLong();
        next = FIRST;
    }

    private void beat() {
        try {
            while (true) {
                Thread.sleep(Duration.ofSeconds(1));
                sayIfLong();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized void sayIfLong() {
        long seconds = Duration.ofNanos(nanos.getAsLong() - since).toSeconds();
        if (!step.isEmpty() && seconds >= next) {
            terminal.talk("still %s (%s s)", step, seconds);
            next = 2 * seconds;
        }
    }

    @Override
    public void close() {
        beat.interrupt();
    }
}
