/* A system call whose result says why it was refused. Java cannot ask for errno afterwards: on the way back to it the
   thread may have waited for a garbage collection, which leaves an errno of its own. */
#define _GNU_SOURCE
#include <errno.h>
#include <unistd.h>

long capdrop_syscall(long number, long a, long b, long c, long d, long e, long f) {
    long result = syscall(number, a, b, c, d, e, f);
    return result == -1 ? -errno : result;
}
