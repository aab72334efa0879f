package dev.capdrop.linux.libc;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A process that the calling thread traces, or is about to:
/// [ptrace(2)](https://man7.org/linux/man-pages/man2/ptrace.2.html), a method for each request.
///
/// The kernel takes requests from the thread that attached alone, a platform thread, and detaches
/// when that ends. No request here touches the process's memory: a page of it may lie on a file
/// system that another process serves, and the wait for that one is out of SIGKILL's reach.
///
/// Not final, so that a test can have each request fail.
public class Tracee {
    /// A stop that PTRACE_INTERRUPT asked for, or a group-stop: the third byte of [#poll].
    public static final int EVENT_STOP = 128;

    /// SIGTRAP in the stops of a system call, with PTRACE_O_TRACESYSGOOD.
    public static final int SYSCALL_STOP = 0x85;

    private static final int DETACH = 17;
    private static final int SYSCALL = 24;
    private static final int GETREGSET = 0x4204;
    private static final int SETREGSET = 0x4205;
    private static final int SEIZE = 0x4206;
    private static final int INTERRUPT = 0x4207;
    private static final int SECCOMP_GET_FILTER = 0x420c;
    private static final int GET_SYSCALL_INFO = 0x420e;
    private static final int CALL_INFO = 88;
    private static final int O_TRACESYSGOOD = 1;
    private static final int NT_PRSTATUS = 1;
    private static final int WNOHANG = 1;
    private static final int WALL = 0x40000000;
    private static final int MOST_REGISTERS = 64;
    private static final int MOST_INSTRUCTIONS = 4096;

    private final int pid;
    private final String subject;

    public Tracee(int pid) {
        this.pid = pid;
        this.subject = "process " + pid;
    }

    /// Calls PTRACE_SEIZE with PTRACE_O_TRACESYSGOOD: the process runs on. This waits, until a
    /// signal ends the caller, for as long as the process is in execve(2).
    ///
    /// @throws ErrnoException EPERM when the kernel does not let this process trace that one, or
    ///   another traces it already
    public void seize() throws IOException {
        request(SEIZE, 0, O_TRACESYSGOOD);
    }

    /// Calls PTRACE_INTERRUPT: the process stops soon.
    public void interrupt() throws IOException {
        request(INTERRUPT, 0, 0);
    }

    /// Calls PTRACE_SYSCALL: the process runs on until a system call begins or ends.
    public void resume() throws IOException {
        request(SYSCALL, 0, 0);
    }

    /// Calls PTRACE_DETACH, sending a signal; 0 for none.
    public void detach(int signal) throws IOException {
        request(DETACH, 0, signal);
    }

    /// Calls [wait4(2)](https://man7.org/linux/man-pages/man2/wait4.2.html) with WNOHANG for its
    /// status, as wait(2) describes it; 0 when it runs.
    public int poll() throws IOException {
        Memory status = Scratch.ofThread().structure;
        long which = Native.call(Syscall.WAIT4, subject, pid, status.address(), WNOHANG | WALL);
        return which == 0 ? 0 : status.getInt(0);
    }

    /// Calls PTRACE_GETREGSET of NT_PRSTATUS for its general registers, in the order of `struct
    /// user_regs_struct`; of a process in a 32-bit mode fewer words than the architecture has.
    public long[] registers() throws IOException {
        try (Memory room = Memory.of(MOST_REGISTERS * Long.BYTES);
                Memory vector = vector(room)) {
            request(GETREGSET, NT_PRSTATUS, vector.address());
            return room.readLongs(vector.getLong(8) / Long.BYTES);
        }
    }

    /// Calls PTRACE_SETREGSET of NT_PRSTATUS with values of [#registers].
    public void setRegisters(long[] registers) throws IOException {
        try (Memory values = Memory.of(registers.length * Long.BYTES);
                Memory vector = vector(values)) {
            values.bytes().asLongBuffer().put(registers);
            request(SETREGSET, NT_PRSTATUS, vector.address());
        }
    }

    private static Memory vector(Memory room) {
        return Memory.of(2 * Long.BYTES).putLong(0, room.address()).putLong(8, room.size());
    }

    /// Calls PTRACE_GET_SYSCALL_INFO, since Linux 5.3; EIO when this kernel does not tell.
    public CallStop callStop() throws IOException {
        Memory info = Scratch.ofThread().structure;
        request(GET_SYSCALL_INFO, CALL_INFO, info.address());
        long value = info.getLong(24);
        long first = info.getLong(32);
        return new CallStop(info.bytes().get(0), info.getInt(4), value, first, info.getLong(40));
    }

    /// A stop in or at a system call.
    ///
    /// @param place [#NONE], [#ENTRY] or [#EXIT] of `struct ptrace_syscall_info`
    /// @param architecture AUDIT_ARCH of linux/audit.h, that of the call and not of the program
    /// @param value the call's number where it begins; where it ends its result, or minus errno
    public record CallStop(int place, int architecture, long value, long first, long second) {
        public static final int NONE = 0;
        public static final int ENTRY = 1;
        public static final int EXIT = 2;
    }

    /// Calls PTRACE_SECCOMP_GET_FILTER for a seccomp filter of the process, the newest first.
    ///
    /// @return its instructions as in `struct sock_filter`, a word each; null behind the last
    /// @throws ErrnoException when this kernel does not tell, or the process has none at all
    public long @Nullable [] seccompFilter(int index) throws IOException {
        try (Memory room = Memory.of(MOST_INSTRUCTIONS * Long.BYTES)) {
            long count = request(SECCOMP_GET_FILTER, index, room.address());
            return room.readLongs(count);
        } catch (ErrnoException refused) {
            refused.unless(ErrnoException.Errno.ENOENT);
            return null;
        }
    }

    private long request(int request, long address, long data) throws ErrnoException {
        return Native.call(Syscall.PTRACE, subject, request, pid, address, data);
    }
}
