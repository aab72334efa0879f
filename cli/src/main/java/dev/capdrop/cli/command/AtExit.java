package dev.capdrop.cli.command;

/// What is said should a signal end the program while this holds.
final class AtExit implements AutoCloseable {
    private final Thread hook;

    private AtExit(Thread hook) {
        this.hook = hook;
    }

    /// Holds until it is closed.
    static AtExit say(Runnable sentence) {
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
