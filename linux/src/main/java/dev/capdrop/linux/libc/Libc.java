package dev.capdrop.linux.libc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.linux.libc.ErrnoException.Errno;
import module java.base;

/// The system calls, named and ordered as in their man pages. Constants are those that x86-64 and
/// the generic architectures share.
public final class Libc {
    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_APPEND = 0x400;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0100;
    public static final int O_EXCL = 0200;
    public static final int O_NOCTTY = 0400;
    public static final int O_NONBLOCK = 04000;
    public static final int O_CLOEXEC = 02000000;
    public static final int O_PATH = 010000000;

    /// Differs on aarch64, as does the next one.
    public static final int O_DIRECTORY = arm() ? 040000 : 0200000;

    public static final int O_NOFOLLOW = arm() ? 0100000 : 0400000;

    /// The flags to read a file of somebody else: neither a FIFO nor a terminal holds us up.
    public static final int TO_READ = O_RDONLY | O_NONBLOCK | O_NOCTTY;

    public static final int TO_LIST = O_RDONLY | O_DIRECTORY | O_NONBLOCK;
    public static final long RESOLVE_NO_XDEV = 0x01;
    public static final long RESOLVE_NO_MAGICLINKS = 0x02;
    public static final long RESOLVE_NO_SYMLINKS = 0x04;
    public static final long RESOLVE_BENEATH = 0x08;
    public static final long RESOLVE_IN_ROOT = 0x10;
    public static final int LOCK_EX = 2;
    public static final int LOCK_NB = 4;
    private static final int F_GETFD = 1;
    public static final int F_RDLCK = 0;
    public static final int F_WRLCK = 1;
    public static final int F_UNLCK = 2;
    public static final int F_SETSIG = 10;
    public static final int F_SETLEASE = 1024;
    public static final int F_GETLEASE = 1025;

    /// A signal that a process which does not ask for it never sees (signal(7)).
    public static final int SIGURG = 23;

    private static final int RENAME_NOREPLACE = 1;
    private static final int RENAME_EXCHANGE = 2;
    public static final short POLLIN = 1;
    public static final short POLLOUT = 4;
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int SOCKADDR_UN_PATH = 108;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_STATX_DONT_SYNC = 0x4000;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int STATX_BTIME = 0x800;
    private static final int STATX_MNT_ID = 0x1000;
    private static final long HOW_SIZE = 24;
    private static final String DESCRIPTOR = "an open file";
    private static final int PATH_MAX = 4096;
    private static final int MOST_AT_ONCE = 1 << 20;
    private static final int MOST_OPENS = 1000;
    private static final int TIOCGWINSZ = 0x5413;
    private static final long PERF_FLAG_PID_CGROUP = 1 << 2;
    private static final long PERF_FLAG_FD_CLOEXEC = 1 << 3;
    private static final int PERF_EVENT_IOC_ENABLE = 0x2400;

    /// The number of hits and of lost ones, which PERF_FORMAT_LOST alone gives.
    private static final int PERF_COUNTS = 2 * Long.BYTES;

    private static final int PERF_EVENT_IOC_SET_FILTER = 0x40082406;
    private static final int NS_GET_USERNS = 0xb701;
    private static final int NS_GET_OWNER_UID = 0xb704;
    private static final long CLONE_NEWNS = 0x20000;
    private static final long CLONE_NEWPID = 0x20000000;

    private Libc() {}

    public static String encoding() {
        return Kernels.HERE.encoding();
    }

    private static boolean arm() {
        return System.getProperty("os.arch").equals("aarch64");
    }

    /// Calls [open(2)](https://man7.org/linux/man-pages/man2/open.2.html).
    public static Descriptor openat(Descriptor directory, String path, int flags, int mode)
            throws ErrnoException {
        long name = Scratch.ofThread().path(Syscall.OPENAT, path);
        int number = directory.number();
        return Native.open(Syscall.OPENAT, path, number, name, flags | O_CLOEXEC, mode);
    }

    public static Descriptor open(String path, int flags) throws ErrnoException {
        return openat(Descriptor.WORKING_DIRECTORY, path, flags, 0);
    }

    /// Opens a file once more that is open already, whatever has its name by now.
    public static Descriptor reopen(Descriptor file, int flags) throws ErrnoException {
        return open(file.path(), flags);
    }

