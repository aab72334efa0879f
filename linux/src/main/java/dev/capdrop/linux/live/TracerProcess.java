package dev.capdrop.linux.live;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.linux.proc.ProcDir;
import dev.capdrop.linux.session.HostProgram.OwnSession;
import dev.capdrop.linux.session.HostProgram.OwnSession.LeashedProcess;
import module java.base;

/// A [Tracer] as who starts it sees it. An attach waits in the kernel for as long as PID 1 is in
/// execve(2): for ever on a file system that the container serves and never answers for.
record TracerProcess(TracerStart start, Duration limit) {
    /// The time for some [Tries] that each wait for a stop, and a start on a busy machine.
    private static final Duration LIMIT = Duration.ofSeconds(45);

    TracerProcess() {
        this(TracerStart.here(), LIMIT);
    }

    void requireAllowed(ProcDir process, CapabilitySet drop) throws IOException {
        String answer = answer(Tracer.ASK, process, drop);
        if (!answer.equals(Tracer.ALLOWED)) {
            throw unexpected(answer);
        }
    }

    /// Has the process drop these.
    ///
    /// @throws IOException when it has not, or not all of them, or nobody can tell
    Tries.Traced drop(ProcDir process, CapabilitySet drop) throws IOException {
        String answer = answer(Tracer.DROP, process, drop);
        if (!answer.matches(Tracer.DROPPED + " [0-9]{1,18} [0-9]{1,9}")) {
            throw unexpected(answer);
        }
        String[] words = answer.split(" ");
        Duration stoodStill = Duration.ofNanos(Long.parseLong(words[1]));
        return new Tries.Traced(stoodStill, Integer.parseInt(words[2]));
    }

    private static IOException unexpected(String answer) {
        String refused = Tracer.REFUSED + " ";
        return answer.startsWith(refused)
                ? new LiveException(answer.substring(refused.length()))
                : new IOException("the program that traces PID 1 says '" + answer + "'");
    }

    private String answer(String task, ProcDir process, CapabilitySet drop) throws IOException {
        return switch (start.with(Tracer.words(task, process, drop)).within(limit)) {
            case LeashedProcess.Ended ended -> {
                String answer = ended.output().strip();
                yield answer.isEmpty() ? "nothing, status " + ended.status() : answer;
            }
            case LeashedProcess.Abandoned abandoned ->
                    throw new LiveException(
                            "PID 1 does not answer: it was traced for %s s in vain%s"
                                    .formatted(limit.toSeconds(), abandoned.remark()));
        };
    }

    /// The start of the [Tracer]: as this very program where it was compiled ahead of time, and by
    /// the same JVM with the same classes where one runs it.
    record TracerStart(Path program, List<String> options) {
        static TracerStart here() {
            if (System.getProperty("org.graalvm.nativeimage.imagecode") != null) {
                // what runs, and not what lies there since an upgrade
                long self = ProcessHandle.current().pid();
                return new TracerStart(Path.of("/proc", Long.toString(self), "exe"), List.of());
            }
            return ofJvm(Tracer.class);
        }

        static TracerStart ofJvm(Class<?> main) {
            String modules = System.getProperty("jdk.module.path", "");
            String classes = System.getProperty("java.class.path", "");
            return new TracerStart(
                    Path.of(System.getProperty("java.home"), "bin", "java"),
                    List.of(
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-XX:-UsePerfData",
                            "-Xlog:disable",
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            modules + File.pathSeparator + classes,
                            main.getName()));
        }

        LeashedProcess with(List<String> words) throws IOException {
            List<String> arguments = new ArrayList<>(options);
            arguments.addAll(words);
            return LeashedProcess.start(OwnSession.of(program), arguments);
        }
    }
}
