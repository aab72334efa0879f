package dev.capdrop.linux.session;

import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A program of the host, run with a cleared environment, no input, bounded output and a deadline,
/// in a session of its own: a ^C or a hang-up of the terminal must not end it half-way.
public record HostProgram(OwnSession program) {
    private static final int MOST = 600;
    private static final int MOST_LINES = 5;

    /// The end of a run.
    ///
    /// @param inTime whether it ended by itself before the deadline
    /// @param status its exit status; 128 and the signal when a signal ended it
    /// @param output the first 64 KiB of both streams
    public record Outcome(boolean inTime, int status, String output) {
        public boolean succeeded() {
            return inTime && status == 0;
        }

        /// Returns why it failed, in its own words where it has some.
        ///
        /// @param name the program's, for a sentence
        public String failure(String name) {
            String said = lastLines();
            if (!inTime) {
                return name + " did not end" + (said.isEmpty() ? "" : ", it said: " + said);
            }
            return said.isEmpty() ? name + " gave no reason (status " + status + ")" : said;
        }

        /// Returns the end of its output on one line; the last line alone often says little.
        public String lastLines() {
            List<String> lines =
                    output.lines()
                            .filter(line -> !line.isBlank())
                            .map(line -> line.strip().replaceAll("\\p{Cntrl}", "?"))
                            .toList();
            int first = Math.max(0, lines.size() - MOST_LINES);
            String last = String.join(" / ", lines.subList(first, lines.size()));
            return last.length() <= MOST ? last : "…" + last.substring(last.length() - MOST);
        }
    }

    /// Looks the program up in the system's own folders.
    ///
    /// @param debianPackage what to install when it is missing, in the exception's sentence
    public static HostProgram find(String name, String debianPackage) throws IOException {
        return new HostProgram(OwnSession.of(name, OwnSession.FOLDERS, debianPackage));
    }

    /// Looks the program up in the absolute folders of our own `PATH` first, else as [#find].
    public static HostProgram onPath(String name, String debianPackage) throws IOException {
        String path = System.getenv().getOrDefault("PATH", "");
        List<String> folders = new ArrayList<>(List.of(path.split(":")));
        folders.removeIf(folder -> !folder.startsWith("/"));
        folders.addAll(OwnSession.FOLDERS);
        return new HostProgram(OwnSession.of(name, folders, debianPackage));
    }

    public static @Nullable HostProgram ifInstalled(String name) {
        return Errand.orNull(() -> onPath(name, ""));
    }

    public String path() {
        return program.program().toString();
    }

    /// Runs it and waits; past the deadline, or where this thread is interrupted, it and its
    /// children are killed, but for a process that has detached itself, as a container's monitor.
    public Outcome run(List<String> arguments, Duration deadline) throws IOException {
        return run(arguments, Deadline.Patience.exactly(deadline));
    }

    public Outcome run(List<String> arguments, Deadline.Patience patience) throws IOException {
        Deadline deadline = patience.begin();
        Process process = program.start(arguments);
        BoundedOutput output = BoundedOutput.of(process.getInputStream());
        try {
            boolean inTime = ended(process, deadline);
            if (!inTime) {
                OwnSession.kill(process);
            }
            return new Outcome(inTime, inTime ? process.exitValue() : -1, output.text());
        } catch (InterruptedException interrupted) {
            OwnSession.kill(process);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(
                    "interrupted while '" + program.program() + "' was running");
        }
    }

    private static boolean ended(Process process, Deadline deadline) throws InterruptedException {
        long wait = deadline.toWait();
        while (wait > 0 && !process.waitFor(wait, TimeUnit.NANOSECONDS)) {
            wait = deadline.toWait();
        }
        return !process.isAlive();
    }

    /// A program's output: 64 KiB are kept, the rest is drained so that it never waits for us.
    static final class BoundedOutput {
        static final int LIMIT = 64 << 10;

        /// The time the pipe may stay open after the program's end: a daemon can have inherited it.
        private static final Duration PATIENCE = Duration.ofSeconds(1);

        private final InputStream in;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private final Thread reader;

        private BoundedOutput(InputStream in) {
            this.in = in;
            this.reader = Thread.ofPlatform().daemon().name("output").unstarted(this::drain);
        }

        static BoundedOutput of(InputStream in) {
            BoundedOutput output = new BoundedOutput(in);
            output.reader.start();
            return output;
        }

        String text() throws InterruptedException {
            reader.join(PATIENCE);
            return kept.toString(StandardCharsets.UTF_8);
        }