    public static List<String> names(Descriptor directory, int limit) throws ErrnoException {
        try (Descriptor opened = reopen(directory, TO_LIST)) {
            return getdents(opened, limit).stream().map(DirectoryEntry::name).toList();
        }
    }

    /// Opens closed standard streams as an empty file: else the next opened file would have such a
    /// number, and get what is printed.
    public static void openStandardStreams() {
        try (Memory nothing = Memory.of(Syscall.OPENAT, "/dev/null")) {
            for (int stream = 0; stream <= 2; stream++) {
                if (Native.tryCall(Syscall.FCNTL.number(), stream, F_GETFD, 0, 0, 0) < 0) {
                    // the lowest number that is free is this one
                    int here = Descriptor.WORKING_DIRECTORY.number();
                    long name = nothing.address();
                    Native.call(Syscall.OPENAT, "/dev/null", here, name, O_RDONLY);
                }
            }
        } catch (ErrnoException nowhere) {
            throw new IllegalStateException(nowhere);
        }
    }

    /// Calls [openat2(2)](https://man7.org/linux/man-pages/man2/openat2.2.html), again where a
    /// rename or a mount anywhere on this machine kept the kernel from telling whether a `..` leads
    /// out (RESOLVE_IN_ROOT and RESOLVE_BENEATH).
    ///
    /// @throws ErrnoException EAGAIN when it could not tell so many times
    public static Descriptor openat2(Descriptor directory, String path, int flags, long resolve)
            throws ErrnoException {
        int tries = 1;
        while (true) {
            try {
                return openOnce(directory, path, flags, resolve);
            } catch (ErrnoException failed) {
                if (failed.errno() != Errno.EAGAIN || tries == MOST_OPENS) {
                    throw failed;
                }
                tries++;
            }
        }
    }

    private static Descriptor openOnce(Descriptor directory, String path, int flags, long resolve)
            throws ErrnoException {
        Scratch scratch = Scratch.ofThread();
        Memory how = scratch.structure;
        how.putLong(0, Integer.toUnsignedLong(flags | O_CLOEXEC));
        how.putLong(8, 0);
        how.putLong(16, resolve);
        long name = scratch.path(Syscall.OPENAT2, path);
        int number = directory.number();
        return Native.open(Syscall.OPENAT2, path, number, name, how.address(), HOW_SIZE);
    }

    /// Calls [read(2)](https://man7.org/linux/man-pages/man2/read.2.html); returns the number of
    /// bytes read into `buffer` at `offset`, 0 at the end of the file.
    public static int read(Descriptor file, byte[] buffer, int offset, int length)
            throws ErrnoException {
        int count = readIntoScratch(file, length);
        Scratch.ofThread().buffer.bytes().get(0, buffer, offset, count);
        return count;
    }

    /// Reads into an array as long as what came: empty at the end.
    public static byte[] read(Descriptor file, int most) throws ErrnoException {
        return Scratch.ofThread().buffer.read(readIntoScratch(file, most));
    }

    private static int readIntoScratch(Descriptor file, int length) throws ErrnoException {
        Memory target = Scratch.ofThread().buffer;
        int most = Math.min(length, Scratch.BUFFER_SIZE);
        int number = file.number();
        return (int) Native.call(Syscall.READ, DESCRIPTOR, number, target.address(), most);
    }

    /// Calls [pread(2)](https://man7.org/linux/man-pages/man2/pread.2.html) to fill `buffer`;
    /// returns the number of bytes read, fewer where the file ends.
    public static int pread(Descriptor file, byte[] buffer, long position) throws ErrnoException {
        Memory target = Scratch.ofThread().buffer;
        int length = 0;
        int count = -1;
        while (count != 0 && length < buffer.length) {
            int most = Math.min(buffer.length - length, Scratch.BUFFER_SIZE);
            int number = file.number();
            long room = target.address();
            long at = position + length;
            count = (int) Native.call(Syscall.PREAD64, DESCRIPTOR, number, room, most, at);
            target.bytes().get(0, buffer, length, count);
            length += count;
        }
        return length;
    }

