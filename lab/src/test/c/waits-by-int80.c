// A PID 1 that waits for events as systemd does, by the system calls of i386, whatever it is compiled for. Without the C library.
static char events[64];

static long call(long number, long a, long b, long c, long d) {
    long result;
    asm volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d) : "memory");
    return result;
}

void _start(void) {
    long queue = call(254, 1, 0, 0, 0);
    for (;;) {
        call(256, queue, (long)events, 1, -1);
    }
}
