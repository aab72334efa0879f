package dev.capdrop.linux.proc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.Init.KernelStart;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.HostFile.Bounded;
import module java.base;

/// A `/proc/PID`, opened once: all reads are of one process, whoever has its number later.
@SuppressWarnings("exports")
public record ProcDir(int pid, Descriptor descriptor) implements AutoCloseable {
    static final int LIMIT = 4 << 20;

    public static ProcDir open(int pid) throws IOException {
        return new ProcDir(pid, Libc.open("/proc/" + pid, Libc.O_RDONLY | Libc.O_DIRECTORY));
    }

    /// Returns the value of a setting of proc_sys(5), as `fs/inotify/max_user_instances`. It is
    /// read in one go: a second read of a number finds nothing (`do_proc_dointvec()` in
    /// kernel/sysctl.c).
    public static String sysctl(String name) throws IOException {
        return Bounded.latin1(Path.of("/proc/sys", name), 4096).strip();
    }

    public String read(String name) throws IOException {
        try (Descriptor file = Libc.openat(descriptor, name, Libc.O_RDONLY | Libc.O_NONBLOCK, 0)) {
            return new String(Bounded.read(file, "/proc/" + pid + "/" + name, LIMIT), UTF_8);
        }
    }

    /// Returns when the process started, in clock ticks since this boot (proc_pid_stat(5)): no
    /// other one of its number did then.
    public long startTicks() throws IOException {
        return ProcTime.startTicks(read("stat"));
    }

    public String link(String name) throws IOException {
        return Libc.readlinkat(descriptor, name);
    }

