package dev.capdrop.linux.live;

import dev.capdrop.linux.libc.Tracee.CallStop;
import module java.base;

/// Where a processor architecture keeps a system call in its general registers, a row each, by
/// `struct user_regs_struct` (sys/user.h) and `struct user_pt_regs` (asm/ptrace.h); syscall(2).
///
/// The row of aarch64 is untested: it was written from the kernel's source
/// (`arch/arm64/kernel/signal.c`, `do_signal`) and no such machine was at hand.
record Architecture(
        String name,
        int words,
        Registers registers,
        Mode mode,
        int instruction,
        Calls calls,
        int audit) {
    /// `rax` takes the number of a call and holds its result, `orig_rax` the number of the present
    /// call; `syscall` has two bytes. `cs` is 0x33 in 64-bit mode.
    static final Architecture AMD64 =
            new Architecture(
                    "amd64",
                    27,
                    new Registers(15, 10, 10, 16, 14, 13),
                    new Mode(17, -1, 0x33),
                    2,
                    new Calls(157, Set.of(232L, 281L, 441L)),
                    0xc000003e);

    /// `x8` holds the number, `x0` the first argument and the result; `svc` has four bytes. Bit 4
    /// of `pstate` is set in 32-bit mode.
    static final Architecture AARCH64 =
            new Architecture(
                    "aarch64",
                    34,
                    new Registers(8, 8, 0, 32, 0, 1),
                    new Mode(33, 0x10, 0),
                    4,
                    new Calls(167, Set.of(22L, 441L)),
                    0xc00000b7);

    private static final int EINTR = 4;
    private static final int PR_CAPBSET_DROP = 24;

    /// @param within the number of the present call
    /// @param call the number of the next call
    /// @param result of a call that has ended
    /// @param next the address of the next instruction
    record Registers(int within, int call, int result, int next, int first, int second) {}

    /// @param value the bits of this register below the mask in 64-bit mode
    record Mode(int index, long mask, long value) {}

    /// @param waits `epoll_wait`, `epoll_pwait` and `epoll_pwait2`, as far as there are
    record Calls(long prctl, Set<Long> waits) {}

    /// Returns the architecture of this machine, or throws where it has no row.
    static Architecture here() throws LiveException {
        String name = System.getProperty("os.arch", "");
        return Stream.of(AMD64, AARCH64)
                .filter(one -> one.name.equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new LiveException(
                                "the registers of '%s' are not known, only those of amd64 and aarch64"
                                        .formatted(name)));
    }

    SeccompFilter.Call dropCall(int capability) {
        return new SeccompFilter.Call((int) calls.prctl, audit, PR_CAPBSET_DROP, capability);
    }

    /// Whether these are the registers of a process in the 64-bit mode of this architecture, which
    /// made its last call as such a one: from 64-bit code `int 0x80` is a call of i386.
    boolean isOurs(long[] values, CallStop call) {
        return values.length == words
                && (values[mode.index] & mode.mask) == mode.value
                && call.architecture() == audit;
    }

    /// Whether the process was interrupted while it waited for events, and nothing had come: the
    /// call has just ended with EINTR.
    boolean waits(long[] values) {
        return calls.waits.contains(values[registers.within]) && values[registers.result] == -EINTR;
    }

    /// Returns the registers on the way into `prctl(PR_CAPBSET_DROP, capability)`, with the
    /// instruction that the process has just executed.
    ///
    /// The other three arguments, at which the kernel does not look (`cap_task_prctl`), stay what
    /// they are, for should the tracer end now the process goes on with them: glibc keeps a value
    /// in that of the fifth while a program with threads waits (2.31 and 2.36, `epoll_wait`, r8).
    long[] dropping(long[] values, int capability) {
        long[] changed = values.clone();
        changed[registers.within] = -1;
        changed[registers.call] = calls.prctl;
        changed[registers.first] = PR_CAPBSET_DROP;
        changed[registers.second] = capability;
        changed[registers.next] = values[registers.next] - instruction;
        return changed;
    }

    /// Returns the registers for a process that is to make no call at all.
    long[] withoutCall(long[] values) {
        long[] changed = values.clone();
        changed[registers.within] = -1;
        return changed;
    }

    boolean isDrop(CallStop stop, int capability) {
        return stop.place() == CallStop.ENTRY
                && stop.architecture() == audit
                && stop.value() == calls.prctl
                && stop.first() == PR_CAPBSET_DROP
                && stop.second() == capability;
    }
}
