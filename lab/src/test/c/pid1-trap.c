// Preloaded into the programs of a hostile container, so into its PID 1: the waits for events, and what that PID 1 does when
// one was interrupted, as an attach by ptrace(2) does it. With EXECUTE it executes a file that its container never answers for;
// with ARGUMENTS its command line and its environment are pages of this library (PR_SET_MM_MAP).
// Without the C library; the numbers of system calls are those of x86-64.
extern int *__errno_location(void);

static long call(long number, long a, long b, long c, long d, long e) {
    long result;
    register long fourth asm("r10") = d;
    register long fifth asm("r8") = e;
    register long sixth asm("r9") = 8;  // the size of a signal mask
    asm volatile("syscall"
                 : "=a"(result)
                 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth), "r"(sixth)
                 : "rcx", "r11", "memory");
    return result;
}

static int ended(long result) {
#ifdef EXECUTE
    static const char program[] = "/silent/program";
    if (result == -4 && call(39, 0, 0, 0, 0, 0) == 1) {
        const char *words[] = {program, 0};
        call(59, (long)program, (long)words, (long)(words + 1), 0, 0);
    }
#endif
    if (result < 0) {
        *__errno_location() = (int)-result;
        return -1;
    }
    return (int)result;
}

#ifdef ARGUMENTS
__attribute__((constructor)) static void move_arguments(void) {
    long here = (long)&call & ~7L, brk = call(12, 0, 0, 0, 0, 0);
    // struct prctl_mm_map: code, data, heap, stack, arguments and environment, no auxiliary vector, no other program
    long map[13] = {here, here + 8, here, here + 8, brk, brk, here, here, here + 8, here, here + 8, 0, -1L << 32};
    if (call(39, 0, 0, 0, 0, 0) == 1) {
        call(157, 35, 14, (long)map, sizeof map, 0);
    }
}
#endif

int epoll_wait(int queue, void *events, int most, int timeout) {
    return ended(call(232, queue, (long)events, most, timeout, 0));
}

int epoll_pwait(int queue, void *events, int most, int timeout, const void *mask) {
    return ended(call(281, queue, (long)events, most, timeout, (long)mask));
}

int epoll_pwait2(int queue, void *events, int most, const void *timeout, const void *mask) {
    return ended(call(441, queue, (long)events, most, (long)timeout, (long)mask));
}