    boolean alive() throws IOException {
        try {
            return !ProcStatus.parse(read("status")).zombie();
        } catch (ErrnoException e) {
            e.unless(ErrnoException.Errno.ESRCH, ErrnoException.Errno.ENOENT);
            return false;
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }

    /// The start time of a process (proc_pid_stat(5), `starttime`; proc_uptime(5); random(4)):
    /// `btime` of proc_stat(5) is in whole seconds, too coarse for a start right behind a write.
    static final class ProcTime {
        private static final Path UPTIME = Path.of("/proc/uptime");
        private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

        /// USER_HZ is 100 on all architectures in use (times(2)).
        private static final long MILLIS_PER_TICK = 10;

        private static final int FIELDS_BEHIND_NAME = 19;

        static Instant started(String stat) throws IOException {
            return started(stat, Files.readString(UPTIME), Instant.now());
        }

        /// Returns the time since the process started, independent of any clock that can be set.
        static Duration age(String stat) throws IOException {
            return age(stat, Files.readString(UPTIME));
        }

        static Duration age(String stat, String uptime) {
            return Duration.ofMillis(up(uptime) - startTicks(stat) * MILLIS_PER_TICK);
        }

        static Instant started(String stat, String uptime, Instant now) throws IOException {
            return now.minus(age(stat, uptime));
        }

        static KernelStart start(String stat) throws IOException {
            return new KernelStart(startTicks(stat), Files.readString(BOOT_ID).strip());
        }

        static long startTicks(String stat) {
            String behindName = stat.substring(stat.lastIndexOf(')') + 2);
            return Long.parseLong(behindName.split(" ")[FIELDS_BEHIND_NAME]);
        }

        private static long up(String uptime) {
            int point = uptime.indexOf('.');
            long seconds = Long.parseLong(uptime.substring(0, point));
            int hundredths = Integer.parseInt(uptime.substring(point + 1, point + 3));
            return seconds * 1000 + hundredths * MILLIS_PER_TICK;
        }
    }

    /// A `/proc/PID/status`, as far as it is needed (proc_pid_status(5)).
    ///
    /// @param uid the effective user on the host
    /// @param pids the process' number in each pid namespace, ours first
    /// @param zombie whether it has ended and waits to be reaped
    /// @param command its name, the kernel's escapes of `\` and the line feed undone
    public record ProcStatus(
            int parent,
            int uid,
            List<Integer> pids,
            CapabilitySet bounding,
            boolean zombie,
            String command,
            boolean kernelThread) {
        private static final int CONTAINER_DEPTH = 2;

        /// SIGPWR, SIGRTMIN+3 and SIGRTMIN+4, by which liblxc and machinectl ask for a shutdown.
        private static final long SHUTDOWN = 1L << 29 | 1L << 36 | 1L << 37;

        /// Throws IllegalArgumentException when a field is missing.
        public static ProcStatus parse(String text) {
            List<Integer> pids = new ArrayList<>();
            for (String word : field(text, "NSpid").split("\\s+")) {
                pids.add(Integer.parseInt(word));
            }
            String state = field(text, "State");
            return new ProcStatus(
                    Integer.parseInt(field(text, "PPid")),
                    effective(field(text, "Uid")),
                    pids,
                    CapabilitySet.parseHex(field(text, "CapBnd")),
                    state.startsWith("Z") || state.startsWith("X"),
                    command(text),
                    kernelThread(text));
        }

        private static int effective(String users) {
            String[] words = users.split("\\s+");
            if (words.length < 2) {
                throw new IllegalArgumentException("'Uid: " + users + "' in a process' status");
            }
            return (int) Long.parseLong(words[1]);
        }

        /// The kernel escapes these two alone (fs/proc/array.c, `proc_task_name`).
        private static String command(String text) {
            String first = text.substring(0, text.indexOf('\n'));
            String escaped = first.substring(first.indexOf('\t') + 1);
            StringBuilder name = new StringBuilder();
            for (int i = 0; i < escaped.length(); i++) {
                char c = escaped.charAt(i);
                if (c == '\\' && i + 1 < escaped.length()) {
                    char next = escaped.charAt(++i);
                    name.append(next == 'n' ? '\n' : next);
                } else {
                    name.append(c);
                }
            }
            return name.toString();
        }

        /// Whether it is a kernel thread; before Linux 6.10, kthreadd's children without memory.
        private static boolean kernelThread(String text) {
            if (text.contains("\nKthread:")) {
                return field(text, "Kthread").equals("1");
            }
            String parent = field(text, "PPid");
            boolean kthreadd = parent.equals("0") && field(text, "NSpid").equals("2");
            return (kthreadd || parent.equals("2")) && !text.contains("\nVmSize:");
        }

        /// Whether it is the first process of a pid namespace one below ours.
        boolean containerInit() {
            return pids.size() == CONTAINER_DEPTH && pids.get(1) == 1 && !zombie;
        }

        /// Whether the process neither blocks nor catches a signal that asks for a shutdown: the
        /// kernel drops one for the init of a pid namespace (kernel/signal.c, `sig_task_ignored`).
        static boolean losesShutdown(String text) {
            long heard =
                    Long.parseUnsignedLong(field(text, "SigBlk"), 16)
                            | Long.parseUnsignedLong(field(text, "SigCgt"), 16);
            return (heard & SHUTDOWN) == 0;
        }

        /// Whether it is worth parsing for [#containerInit], as nearly none of many is.
        static boolean mayBeContainerInit(String text) {
            int start = text.indexOf("\nNSpid:");
            int end = text.indexOf('\n', start + 1);
            return start >= 0 && text.startsWith("\t1", (end < 0 ? text.length() : end) - 2);
        }

        private static String field(String text, String name) {
            int start = text.startsWith(name + ":") ? 0 : text.indexOf("\n" + name + ":") + 1;
            if (start == 0 && !text.startsWith(name + ":")) {
                throw new IllegalArgumentException("no '" + name + "' in a process' status");
            }
            int end = text.indexOf('\n', start);
            String value = text.substring(start + name.length() + 1, end < 0 ? text.length() : end);
            return value.strip();
        }
    }
}
