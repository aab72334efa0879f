package dev.capdrop.linux.session;

import module java.base;

/// A program of the host, run in a session of its own by setsid(1): a process inside of a container
/// with our terminal as its controlling one could open `/dev/tty`, type into the administrator's
/// shell (TIOCSTI) and write to the screen. And a ^C or a hang-up does not end it half-way.
public record OwnSession(Path setsid, Path program) {
    public static final List<String> FOLDERS = List.of("/usr/bin", "/usr/sbin", "/bin", "/sbin");
    static final Duration ENDS = Duration.ofSeconds(5);
    private static final Map<String, String> ENVIRONMENT =
            Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C.UTF-8", "HOME", "/root");

    /// Looks the program up in these absolute folders.
    ///
    /// @param debianPackage what to install when it is missing, in the exception's sentence
    public static OwnSession of(String name, List<String> folders, String debianPackage)
            throws IOException {
        return new OwnSession(
                lookUp("setsid", FOLDERS, "util-linux"), lookUp(name, folders, debianPackage));
    }

    /// Throws one sentence when setsid(1) is not installed.
    public static OwnSession of(Path program) throws IOException {
        return new OwnSession(lookUp("setsid", FOLDERS, "util-linux"), program);
    }

    private static Path lookUp(String name, List<String> folders, String debianPackage)
            throws IOException {
        for (String folder : folders) {
            Path candidate = Path.of(folder, name);
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        throw new IOException(
                "the program '%s' is not installed on this host (Debian package '%s')"
                        .formatted(name, debianPackage));
    }

    /// Starts it without environment and input, in `/`, with both outputs in one stream.
    Process start(List<String> arguments) throws IOException {
        return builder(arguments).redirectErrorStream(true).start();
    }

    /// Starts it with a standard input that ends when this process does, and no error output.
    Process startOnLeash(List<String> arguments) throws IOException {
        return builder(arguments)
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private ProcessBuilder builder(List<String> arguments) {
        List<String> command =
                new ArrayList<>(List.of(setsid.toString(), "--wait", program.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(ENVIRONMENT);
        builder.directory(new File("/"));
        return builder.redirectInput(new File("/dev/null"));
    }

    /// Kills it, so that it can fork no more, and then its process group, in which processes with a
    /// session of their own are not. One that waits in the kernel for a container may never end.
    static void kill(Process process) throws IOException {
        boolean _ = LeashedProcess.endsWithin(process.destroyForcibly(), ENDS);
        Process kill =
                new ProcessBuilder("/bin/sh", "-c", "kill -KILL -" + process.pid())
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        kill.onExit().join();
    }

    /// A program that may never end, whatever is done to it, because in our place it does what the
    /// kernel may have it wait for without end: it is waited for up to a limit, then killed, and
    /// left behind where even that does not end it. Its standard input ends when this process does.
    public record LeashedProcess(Process process) {
        /// The most output, no more than a pipe holds: nobody reads before it has ended.
        private static final int MOST_OUTPUT = 64 << 10;

        public static LeashedProcess start(OwnSession program, List<String> arguments)
                throws IOException {
            return new LeashedProcess(program.startOnLeash(arguments));
        }

        public sealed interface Outcome {}

        /// The process ended by itself.
        public record Ended(int status, String output) implements Outcome {}

        /// The process did not end in its time; if stuck, not even when it was killed.
        public record Abandoned(long pid, boolean stuck) implements Outcome {
            /// Returns a remark on a stuck process, to follow a sentence; else empty.
            public String remark() {
                return stuck
                        ? "; process " + pid + " is stuck in the kernel with it and is left behind"
                        : "";
            }
        }

        /// Waits for its end, which an interruption does not shorten.
        public Outcome within(Duration limit) throws IOException {
            if (!endsWithin(process, limit)) {
                boolean ended = endsWithin(process.destroyForcibly(), OwnSession.ENDS);
                return new Abandoned(process.pid(), !ended);
            }
            try (var said = process.getInputStream()) {
                byte[] bytes = said.readNBytes(MOST_OUTPUT);
                return new Ended(process.exitValue(), new String(bytes, StandardCharsets.UTF_8));
            }
        }

        static boolean endsWithin(Process process, Duration time) {
            long end = System.nanoTime() + time.toNanos();
            boolean interrupted = false;
            try {
                while (true) {
                    try {
                        return process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
