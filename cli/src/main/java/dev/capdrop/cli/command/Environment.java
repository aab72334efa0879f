package dev.capdrop.cli.command;

import dev.capdrop.cli.render.Json;
import dev.capdrop.linux.session.TerminalSize;
import dev.capdrop.linux.time.Errand;
import module java.base;

/// The surroundings of a command line; `hosts` makes the host that its options name.
public record Environment(
        Streams streams, Host.Facts facts, Function<Host.HostOptions, Host> hosts) {
    /// The standard streams; whether somebody can be asked, and can answer; and the size of the
    /// terminal that data goes to, [TerminalSize#NONE] of one that obeys nothing, asked each time.
    public record Streams(
            OutputStream out,
            OutputStream err,
            InputStream in,
            boolean interactive,
            Supplier<TerminalSize> window) {}

    public static Environment own() {
        return new Environment(Output.own(), new Host.Facts(), LinuxHost::of);
    }

    public Json.Made made() {
        return new Json.Made(
                CommandModel.version(),
                Errand.orNull(facts::name),
                Errand.orNull(() -> facts.kernel().kernelRelease()),
                facts.clock().instant());
    }

    /// The number of files that this process may open ([Integer#MAX_VALUE] for any) and has open: a
    /// change that runs out of them could neither stop a container nor say what became of it.
    ///
    /// Source: getrlimit(2), `RLIMIT_NOFILE`; proc_pid_limits(5).
    public record OpenFiles(int limit, long open) {
        /// The most files that a change opens: of programs, pipes, sockets, locks and folders.
        private static final int ENOUGH = 64;

        private static final Pattern LIMIT = Pattern.compile("(?m)^Max open files\\s+(\\d+)\\s");

        public static OpenFiles own() throws IOException {
            int limit = limit(Files.readString(Path.of("/proc/self/limits")));
            try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
                return new OpenFiles(limit, all.count());
            }
        }

        public boolean enough() {
            return limit - open >= ENOUGH;
        }

        /// Refuses to begin a change that may run out of them.
        public static void requireEnough() throws IOException {
            OpenFiles own = own();
            if (!own.enough()) {
                throw new IOException(
                        "nothing was changed: this process may open %d files ('ulimit -n') and has %d open, and a change takes up to %d more; allow %d"
                                .formatted(own.limit, own.open, ENOUGH, own.open + ENOUGH));
            }
        }

        static int limit(String limits) {
            Matcher line = LIMIT.matcher(limits);
            return line.find() && line.group(1).length() < 10
                    ? Integer.parseInt(line.group(1))
                    : Integer.MAX_VALUE;
        }
    }
}
