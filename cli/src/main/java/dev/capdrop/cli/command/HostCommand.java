package dev.capdrop.cli.command;

import dev.capdrop.cli.render.Terminal;
import module java.base;
import picocli.CommandLine.Model.CommandSpec;

/// A command that looks at a host, or at a recording of one, and says what it found.
public abstract class HostCommand implements Callable<ExitCode> {
    /// The environment of the command that is being made.
    private static final ScopedValue<Environment> GIVEN = ScopedValue.newInstance();

    protected final Environment environment = GIVEN.get();
    protected final Host.HostOptions where = new Host.HostOptions(environment);
    protected final Output output = new Output(environment);

    /// Makes a command for an environment, and declares it.
    public static CommandSpec spec(Supplier<HostCommand> command, Environment environment) {
        return ScopedValue.where(GIVEN, environment).call(() -> command.get().model().spec());
    }

    /// Declares what its command line may hold.
    protected abstract CommandModel model();

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