    /// Calls [write(2)](https://man7.org/linux/man-pages/man2/write.2.html); returns the number of
    /// bytes written, which may be fewer than `length`.
    public static int write(Descriptor file, byte[] buffer, int offset, int length)
            throws ErrnoException {
        try (Memory source = Memory.of(Math.max(length, 1))) {
            source.bytes().put(0, buffer, offset, length);
            return (int) Native.callOn(file, Syscall.WRITE, source.address(), length);
        }
    }

    public static void writeAll(Descriptor file, byte[] bytes) throws ErrnoException {
        int done = 0;
        while (done < bytes.length) {
            done += write(file, bytes, done, Math.min(bytes.length - done, MOST_AT_ONCE));
        }
    }

    /// Calls [statx(2)](https://man7.org/linux/man-pages/man2/statx.2.html) on an open file.
    public static FileStatus fstat(Descriptor file) throws ErrnoException {
        return status(statx(file, STATX_BASIC_STATS | STATX_MNT_ID));
    }

    private static Memory statx(Descriptor file, int mask) throws ErrnoException {
        Scratch scratch = Scratch.ofThread();
        int flags = AT_EMPTY_PATH | AT_STATX_DONT_SYNC;
        long path = scratch.path(Syscall.STATX, "");
        long out = scratch.structure.address();
        Native.call(Syscall.STATX, DESCRIPTOR, file.number(), path, flags, mask, out);
        return scratch.structure;
    }

    /// Returns the birth of an open file, in nanoseconds since the epoch; 0 where its file system
    /// does not keep that ([statx(2)](https://man7.org/linux/man-pages/man2/statx.2.html)).
    public static long birth(Descriptor file) throws ErrnoException {
        Memory out = statx(file, STATX_BTIME);
        return (out.getInt(0) & STATX_BTIME) == 0
                ? 0
                : out.getLong(80) * 1_000_000_000L + out.getInt(88);
    }

    private static FileStatus status(Memory out) {
        long nanos = out.getLong(112) * 1_000_000_000L + out.getInt(120);
        return new FileStatus(
                Short.toUnsignedInt(out.getShort(28)),
                out.getInt(20),
                out.getInt(24),
                out.getLong(40),
                nanos,
                out.getInt(136) + ":" + out.getInt(140),
                out.getLong(32),
                out.getLong(144));
    }

    /// Calls [readlink(2)](https://man7.org/linux/man-pages/man2/readlink.2.html).
    ///
    /// @param path empty for a link opened with O_PATH and O_NOFOLLOW
    /// @throws ErrnoException ENOENT when the file opened so is no link
    public static String readlinkat(Descriptor directory, String path) throws ErrnoException {
        Scratch scratch = Scratch.ofThread();
        long name = scratch.path(Syscall.READLINKAT, path);
        long out = scratch.buffer.address();
        int number = directory.number();
        long length = Native.call(Syscall.READLINKAT, path, number, name, out, PATH_MAX);
        return new String(scratch.buffer.read(length), UTF_8);
    }

    public static String readlink(String path) throws ErrnoException {
        return readlinkat(Descriptor.WORKING_DIRECTORY, path);
    }

    /// Calls [getxattr(2)](https://man7.org/linux/man-pages/man2/getxattr.2.html) on an open file,
    /// perhaps with O_PATH; returns the value, empty when the file has none, or its file system
    /// knows none.
    public static byte[] getxattr(Descriptor file, String attribute, int limit)
            throws ErrnoException {
        Scratch scratch = Scratch.ofThread();
        Memory value = scratch.buffer;
        String path = file.path();
        try {
            long named = scratch.path(Syscall.GETXATTR, path);
            long name = scratch.name(Syscall.GETXATTR, attribute);
            int most = Math.min(limit, Scratch.BUFFER_SIZE);
            long length = Native.call(Syscall.GETXATTR, path, named, name, value.address(), most);
            return value.read(length);
        } catch (ErrnoException e) {
            e.unless(Errno.ENODATA, Errno.EOPNOTSUPP);
            return new byte[0];
        }
    }

