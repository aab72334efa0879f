package dev.capdrop.cli.command;

import dev.capdrop.cli.render.Made;
import dev.capdrop.linux.terminal.TerminalSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a command line runs in.
///
/// @param streams where it reads and writes
/// @param facts what is asked of the machine itself
/// @param hosts makes the host that the options of a command name
/// @param defaults what holds where a command line does not say it
record Environment(
        Streams streams, HostFacts facts, Function<HostOptions, Host> hosts, Defaults defaults) {
    /// The standard streams.
    ///
    /// @param out where data goes
    /// @param err where talk goes
    /// @param in where answers come from
    /// @param interactive whether somebody can be asked, and can answer
    /// @param window how large the terminal is that data goes to, asked each time
    record Streams(
            OutputStream out,
            OutputStream err,
            InputStream in,
            boolean interactive,
            Supplier<TerminalSize> window) {}

    /// This process, and the host that it runs on.
    static Environment own() {
        return new Environment(Output.own(), new HostFacts(), LinuxHost::of, Defaults.NONE);
    }

    /// What documents that are written now say of themselves.
    Made made() {
        return new Made(
                CommandModel.version(),
                orNull(facts::name),
                orNull(() -> facts.kernel().kernelRelease()),
                facts.clock().instant());
    }

    @FunctionalInterface
    private interface Fact {
        String get() throws IOException;
    }

    private static @Nullable String orNull(Fact fact) {
        try {
            return fact.get();
        } catch (IOException unknown) {
            return null;
        }
    }

    /// The same with these defaults.
    Environment with(Defaults these) {
        return new Environment(streams, facts, hosts, these);
    }
}
