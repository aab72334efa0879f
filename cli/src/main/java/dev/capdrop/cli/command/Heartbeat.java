package dev.capdrop.cli.command;

import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.change.Progress;
import java.time.Duration;

/// Says each step, and on a terminal every few seconds that it still goes on.
public final class Heartbeat implements Progress, AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(4);

    private final Terminal terminal;
    private final Thread beat;
    private String step = "";
    private long since;

    private Heartbeat(Terminal terminal) {
        this.terminal = terminal;
        this.beat = Thread.ofPlatform().daemon().name("heartbeat").unstarted(this::beat);
    }

    /// Begins to say steps; only the first line of each where nobody watches.
    public static Heartbeat on(Terminal terminal) {
        Heartbeat heartbeat = new Heartbeat(terminal);
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
        since = System.nanoTime();
    }

    private void beat() {
        try {
            while (true) {
                Thread.sleep(PAUSE);
                sayIfLong();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void sayIfLong() {
        long seconds = Duration.ofNanos(System.nanoTime() - since).toSeconds();
        if (!step.isEmpty() && seconds >= PAUSE.toSeconds() - 1) {
            terminal.talk("still %s (%s s)", step, seconds);
        }
    }

    @Override
    public void close() {
        beat.interrupt();
    }
}
