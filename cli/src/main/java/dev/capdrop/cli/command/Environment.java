package dev.capdrop.cli.command;

import dev.capdrop.cli.render.Json;
import dev.capdrop.linux.session.TerminalSize;
import dev.capdrop.linux.time.Errand;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The surroundings of a command line.
///
/// @param hosts makes the host that the options of a command name
public record Environment(Streams streams, Host.Facts facts, Function<HostOptions, Host> hosts) {
    /// The standard streams.
    ///
    /// @param window how large the terminal is that data goes to, asked each time
    public record Streams(
            OutputStream out,
            OutputStream err,
            InputStream in,
            boolean interactive,
            Supplier<TerminalSize> window) {}

    public static Environment own() {
        return new Environment(Output.own(), new Host.Facts(), LinuxHost::of);
    }

    /// Returns the origin that documents of now name.
    public Json.Made made() {
        return new Json.Made(
                CommandModel.version(),
                orNull(facts::name),
                orNull(() -> facts.kernel().kernelRelease()),
                facts.clock().instant());
    }

    private static @Nullable String orNull(Errand<String> fact) {
        try {
            return fact.take();
        } catch (IOException unknown) {
            return null;
        }
    }
}
