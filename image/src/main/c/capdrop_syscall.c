/* A system call that says in its result why it was refused: where Java reads errno itself, a garbage collection that it
   waited for on the way back may have left another. */
#define _GNU_SOURCE
#include <errno.h>
#include <unistd.h>

long capdrop_syscall(long number, long a, long b, long c, long d, long e, long f) {
    long result = syscall(number, a, b, c, d, e, f);
    return result == -1 ? -errno : result;
}