        private void drain() {
            byte[] buffer = new byte[8192];
            try {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    kept.write(buffer, 0, Math.min(n, LIMIT - kept.size()));
                }
            } catch (IOException ended) {
                // a killed program's pipe closes under the reader; the kept text stands
            }
        }
    }

    /// The command lines of the processes of this host's root (proc(5), `/proc/PID/cmdline` and
    /// `NSpid` of `/proc/PID/status`): who reads another's waits for whatever program serves that
    /// memory, beyond SIGKILL.
    public record ProcessCommands(Path proc) {
        public static final ProcessCommands HERE = new ProcessCommands(Path.of("/proc"));
        private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]*");
        private static final Pattern ROOT = Pattern.compile("(?m)^Uid:\t0\t");
        private static final Pattern ONE_NUMBER = Pattern.compile("(?m)^NSpid:\t[0-9]+$");

        /// Whether root runs this program with these words as its first arguments. Processes of a
        /// container do not count: anybody there may choose any name.
        public boolean anyOfRoot(String program, List<String> first) throws IOException {
            return any(title -> {
                List<String> words = List.of(title.split("\0", -1));
                // the program that starts it in a session of its own stands before it
                int at = Collections.indexOfSubList(words, first);
                return at > 0 && words.get(at - 1).endsWith("/" + program);
            });
        }

        /// Whether a process of the host's root has such a title, as tasks of Proxmox VE do.
        public boolean anyTitled(String begin, String part) throws IOException {
            return any(title -> title.startsWith(begin) && title.contains(part));
        }

        private boolean any(Predicate<String> wanted) throws IOException {
            try (Stream<Path> entries = Files.list(proc)) {
                return entries.filter(one -> NUMBER.matcher(one.getFileName().toString()).matches())
                        .anyMatch(process -> isRoots(process, wanted));
            } catch (UncheckedIOException failed) {
                throw failed.getCause();
            }
        }

        public boolean titled(long pid, String begin, String part) {
            Path process = proc.resolve(Long.toString(pid));
            return isRoots(process, title -> title.startsWith(begin) && title.contains(part));
        }

        /// Whether it is a process of the host's root with such a command line; false once ended.
        private static boolean isRoots(Path process, Predicate<String> wanted) {
            return Errand.or(
                    false,
                    () ->
                            isRootOfTheHost(process)
                                    && wanted.test(text(process.resolve("cmdline"))));
        }

        private static boolean isRootOfTheHost(Path process) throws IOException {
            String status = text(process.resolve("status"));
            return ROOT.matcher(status).find() && ONE_NUMBER.matcher(status).find();
        }

        private static String text(Path file) throws IOException {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        }
    }

    /// A program of the host, run in a session of its own by setsid(1): a process inside of a
    /// container with our terminal as its controlling one could open `/dev/tty`, type into the
    /// administrator's shell (TIOCSTI) and write to the screen. And a ^C or a hang-up does not end
    /// it half-way.
    public record OwnSession(Path setsid, Path program) {
        public static final List<String> FOLDERS =
                List.of("/usr/bin", "/usr/sbin", "/bin", "/sbin");
        static final Duration ENDS = Duration.ofSeconds(5);
        private static final Map<String, String> ENVIRONMENT =
                Map.of(
                        "PATH",
                        "/usr/sbin:/usr/bin:/sbin:/bin",
                        "LC_ALL",
                        "C.UTF-8",
                        "HOME",
                        "/root");

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

        /// Kills it, so that it can fork no more, and then its process group, in which processes
        /// with a session of their own are not. One that waits in the kernel for a container may
        /// never end.
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

        /// A program that may never end, whatever is done to it, because in our place it does what
        /// the kernel may have it wait for without end: it is waited for up to a limit, then
        /// killed, and left behind where even that does not end it. Its standard input ends when
        /// this process does.
        public record LeashedProcess(Process process) {
            /// The most output, no more than a pipe holds: nobody reads before it has ended.
            private static final int MOST_OUTPUT = 64 << 10;

            public static LeashedProcess start(OwnSession program, List<String> arguments)
                    throws IOException {
                return new LeashedProcess(program.startOnLeash(arguments));
            }

            public sealed interface End {}

            /// The process ended by itself.
            public record Ended(int status, String output) implements End {}

            /// The process did not end in its time; if stuck, not even when it was killed.
            public record Abandoned(long pid, boolean stuck) implements End {
                /// Returns a remark on a stuck process, to follow a sentence; else empty.
                public String remark() {
                    return stuck
                            ? "; process "
                                    + pid
                                    + " is stuck in the kernel with it and is left behind"
                            : "";
                }
            }

            /// Waits for its end, which an interruption does not shorten.
            public End within(Duration limit) throws IOException {
                if (!endsWithin(process, limit)) {
                    boolean ended = endsWithin(process.destroyForcibly(), OwnSession.ENDS);
                    return new Abandoned(process.pid(), !ended);
                }
                try (var said = process.getInputStream()) {
                    byte[] bytes = said.readNBytes(MOST_OUTPUT);
                    return new Ended(
                            process.exitValue(), new String(bytes, StandardCharsets.UTF_8));
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
}