    /// Calls [getdents64(2)](https://man7.org/linux/man-pages/man2/getdents.2.html) for a directory
    /// without `.` and `..`, in the file system's order.
    public static List<DirectoryEntry> getdents(Descriptor directory, int limit)
            throws ErrnoException {
        List<DirectoryEntry> entries = new ArrayList<>();
        Memory buffer = Scratch.ofThread().buffer;
        while (entries.size() < limit) {
            int number = directory.number();
            long room = buffer.address();
            long length =
                    Native.call(Syscall.GETDENTS64, DESCRIPTOR, number, room, Scratch.BUFFER_SIZE);
            if (length == 0) {
                break;
            }
            addEntries(buffer.read(length), entries, limit);
        }
        return entries;
    }

    private static void addEntries(byte[] read, List<DirectoryEntry> entries, int limit) {
        int offset = 0;
        while (offset < read.length && entries.size() < limit) {
            int size = (read[offset + 16] & 0xff) | (read[offset + 17] & 0xff) << 8;
            int type = read[offset + 18];
            int end = offset + 19;
            while (read[end] != 0) {
                end++;
            }
            String name = new String(read, offset + 19, end - offset - 19, UTF_8);
            if (!name.equals(".") && !name.equals("..")) {
                entries.add(new DirectoryEntry(name, type));
            }
            offset += size;
        }
    }

    /// Makes a unix(7) stream socket that never blocks
    /// ([socket(2)](https://man7.org/linux/man-pages/man2/socket.2.html)).
    public static Descriptor unixSocket() throws ErrnoException {
        int type = SOCK_STREAM | O_NONBLOCK | O_CLOEXEC;
        return Native.open(Syscall.SOCKET, "unix socket", AF_UNIX, type);
    }

    /// Calls [connect(2)](https://man7.org/linux/man-pages/man2/connect.2.html) with a socket file;
    /// EAGAIN when the listener's queue is full.
    public static void connect(Descriptor socket, String path) throws ErrnoException {
        try (Memory address = address(path)) {
            Native.call(Syscall.CONNECT, path, socket.number(), address.address(), address.size());
        }
    }

    private static Memory address(String path) {
        byte[] bytes = path.getBytes(UTF_8);
        if (bytes.length >= SOCKADDR_UN_PATH) {
            throw new IllegalArgumentException("'" + path + "' is too long for a socket address");
        }
        Memory address = Memory.of(2 + SOCKADDR_UN_PATH).putShort(0, AF_UNIX);
        address.write(2, bytes);
        return address;
    }

    /// Connects as another user of this host and as a process of another PID namespace, by whom the
    /// other end knows the caller: the kernel keeps the credentials of the moment of connect(2),
    /// unix(7), "SO_PEERCRED". A process stays in its own namespace: this thread's next child is
    /// the one that connects, and makes no other call.
    ///
    /// By [setresuid(2)](https://man7.org/linux/man-pages/man2/setresuid.2.html) only the effective
    /// user of the thread and its child changes meanwhile: that user may neither signal nor trace
    /// them, as for that the real and the saved one count (kill(2), ptrace(2)).
    ///
    /// @throws ErrnoException EPERM where this process may not enter the namespace
    public static void connectFrom(
            Descriptor pidNamespace, long user, Descriptor socket, String path)
            throws ErrnoException {
        try (Descriptor own = open("/proc/self/ns/pid", O_RDONLY);
                Memory address = address(path)) {
            chooseForChildren(pidNamespace);
            try {
                setEffectiveUser(user);
                try {
                    int size = address.size();
                    long result =
                            Kernels.HERE.connectInChild(socket.number(), address.address(), size);
                    if (result < 0) {
                        throw new ErrnoException(Syscall.CONNECT, path, (int) -result);
                    }
                } finally {
                    setEffectiveUser(0);
                }
            } finally {
                chooseForChildren(own);
            }
        }
    }

    private static void chooseForChildren(Descriptor pidNamespace) throws ErrnoException {
        Native.call(Syscall.SETNS, "a PID namespace", pidNamespace.number(), CLONE_NEWPID);
    }

    static void setEffectiveUser(long user) throws ErrnoException {
        Native.call(Syscall.SETRESUID, "user " + user, -1, user, -1);
    }

