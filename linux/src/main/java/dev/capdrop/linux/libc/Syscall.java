package dev.capdrop.linux.libc;

import java.util.List;

/// The system calls in use, a row each: name, number on x86-64, number in the table that aarch64,
/// riscv64 and loongarch64 share, and the kernel that introduced it. To add one, add its row here
/// and a method to [Libc]. All go through syscall(2) of libc, because each *shape* of native call
/// costs milliseconds when it is first made.
enum Syscall {
    READ("read", 0, 63, "1.0"),
    WRITE("write", 1, 64, "1.0"),
    CLOSE("close", 3, 57, "1.0"),
    LSEEK("lseek", 8, 62, "1.0"),
    MMAP("mmap", 9, 222, "1.0"),
    MUNMAP("munmap", 11, 215, "1.0"),
    IOCTL("ioctl", 16, 29, "1.0"),
    PREAD64("pread64", 17, 67, "2.2"),
    SOCKET("socket", 41, 198, "1.0"),
    CONNECT("connect", 42, 203, "1.0"),
    GETPEERNAME("getpeername", 52, 205, "1.0"),
    GETSOCKOPT("getsockopt", 55, 209, "1.0"),
    WAIT4("wait4", 61, 260, "1.0"),
    FCNTL("fcntl", 72, 25, "1.0"),
    FLOCK("flock", 73, 32, "2.0"),
    FTRUNCATE("ftruncate", 77, 46, "1.0"),
    FCHDIR("fchdir", 81, 50, "1.0"),
    FCHMOD("fchmod", 91, 52, "1.0"),
    PTRACE("ptrace", 101, 117, "1.0"),
    SETRESUID("setresuid", 117, 147, "2.2"),
    SETPRIORITY("setpriority", 141, 140, "1.0"),
    GETXATTR("getxattr", 191, 8, "2.6.25"),
    LGETXATTR("lgetxattr", 192, 9, "2.6.25"),
    GETDENTS64("getdents64", 217, 61, "2.4"),
    OPENAT("openat", 257, 56, "2.6.16"),
    UNLINKAT("unlinkat", 263, 35, "2.6.16"),
    PIPE2("pipe2", 293, 59, "2.6.27"),
    READLINKAT("readlinkat", 267, 78, "2.6.16"),
    UNSHARE("unshare", 272, 97, "2.6.16"),
    PPOLL("ppoll", 271, 73, "2.6.16"),
    PERF_EVENT_OPEN("perf_event_open", 298, 241, "2.6.31"),
    SETNS("setns", 308, 268, "3.0"),
    RENAMEAT2("renameat2", 316, 276, "3.15"),
    STATX("statx", 332, 291, "4.11"),
    PIDFD_OPEN("pidfd_open", 434, 434, "5.3"),
    OPENAT2("openat2", 437, 437, "5.6");

    private static final String X86_64 = "amd64";
    private static final List<String> GENERIC = List.of("aarch64", "loongarch64", "riscv64");
    private static final String ARCHITECTURE = System.getProperty("os.arch", "");
    private static final boolean ON_X86_64 = ARCHITECTURE.equals(X86_64);
    private static final boolean KNOWN = ON_X86_64 || GENERIC.contains(ARCHITECTURE);

    private final String call;
    private final int x8664;
    private final int generic;
    private final String since;

    Syscall(String call, int x8664, int generic, String since) {
        this.call = call;
        this.x8664 = x8664;
        this.generic = generic;
        this.since = since;
    }

    String call() {
        return call;
    }

    String absence() {
        return "this kernel has no %s(2), which came with Linux %s; boot a newer kernel, or allow the call where a sandbox forbids it"
                .formatted(call, since);
    }

    /// @throws UnsupportedOperationException on a processor whose numbers are not in the table
    int number() {
        if (!KNOWN) {
            throw new UnsupportedOperationException(
                    "capdrop does not know the system call numbers of '%s', only those of %s, %s"
                            .formatted(ARCHITECTURE, X86_64, String.join(", ", GENERIC)));
        }
        return ON_X86_64 ? x8664 : generic;
    }
}
