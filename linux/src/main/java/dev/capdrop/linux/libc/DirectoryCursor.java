package dev.capdrop.linux.libc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.capdrop.linux.libc.ErrnoException.Errno;
import module java.base;

/// A cursor through one directory after another, entry by entry, in memory of its own, for one
/// thread. An entry is never opened: its attribute and status are asked for by its name, a symbolic
/// link not followed. Names are the file system's own bytes.
public final class DirectoryCursor implements AutoCloseable {
    /// The type of an entry as readdir(3) tells it; DT_UNKNOWN where the file system does not.
    public static final int DT_UNKNOWN = 0;

    public static final int DT_DIR = 4;
    public static final int DT_REG = 8;
    public static final int DT_LNK = 10;

    /// The kernel's longest path, in bytes, without the NUL behind it.
    public static final int MAX_PATH = 4095;

    private static final int CLONE_FS = 0x200;
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_NO_AUTOMOUNT = 0x800;
    private static final int AT_STATX_DONT_SYNC = 0x4000;
    private static final int STATX_TYPE_MODE_UID_GID = 0x1 | 0x2 | 0x8 | 0x10;
    private static final int STATX_SIZE = 256;
    private static final int STATX_UID = 20;
    private static final int STATX_GID = 24;
    private static final int STATX_MODE = 28;
    private static final int HOW_SIZE = 24;
    private static final int HOW_RESOLVE = 16;
    private static final int ENTRIES_SIZE = 65536;
    private static final int D_RECLEN = 16;
    private static final int D_TYPE = 18;
    private static final int D_NAME = 19;
    private static final int TYPE_SHIFT = 12;
    private static final long NONE = 0;
    private static final long UNASKED = Long.MIN_VALUE;
    private static final long NO_DATA = -Errno.ENODATA.number();
    private static final long NOT_SUPPORTED = -Errno.EOPNOTSUPP.number();

    private final Memory entries = Memory.of(ENTRIES_SIZE);
    private final Memory path = Memory.of(MAX_PATH + 1);
    private final Memory throughProc = Memory.of(MAX_PATH + 64);
    private final Memory how = Memory.of(HOW_SIZE);
    private final Memory status = Memory.of(STATX_SIZE);
    private final Memory value;
    private final Memory attribute;
    private final KernelPort.QuickCall quick = Kernels.HERE.quick();
    private final int limit;
    private final long openat2 = Syscall.OPENAT2.number();
    private final long fchdir = Syscall.FCHDIR.number();
    private final long getdents64 = Syscall.GETDENTS64.number();
    private final long lgetxattr = Syscall.LGETXATTR.number();
    private final long statx = Syscall.STATX.number();
    private final boolean ownWorkingDirectory;

    /// A copy of `entries`: a look into Java's own memory costs less.
    private final byte[] copy = new byte[ENTRIES_SIZE];

    private int length;
    private int next;
    private int entry;
    private int directory = AT_FDCWD;
    private long name;
    private int prefixLength;

    /// The answer about the entry's attribute, or UNASKED.
    private long answer = UNASKED;

    /// @param limit the most bytes of the attribute that are acceptable
    /// @param ownWorkingDirectory whether the thread may get a working directory of its own: a
    ///   look-up by name from there costs half as much as one through `/proc`
    public DirectoryCursor(String attribute, int limit, boolean ownWorkingDirectory) {
        byte[] name = attribute.getBytes(ISO_8859_1);
        this.attribute = Memory.of(name.length + 1);
        this.attribute.writeText(0, name);
        this.value = Memory.of(limit);
        this.limit = limit;
        this.ownWorkingDirectory =
                ownWorkingDirectory
                        && quick.call(Syscall.UNSHARE.number(), CLONE_FS, 0, 0, 0, 0) == 0;
    }

    /// Opens the directory at a path of at most [#MAX_PATH] bytes, and no other file, without
    /// reading it ([openat2(2)](https://man7.org/linux/man-pages/man2/openat2.2.html)).
    public Descriptor open(Descriptor from, byte[] bytes, long resolve) throws ErrnoException {
        return new Descriptor(open(from.number(), bytes, resolve), Native::close);
    }

    private int open(int from, byte[] bytes, long resolve) throws ErrnoException {
        int flags = Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC;
        how.bytes().putLong(0, flags);
        how.bytes().putLong(HOW_RESOLVE, resolve);
        long opened = quick.call(openat2, from, path(bytes), how.address(), HOW_SIZE, 0);
        return (int) require(Syscall.OPENAT2, opened);
    }

    private long path(byte[] bytes) throws ErrnoException {
        if (bytes.length > MAX_PATH) {
            throw new ErrnoException(Syscall.OPENAT2, "a path", Errno.ENAMETOOLONG.number());
        }
        path.writeText(0, bytes);
        return path.address();
    }