    /// Calls [getsockopt(2)](https://man7.org/linux/man-pages/man2/getsockopt.2.html) for
    /// SO_PEERCRED, unix(7); returns the process at the other end at the time of connect or listen,
    /// 0 when it is not in our pid namespace.
    public static int peer(Descriptor socket) throws ErrnoException {
        try (Memory value = Memory.of(12);
                Memory length = Memory.of(4).putInt(0, 12)) {
            int number = socket.number();
            long room = value.address();
            long size = length.address();
            Native.call(
                    Syscall.GETSOCKOPT, "SO_PEERCRED", number, SOL_SOCKET, SO_PEERCRED, room, size);
            return value.getInt(0);
        }
    }

    /// Calls TIOCGWINSZ of
    /// [ioctl_tty(2)](https://man7.org/linux/man-pages/man2/TIOCGWINSZ.2const.html) on a standard
    /// stream; returns its rows and columns, each 0 where the terminal does not know them.
    ///
    /// @throws ErrnoException ENOTTY when it is no terminal
    public static short[] windowSize(int stream) throws ErrnoException {
        try (Memory size = Memory.of(8)) {
            String subject = "descriptor " + stream;
            Native.call(Syscall.IOCTL, subject, stream, TIOCGWINSZ, size.address());
            return new short[] {size.getShort(0), size.getShort(2)};
        }
    }

    /// Calls [ppoll(2)](https://man7.org/linux/man-pages/man2/poll.2.html) on one descriptor;
    /// returns what it is ready for, 0 when `nanos` went by.
    public static short poll(Descriptor file, short events, long nanos) throws ErrnoException {
        try (Memory entry = Memory.of(8);
                Memory timeout = Memory.of(16)) {
            entry.putInt(0, file.number());
            entry.putShort(4, events);
            timeout.putLong(0, Math.max(nanos, 0) / 1_000_000_000L);
            timeout.putLong(8, Math.max(nanos, 0) % 1_000_000_000L);
            String subject = "descriptor " + file.number();
            Native.call(Syscall.PPOLL, subject, entry.address(), 1, timeout.address());
            return entry.getShort(6);
        }
    }

    /// Calls [flock(2)](https://man7.org/linux/man-pages/man2/flock.2.html); EAGAIN when LOCK_NB
    /// was asked and another holds the lock.
    public static void flock(Descriptor file, int operation) throws ErrnoException {
        Native.call(Syscall.FLOCK, "lock", file.number(), operation);
    }

    /// Calls [fcntl(2)](https://man7.org/linux/man-pages/man2/fcntl.2.html) with a command whose
    /// argument is a number.
    public static int fcntl(Descriptor file, int command, int argument) throws ErrnoException {
        return (int) Native.callOn(file, Syscall.FCNTL, command, argument);
    }

    /// Calls [lseek(2)](https://man7.org/linux/man-pages/man2/lseek.2.html) from the beginning.
    public static void lseek(Descriptor file, long offset) throws ErrnoException {
        Native.callOn(file, Syscall.LSEEK, offset);
    }

    /// Calls [ftruncate(2)](https://man7.org/linux/man-pages/man2/truncate.2.html).
    public static void ftruncate(Descriptor file, long length) throws ErrnoException {
        Native.callOn(file, Syscall.FTRUNCATE, length);
    }

    /// Calls [fchmod(2)](https://man7.org/linux/man-pages/man2/chmod.2.html).
    public static void fchmod(Descriptor file, int mode) throws ErrnoException {
        Native.callOn(file, Syscall.FCHMOD, mode);
    }

    /// Calls [rename(2)](https://man7.org/linux/man-pages/man2/rename.2.html) within one directory.
    public static void renameat(Descriptor directory, String from, String to)
            throws ErrnoException {
        renameat2(directory, from, to, 0);
    }

    /// Exchanges two files of a directory (RENAME_EXCHANGE); EINVAL where that is impossible.
    public static void exchange(Descriptor directory, String first, String second)
            throws ErrnoException {
        renameat2(directory, first, second, RENAME_EXCHANGE);
    }

    /// Renames a file only where the new name is free (RENAME_NOREPLACE): else EEXIST, or EINVAL
    /// where the file system cannot tell.
    public static void renameToFree(Descriptor directory, String from, String to)
            throws ErrnoException {
        renameat2(directory, from, to, RENAME_NOREPLACE);
    }

