package dev.capdrop.linux.live;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Tracee;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A seccomp filter of a process, asked what it makes of a system call before the process makes it:
/// it could answer that with the end of a PID 1 that was sent into it.
///
/// Source: seccomp(2), bpf(4), linux/filter.h; the kernel's `seccomp_check_filter`. Each jump leads
/// forward, so that it ends; what the kernel would not admit as a filter counts as refusal, and so
/// does one that asks for what is not known of the call.
final class SeccompFilter {
    private static final int ALLOW = 0x7fff0000;
    private static final int LOG = 0x7ffc0000;
    private static final int ACTION = 0xffff0000;
    private static final int KILL = 0x80000000;

    /// BPF_LD, BPF_W and BPF_ABS: the only way in which the kernel lets a filter see the call.
    private static final int LOAD_WORD = 0x20;

    private static final int CELLS = 16;
    private static final int DATA_SIZE = 64;

    /// systemd has one or two. The kernel takes thousands, for which PID 1 would have to stand
    /// still.
    private static final int MOST = 64;

    private final long[] program;
    private final int[] memory = new int[CELLS];
    private int a;
    private int x;

    SeccompFilter(long... program) {
        this.program = program.clone();
    }

    boolean allows(Call call) {
        int action = run(call) & ACTION;
        return action == ALLOW || action == LOG;
    }

    /// A system call as `struct seccomp_data` shows it; its architecture is an AUDIT_ARCH.
    record Call(int number, int architecture, int first, int second) {
        private int word(int offset) {
            return switch (offset) {
                case 0 -> number;
                case 4 -> architecture;
                case 16 -> first;
                case 24 -> second;
                default -> 0;
            };
        }

        /// Whether it is known what a filter sees there: the number, the architecture, and both
        /// halves of the first two arguments.
        private static boolean knows(int offset) {
            return switch (offset) {
                case 0, 4, 16, 20, 24, 28 -> true;
                default -> false;
            };
        }
    }

    private int run(Call call) {
        a = 0;
        x = 0;
        for (int at = 0; at < program.length; at++) {
            int code = (int) program[at] & 0xffff;
            int k = (int) (program[at] >>> 32);
            if (code == LOAD_WORD && !Call.knows(k)) {
                return KILL;
            }
            switch (code & 0x07) {
                case 0x00 -> a = loaded(code, k, call);
                case 0x01 -> x = (code & 0xe0) == 0x20 ? 0 : loaded(code, k, call);
                case 0x02 -> memory[k & CELLS - 1] = a;
                case 0x03 -> memory[k & CELLS - 1] = x;
                case 0x04 -> a = computed(code, (code & 0x08) == 0 ? k : x);
                case 0x05 -> at += jump(program[at], code, k);
                case 0x06 -> {
                    return (code & 0x18) == 0x10 ? a : k;
                }
                default -> move(code);
            }
        }
        return KILL;
    }

    private void move(int code) {
        if ((code & 0xf8) == 0) {
            x = a;
        } else {
            a = x;
        }
    }

    private int loaded(int code, int k, Call call) {
        return switch (code & 0xe0) {
            case 0x20 -> call.word(k);
            case 0x60 -> memory[k & CELLS - 1];
            case 0x80 -> DATA_SIZE;
            default -> k;
        };
    }

    private int computed(int code, int operand) {
        return switch (code & 0xf0) {
            case 0x00 -> a + operand;
            case 0x10 -> a - operand;
            case 0x20 -> a * operand;
            case 0x30 -> operand == 0 ? 0 : Integer.divideUnsigned(a, operand);
            case 0x40 -> a | operand;
            case 0x50 -> a & operand;
            case 0x60 -> a << operand;
            case 0x70 -> a >>> operand;
            case 0x80 -> -a;
            case 0x90 -> operand == 0 ? 0 : Integer.remainderUnsigned(a, operand);
            default -> a ^ operand;
        };
    }

    private int jump(long instruction, int code, int k) {
        int operand = (code & 0x08) == 0 ? k : x;
        boolean holds =
                switch (code & 0xf0) {
                    case 0x10 -> a == operand;
                    case 0x20 -> Integer.compareUnsigned(a, operand) > 0;
                    case 0x30 -> Integer.compareUnsigned(a, operand) >= 0;
                    default -> (a & operand) != 0;
                };
        if ((code & 0xf0) == 0) {
            return k & 0xffff;
        }
        return (int) (instruction >> (holds ? 16 : 24) & 0xff);
    }

    /// Asks the filters of a process that is stopped: one may answer prctl(2) with the end of its
    /// process. One that is left when others were looked at counts as refusal. Where the kernel
    /// shows none at all (ptrace(2), PTRACE_SECCOMP_GET_FILTER: this process has a filter itself,
    /// or the kernel was built without), which the other cannot bring about, nothing is known
    /// against it.
    static void requireAllowed(Tracee tracee, Architecture architecture, CapabilitySet drop)
            throws IOException {
        int index = 0;
        for (long[] program = read(tracee, 0); program != null; program = read(tracee, ++index)) {
            if (index == MOST) {
                throw new LiveException(
                        "PID 1 has more than " + MOST + " seccomp filters, too many to look at");
            }
            requireAllowed(new SeccompFilter(program), architecture, drop);
        }
    }

    private static void requireAllowed(
            SeccompFilter filter, Architecture architecture, CapabilitySet drop)
            throws LiveException {
        for (Capability capability : drop) {
            if (!filter.allows(architecture.dropCall(capability.number()))) {
                throw new LiveException(
                        "a seccomp filter of PID 1 forbids it prctl(2) with PR_CAPBSET_DROP");
            }
        }
    }

    private static long @Nullable [] read(Tracee tracee, int index) throws IOException {
        try {
            return tracee.seccompFilter(index);
        } catch (ErrnoException untold) {
            if (index == 0) {
                return null;
            }
            throw new LiveException(
                    "PID 1 has a seccomp filter, and the kernel does not let this process look at it: %s"
                            .formatted(untold.getMessage()),
                    untold);
        }
    }
}
