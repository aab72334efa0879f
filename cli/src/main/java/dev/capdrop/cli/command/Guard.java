package dev.capdrop.cli.command;

import dev.capdrop.cli.render.PendingText;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.change.Journal;
import dev.capdrop.core.change.JournalEntry;
import dev.capdrop.core.snapshot.ContainerId;
import java.io.IOException;
import org.jline.utils.Signals;

/// Holds while a change is under way: a hang-up does not stop it (the administrator's own ssh may
/// run through this container), and an interruption says what state it left. A closed pipe never
/// stops a Java program.
final class Guard implements AutoCloseable {
    private final Thread hook;

    private Guard(Thread hook) {
        this.hook = hook;
    }

    static Guard over(Journal journal, ContainerId container, Terminal terminal) {
        Signals.register("HUP", () -> {});
        Thread hook = new Thread(() -> sayState(journal, container, terminal), "interrupted");
        Runtime.getRuntime().addShutdownHook(hook);
        return new Guard(hook);
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    private static void sayState(Journal journal, ContainerId container, Terminal terminal) {
        try {
            JournalEntry pending = Changes.pending(journal, container);
            terminal.complain(
                    pending == null
                            ? "interrupted; no change is under way"
                            : PendingText.sentence(pending, container.target()));
        } catch (IOException e) {
            terminal.complain("interrupted, and the journal could not be read: " + e.getMessage());
        }
    }
}