    private static void renameat2(Descriptor directory, String from, String to, int flags)
            throws ErrnoException {
        try (Memory source = Memory.of(Syscall.RENAMEAT2, from);
                Memory target = Memory.of(Syscall.RENAMEAT2, to)) {
            int number = directory.number();
            long old = source.address();
            long next = target.address();
            Native.call(Syscall.RENAMEAT2, to, number, old, number, next, flags);
        }
    }

    /// Calls [unlink(2)](https://man7.org/linux/man-pages/man2/unlink.2.html) on a file in a
    /// directory.
    public static void unlinkat(Descriptor directory, String name) throws ErrnoException {
        try (Memory path = Memory.of(Syscall.UNLINKAT, name)) {
            Native.call(Syscall.UNLINKAT, name, directory.number(), path.address());
        }
    }

    /// Calls [perf_event_open(2)](https://man7.org/linux/man-pages/man2/perf_event_open.2.html) for
    /// one thread, 0 for the calling one, on any CPU; it records nothing yet.
    public static Descriptor perfEventOfThread(PerfEventAttr attr, int thread)
            throws ErrnoException {
        return perfEventOpen(attr, thread, -1, 0);
    }

    /// Calls it for the processes in a control group, and in those below, on one CPU.
    public static Descriptor perfEventOfCgroup(PerfEventAttr attr, Descriptor cgroup, int cpu)
            throws ErrnoException {
        return perfEventOpen(attr, cgroup.number(), cpu, PERF_FLAG_PID_CGROUP);
    }

    public static Descriptor perfEventOfCpu(PerfEventAttr attr, int cpu) throws ErrnoException {
        return perfEventOpen(attr, -1, cpu, 0);
    }

    private static Descriptor perfEventOpen(PerfEventAttr attr, int pid, int cpu, long flags)
            throws ErrnoException {
        try (Memory memory = attr.memory()) {
            long address = memory.address();
            long all = flags | PERF_FLAG_FD_CLOEXEC;
            String subject = "a recording of capability checks";
            return Native.open(Syscall.PERF_EVENT_OPEN, subject, address, pid, cpu, -1, all);
        }
    }

    /// Calls PERF_EVENT_IOC_SET_FILTER of perf_event_open(2), with a text as in a tracepoint's file
    /// `filter`.
    public static void perfFilter(Descriptor event, String filter) throws ErrnoException {
        try (Memory memory = Memory.of(Syscall.IOCTL, filter)) {
            long text = memory.address();
            int number = event.number();
            Native.call(Syscall.IOCTL, filter, number, PERF_EVENT_IOC_SET_FILTER, text);
        }
    }

    /// Calls PERF_EVENT_IOC_ENABLE of perf_event_open(2): the event records from now on.
    public static void perfEnable(Descriptor event) throws ErrnoException {
        Native.call(Syscall.IOCTL, "perf event", event.number(), PERF_EVENT_IOC_ENABLE);
    }

    /// Returns the number of records lost so far, by read(2) on an event that [counts
    /// these][PerfEventAttr#losses()].
    public static long perfLost(Descriptor event) throws ErrnoException {
        Memory counts = Scratch.ofThread().buffer;
        Native.call(Syscall.READ, "perf event", event.number(), counts.address(), PERF_COUNTS);
        return counts.getLong(Long.BYTES);
    }

    /// Calls NS_GET_USERNS of [ioctl_ns(2)](https://man7.org/linux/man-pages/man2/ioctl_ns.2.html):
    /// returns the user namespace that owns a namespace.
    public static Descriptor ownerOf(Descriptor namespace) throws ErrnoException {
        int number = namespace.number();
        return Native.open(Syscall.IOCTL, "a namespace", number, NS_GET_USERNS);
    }

    /// Calls NS_GET_OWNER_UID of
    /// [ioctl_ns(2)](https://man7.org/linux/man-pages/man2/ioctl_ns.2.html): returns the user who
    /// made a user namespace.
    public static long makerOf(Descriptor userNamespace) throws ErrnoException {
        try (Memory user = Memory.of(4)) {
            int number = userNamespace.number();
            long room = user.address();
            Native.call(Syscall.IOCTL, "a user namespace", number, NS_GET_OWNER_UID, room);
            return Integer.toUnsignedLong(user.getInt(0));
        }
    }