    private static long require(Syscall call, long result) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(call, "a directory's entry", (int) -result);
        }
        return result;
    }

    /// Opens a directory as [#open(Descriptor, byte[], long)] does, until [#leave()], and goes to
    /// before its first entry.
    public void enter(Descriptor from, byte[] bytes, long resolve) throws ErrnoException {
        length = 0;
        next = 0;
        directory = open(from.number(), bytes, resolve);
        if (ownWorkingDirectory) {
            require(Syscall.FCHDIR, quick.call(fchdir, directory, 0, 0, 0, 0));
        } else {
            byte[] prefix = ("/proc/self/fd/" + directory + "/").getBytes(ISO_8859_1);
            throughProc.write(0, prefix);
            prefixLength = prefix.length;
        }
    }

    public Descriptor reopen() throws ErrnoException {
        return new Descriptor(open(directory, new byte[] {'.'}, 0), Native::close);
    }

    public void leave() {
        if (directory >= 0) {
            Native.close(directory);
            directory = AT_FDCWD;
        }
    }

    /// Reads further entries of the directory
    /// ([getdents64(2)](https://man7.org/linux/man-pages/man2/getdents.2.html)), and goes to before
    /// the first of them; false when there are none.
    public boolean read() throws ErrnoException {
        long read = quick.call(getdents64, directory, entries.address(), ENTRIES_SIZE, 0, 0);
        length = (int) require(Syscall.GETDENTS64, read);
        next = 0;
        entries.bytes().get(0, copy, 0, length);
        return length > 0;
    }

    /// Goes to the next entry read, but `.` and `..`; false when there is none.
    public boolean next() {
        do {
            if (next >= length) {
                return false;
            }
            entry = next;
            next += (copy[entry + D_RECLEN] & 0xff) | (copy[entry + D_RECLEN + 1] & 0xff) << 8;
        } while (copy[entry + D_NAME] == '.' && isDots());
        name = entries.address() + entry + D_NAME;
        answer = UNASKED;
        return true;
    }

    private boolean isDots() {
        int at = entry + D_NAME + 1;
        return copy[at] == 0 || (copy[at] == '.' && copy[at + 1] == 0);
    }

    /// Goes to the next entry as [#next()] does, but not to plain files, which are most.
    public boolean nextBeyondPlainFiles() {
        while (next()) {
            if (copy[entry + D_TYPE] != DT_REG) {
                return true;
            }
            answer = askAttribute();
            if (answer != NONE) {
                return true;
            }
        }
        return false;
    }

    /// Goes to the file at a path, as though it were an entry of the working directory.
    public void at(byte[] bytes) throws ErrnoException {
        leave();
        name = path(bytes);
        answer = UNASKED;
    }

    public int type() {
        return copy[entry + D_TYPE];
    }

    public byte[] name() {
        int start = entry + D_NAME;
        return Arrays.copyOfRange(copy, start, start + nameLength(start));
    }

    private int nameLength(int start) {
        int end = start;
        while (copy[end] != 0) {
            end++;
        }
        return end - start;
    }

    /// Returns the path of the entry below `parent`, which may be empty.
    public byte[] pathBelow(byte[] parent) {
        int start = entry + D_NAME;
        int size = nameLength(start);
        if (parent.length == 0) {
            return Arrays.copyOfRange(copy, start, start + size);
        }
        byte[] whole = Arrays.copyOf(parent, parent.length + 1 + size);
        whole[parent.length] = '/';
        System.arraycopy(copy, start, whole, parent.length + 1, size);
        return whole;
    }

    /// Returns the length of the entry's attribute, 0 where there is none
    /// ([lgetxattr(2)](https://man7.org/linux/man-pages/man2/getxattr.2.html)).
    public int attribute() throws ErrnoException {
        long result = answer == UNASKED ? askAttribute() : answer;
        return (int) require(Syscall.LGETXATTR, result);
    }

    private long askAttribute() {
        long room = value.address();
        long result = quick.call(lgetxattr, nameFromHere(), attribute.address(), room, limit, 0);
        return result == NO_DATA || result == NOT_SUPPORTED ? NONE : result;
    }

    private long nameFromHere() {
        if (ownWorkingDirectory || directory == AT_FDCWD) {
            return name;
        }
        throughProc.writeText(prefixLength, name());
        return throughProc.address();
    }

    public byte[] value(int bytes) {
        byte[] result = new byte[bytes];
        value.bytes().get(0, result);
        return result;
    }

    /// Asks for the entry's status
    /// ([statx(2)](https://man7.org/linux/man-pages/man2/statx.2.html)).
    public void stat() throws ErrnoException {
        int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;
        long out = status.address();
        require(
                Syscall.STATX,
                quick.call(statx, directory, name, flags, STATX_TYPE_MODE_UID_GID, out));
    }

    public int mode() {
        return Short.toUnsignedInt(status.bytes().getShort(STATX_MODE));
    }

    public int statType() {
        return mode() >>> TYPE_SHIFT;
    }

    public long user() {
        return Integer.toUnsignedLong(status.bytes().getInt(STATX_UID));
    }

    public long group() {
        return Integer.toUnsignedLong(status.bytes().getInt(STATX_GID));
    }

    @Override
    public void close() {
        leave();
        for (Memory memory : List.of(entries, path, throughProc, how, status, value, attribute)) {
            memory.close();
        }
    }
}
