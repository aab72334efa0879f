/* A system call whose result says why it was refused. Java cannot ask for errno afterwards: on the way back to it the
   thread may have waited for a garbage collection, which leaves an errno of its own. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a child takes at most that is not held up. */
enum { MILLISECONDS = 5000, STACK = 16384 };

long capdrop_syscall(long number, long a, long b, long c, long d, long e, long f) {
    long result = syscall(number, a, b, c, d, e, f);
    return result == -1 ? -errno : result;
}

struct connecting {
    long socket, address, size, result;
};

/* syscall(2) alone is no cancellation point: those change what this thread shares with its parent. */
static int connect_once(void *what) {
    struct connecting *it = what;
    syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    it->result = capdrop_syscall(SYS_connect, it->socket, it->address, it->size, 0, 0, 0);
    return 0;
}

/* connect(2) in a child, which is in the PID namespace that this thread has chosen for its children. It has our memory, our
   descriptors and no signal handler that would run, and is gone when this returns, whoever has stopped it meanwhile. */
long capdrop_connect_in_child(long socket, long address, long size) {
    _Alignas(16) char stack[STACK];
    struct connecting it = {.socket = socket, .address = address, .size = size, .result = -ECANCELED};
    sigset_t all, before;
    int descriptor = -1;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    int child = clone(connect_once, stack + STACK, CLONE_VM | CLONE_FILES | CLONE_PIDFD, &it, &descriptor);
    long result = -errno;
    if (child > 0) {
        struct pollfd end = {.fd = descriptor, .events = POLLIN};
        if (poll(&end, 1, MILLISECONDS) <= 0)
            kill(child, SIGKILL);
        waitpid(child, NULL, __WALL);
        close(descriptor);
        result = it.result;
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return result;
}