    /// Asks to enter a mount namespace
    /// ([setns(2)](https://man7.org/linux/man-pages/man2/setns.2.html)) from a thread that shares
    /// its working directory with others and is refused for it, once the kernel has asked for the
    /// capability; throws IllegalStateException when it was let in, and must do nothing more.
    public static void askForMountNamespace(Descriptor namespace) throws ErrnoException {
        try {
            Native.call(Syscall.SETNS, "a mount namespace", namespace.number(), CLONE_NEWNS);
        } catch (ErrnoException refused) {
            refused.unless(Errno.EINVAL);
            return;
        }
        throw new IllegalStateException("this thread has left its mount namespace");
    }

    /// Calls [setpriority(2)](https://man7.org/linux/man-pages/man2/setpriority.2.html) for the
    /// calling thread, a platform thread; -20 gives it the most of the processor, 19 the least.
    public static void setPriorityOfThread(int nice) throws ErrnoException {
        Native.call(Syscall.SETPRIORITY, "the priority of a thread", 0, 0, nice);
    }

    /// Calls [pidfd_open(2)](https://man7.org/linux/man-pages/man2/pidfd_open.2.html) for a
    /// descriptor of the process, ready for reading once it has ended.
    public static Descriptor pidfdOpen(int pid) throws ErrnoException {
        return Native.open(Syscall.PIDFD_OPEN, "process " + pid, pid);
    }

    static void close(int number) {
        try {
            Native.call(Syscall.CLOSE, DESCRIPTOR, number);
        } catch (ErrnoException alreadyGone) {
            throw new IllegalStateException(alreadyGone);
        }
    }

    /// An entry of a directory.
    ///
    /// @param name its name, with U+FFFD for bytes that are not UTF-8
    /// @param type its type as readdir(3) tells it, [DirectoryCursor#DT_REG] and so on
    public record DirectoryEntry(String name, int type) {
        public boolean isDirectory() {
            return type == DirectoryCursor.DT_DIR;
        }

        /// Whether it may be a symbolic link: not every file system tells.
        public boolean maybeSymlink() {
            return maybe(DirectoryCursor.DT_LNK);
        }

        public boolean maybeRegular() {
            return maybe(DirectoryCursor.DT_REG);
        }

        private boolean maybe(int wanted) {
            return type == wanted || type == DirectoryCursor.DT_UNKNOWN;
        }
    }

    /// The status of a file by statx(2).
    ///
    /// @param mode type and permissions, inode(7)
    /// @param uid the owner on the host
    /// @param mtimeNanos since the epoch
    /// @param device the file system, `major:minor`
    /// @param mountId the mount, as in `/proc/PID/mountinfo`
    public record FileStatus(
            int mode,
            int uid,
            int gid,
            long size,
            long mtimeNanos,
            String device,
            long inode,
            long mountId) {
        private static final int TYPE = 0170000;

        public boolean regular() {
            return (mode & TYPE) == 0100000;
        }

        public boolean directory() {
            return (mode & TYPE) == 0040000;
        }

        public boolean symlink() {
            return (mode & TYPE) == 0120000;
        }

        public boolean socket() {
            return (mode & TYPE) == 0140000;
        }

        public int permissions() {
            return mode & 07777;
        }
    }

