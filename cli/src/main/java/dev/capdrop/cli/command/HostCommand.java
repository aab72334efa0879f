package dev.capdrop.cli.command;

import dev.capdrop.cli.render.Terminal;
import module java.base;

/// A command that looks at a host, or at a recording of one, and says what it found.
public abstract class HostCommand implements Callable<ExitCode> {
    protected final Environment environment;
    protected final Host.HostOptions where;
    protected final Output output;

    protected HostCommand(Environment environment) {
        this(environment, new Output(environment));
    }

    protected HostCommand(Environment environment, Output output) {
        this.environment = environment;
        this.where = new Host.HostOptions(environment);
        this.output = output;
    }

    /// Writes the result as text or JSON, and returns whether the reader has gone.
    protected final boolean show(Supplier<Object> json, Consumer<Terminal> text)
            throws IOException {
        Terminal terminal = output.terminal();
        if (output.isJson()) {
            output.writeJson(json.get());
        } else {
            text.accept(terminal);
        }
        return terminal.closed();
    }
}
