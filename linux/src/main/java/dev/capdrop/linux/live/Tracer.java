package dev.capdrop.linux.live;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.ThreadSet;
import dev.capdrop.capability.ThreadStatus;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.libc.Tracee;
import dev.capdrop.linux.proc.ProcDir;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The program that traces PID 1 of a container, as a process of its own: the kernel may have it
/// wait without end, and then it is left behind ([TracerProcess]). This program starts it as itself
/// with [#WORD] as its first word.
///
/// Its further words are `ask` whether the drop is allowed, or `drop`; the number of PID 1 on the
/// host; when that started, in clock ticks since the host booted; and the capabilities as a mask in
/// hexadecimal. Its answer is one line on its standard output:
///
/// - `allowed`: nothing is known that would keep PID 1 from the drop
/// - `dropped NANOS TRIES`: how long PID 1 stood still, and how often it was stopped
/// - `refused SENTENCE`: PID 1 was left alone, and why
/// - `failed SENTENCE`: something else
///
/// It ends when its standard input does: who started it has ended then, or given it up. Wherever it
/// ends, the kernel detaches it from PID 1, which runs on ([Step]).
public final class Tracer {
    static final String WORD = "(trace)";
    static final String ASK = "ask";
    static final String DROP = "drop";
    static final String ALLOWED = "allowed";
    static final String DROPPED = "dropped";
    static final String REFUSED = "refused";
    static final String FAILED = "failed";
    private static final int WORDS = 5;

    private final String task;
    private final int pid;
    private final long startTicks;
    private final CapabilitySet drop;

    private Tracer(String... words) {
        if (words.length != WORDS) {
            throw new IllegalArgumentException(words.length + " words, expected " + WORDS);
        }
        this.task = words[1];
        this.pid = Integer.parseInt(words[2]);
        this.startTicks = Long.parseLong(words[3]);
        this.drop = CapabilitySet.parseHex(words[4]);
    }

    static List<String> words(String task, ProcDir process, CapabilitySet drop) throws IOException {
        return List.of(
                WORD,
                task,
                Integer.toString(process.pid()),
                Long.toString(process.startTicks()),
                drop.formatHex());
    }

    public static boolean isMeant(String... words) {
        return words.length > 0 && words[0].equals(WORD);
    }

    public static void main(String... words) {
        Thread.ofPlatform().daemon().name("leash").start(() -> endWith(System.in));
        System.out.println(answer(words));
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    static void endWith(InputStream leash) {
        try {
            while (leash.read() >= 0) {
                // nothing is said there
            }
        } catch (IOException broken) {
            // as its end
        }
        Runtime.getRuntime().halt(1);
    }

    private static String answer(String... words) {
        try {
            return new Tracer(words).answer();
        } catch (LiveException refused) {
            return line(REFUSED, refused.sentence());
        } catch (ErrnoException refused) {
            return switch (refused.errno()) {
                case EPERM ->
                        line(
                                REFUSED,
                                "the kernel does not let this process trace PID 1 ("
                                        + TraceRefusal.here()
                                        + ")");
                case ESRCH -> line(REFUSED, "PID 1 ended meanwhile");
                default -> line(FAILED, String.valueOf(refused.getMessage()));
            };
        } catch (IOException | RuntimeException | Error failed) {
            return line(FAILED, failed.toString());
        }
    }

    private static String line(String word, String sentence) {
        return word + " " + sentence.replaceAll("\\p{Cntrl}", "?");
    }

    private String answer() throws IOException {
        preferThisThread();
        try (ProcDir process = ProcDir.open(pid)) {
            if (process.startTicks() != startTicks) {
                throw new LiveException("PID 1 ended meanwhile");
            }
            Tries tries = new Tries(Architecture.here(), new Tracee(pid), process);
            if (task.equals(ASK)) {
                tries.requireAllowed(drop);
                return ALLOWED;
            }
            Tries.Traced traced = tries.drop(drop);
            return DROPPED + " " + traced.stoodStill().toNanos() + " " + traced.tries();
        }
    }

    /// While PID 1 is stopped it waits for this thread.
    private static void preferThisThread() {
        try {
            Libc.setPriorityOfThread(-20);
        } catch (IOException refused) {
            // then PID 1 may stand still for longer
        }
    }

    /// The reasons of the kernel's EPERM for a tracer, as far as can be told from outside
    /// (ptrace(2), "Ptrace access mode checking" and "/proc/sys/kernel/yama/ptrace_scope").
    static final class TraceRefusal {
        static String here() {
            return why(
                    Errand.orNull(() ->
                            Files.readString(Path.of("/proc/sys/kernel/yama/ptrace_scope"))
                                    .strip()),
                    Errand.orNull(() -> Files.readString(Path.of("/proc/thread-self/status"))),
                    Errand.orNull(
                            () -> Files.readString(Path.of("/sys/kernel/security/lsm")).strip()));
        }

        /// @param ptraceScope null where there is no Yama
        /// @param status of the thread that asked; null where it could not be read
        /// @param modules the security modules of the kernel, with commas; null where it does not
        ///   tell
        static String why(
                @Nullable String ptraceScope, @Nullable String status, @Nullable String modules) {
            String scope = ptraceScope == null ? "0" : ptraceScope;
            if (scope.equals("3")) {
                return "kernel.yama.ptrace_scope is 3, which forbids it to everybody until the host is booted anew";
            }
            if (status != null && !holdsSysPtrace(status)) {
                return "this process is without CAP_SYS_PTRACE"
                        + (scope.equals("0")
                                ? ""
                                : ", which kernel.yama.ptrace_scope = " + scope + " asks for");
            }
            return "a tracer is there already, or a seccomp filter of this process or a security module"
                    + (modules == null ? "" : " (" + modules.replace(",", ", ") + ")")
                    + " forbids it";
        }

        private static boolean holdsSysPtrace(String status) {
            return ThreadStatus.parse(status)
                    .capabilities()
                    .get(ThreadSet.EFFECTIVE)
                    .contains(Capability.of("sys_ptrace"));
        }
    }
}