    /// The `struct perf_event_attr` of perf_event_open(2) for a tracepoint.
    ///
    /// @param tracepoint the number in the tracepoint's file `id`
    /// @param sampleType the contents of a sample, a sum of PERF_SAMPLE_ constants
    /// @param wakeUpBytes how much is written before a reader is woken
    /// @param processes whether fork(2), execve(2) and ends of processes are recorded, with their
    ///   time
    /// @param losses whether lost records are counted, for [Libc#perfLost]; since Linux 6.0
    public record PerfEventAttr(
            int tracepoint, long sampleType, int wakeUpBytes, boolean processes, boolean losses) {
        public static final long PERF_SAMPLE_TID = 1 << 1;
        public static final long PERF_SAMPLE_TIME = 1 << 2;
        public static final long PERF_SAMPLE_RAW = 1 << 10;

        /// Since Linux 5.7.
        public static final long PERF_SAMPLE_CGROUP = 1 << 21;

        private static final int PERF_TYPE_TRACEPOINT = 2;
        private static final int PERF_ATTR_SIZE_VER6 = 120;
        private static final long DISABLED = 1;
        private static final long WATERMARK = 1 << 14;
        private static final long USE_CLOCKID = 1 << 25;

        /// Records new symbols of the kernel, too, which are rare; without such a bit
        /// (`is_sb_event()` in kernel/events/core.c) the next one has no effect.
        private static final long KSYMBOL = 1 << 29;

        private static final long CGROUP = 1L << 32;
        private static final long COMM = 1 << 9;
        private static final long TASK = 1 << 13;

        /// Ends each record, and one of a new program, with the sample's time.
        private static final long SAMPLE_ID_ALL = 1 << 18;

        private static final int CLOCK_MONOTONIC = 1;
        private static final long PERF_FORMAT_LOST = 1 << 4;

        public PerfEventAttr countingLosses() {
            return new PerfEventAttr(tracepoint, sampleType, wakeUpBytes, processes, true);
        }

        Memory memory() {
            Memory attr = Memory.of(PERF_ATTR_SIZE_VER6);
            attr.putInt(0, PERF_TYPE_TRACEPOINT);
            attr.putInt(4, PERF_ATTR_SIZE_VER6);
            attr.putLong(8, tracepoint);
            attr.putLong(16, 1); // sample_period: every one
            attr.putLong(24, sampleType);
            attr.putLong(32, losses ? PERF_FORMAT_LOST : 0);
            attr.putLong(40, flags());
            attr.putInt(48, wakeUpBytes);
            attr.putInt(92, CLOCK_MONOTONIC);
            return attr;
        }

        private long flags() {
            long all = DISABLED | WATERMARK | USE_CLOCKID | KSYMBOL | CGROUP;
            return processes ? all | COMM | TASK | SAMPLE_ID_ALL : all;
        }
    }

    /// A file's memory, shared with the kernel (mmap(2), MAP_SHARED), until it is closed. Touching
    /// it later would end the process by SIGSEGV: it is touched in looks alone, which begin only
    /// while it is open, and whose end closing waits for.
    public static final class SharedMemory implements AutoCloseable {
        private static final int PROT_READ = 1;
        private static final int PROT_WRITE = 2;
        private static final int MAP_SHARED = 1;

        private final long address;
        private final long size;
        private boolean looking;
        private boolean closed;

        private SharedMemory(long address, long size) {
            this.address = address;
            this.size = size;
        }

        /// Maps the beginning of a file, some pages of it.
        ///
        /// @throws ErrnoException EPERM where the memory that a user may lock is used up
        public static SharedMemory map(Descriptor file, long size) throws ErrnoException {
            long address =
                    Kernels.HERE.map(size, PROT_READ | PROT_WRITE, MAP_SHARED, file.number());
            if (address < 0) {
                throw new ErrnoException(Syscall.MMAP, file.path(), (int) -address);
            }
            return new SharedMemory(address, size);
        }

        public static int pageSize() {
            return Kernels.HERE.pageSize();
        }

        /// Returns a part of the memory, in the order of this machine, to be touched only in a
        /// [#look(BooleanSupplier)].
        public synchronized ByteBuffer bytes(long offset, int length) {
            requireOpen();
            if (offset < 0 || length < 0 || offset > size - length) {
                throw new IndexOutOfBoundsException(
                        "%d bytes from %d on, of %d".formatted(length, offset, size));
            }
            return Kernels.HERE.at(address + offset, length);
        }

        /// Runs a look that reads or writes the memory; one thread at a time.
        public synchronized boolean look(BooleanSupplier look) {
            requireOpen();
            looking = true;
            try {
                return look.getAsBoolean();
            } finally {
                looking = false;
            }
        }

        private void requireOpen() {
            if (closed) {
                throw new IllegalStateException("this memory is shared no more");
            }
        }

        /// Closes it, after a look of another thread; throws in a look of the calling one.
        @Override
        public synchronized void close() {
            if (looking) {
                throw new IllegalStateException("this memory is looked into");
            }
            if (!closed) {
                closed = true;
                unmap();
            }
        }

        private void unmap() {
            try {
                Native.call(Syscall.MUNMAP, "shared memory", address, size);
            } catch (ErrnoException alreadyGone) {
                throw new IllegalStateException(alreadyGone);
            }
        }
    }
}
