/*
 * check-loop SECONDS RATE PROCESSES: has the kernel check a capability again and again, and does nothing else: sethostname(2) with a
 * length that no name has asks for CAP_SYS_ADMIN and then fails. RATE is of all processes together, in checks a second; 0 is as many as
 * the machine gives. Prints how many checks were made, and how many that was a second.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BATCH 500

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

/* Never sleeps for less than a batch takes, so that a slow process catches up. */
static uint64_t loop(double seconds, double rate) {
    double start = now(), end = start + seconds;
    uint64_t made = 0;
    for (double at = start; at < end; at = now()) {
        if (rate > 0 && made > (at - start) * rate) {
            usleep(200);
            continue;
        }
        for (int i = 0; i < BATCH; i++)
            syscall(SYS_sethostname, "", -1);
        made += BATCH;
    }
    return made;
}

int main(int count, char **words) {
    if (count != 4) {
        fprintf(stderr, "usage: check-loop SECONDS RATE PROCESSES\n");
        return 2;
    }
    double seconds = atof(words[1]), rate = atof(words[2]);
    int processes = atoi(words[3]);
    uint64_t all = 0, *made = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (made == MAP_FAILED || processes < 1 || processes > 512)
        return 2;
    double start = now();
    for (int i = 0; i < processes; i++) {
        if (fork() == 0) {
            made[i] = loop(seconds, rate / processes);
            _exit(0);
        }
    }
    while (wait(NULL) > 0) {
    }
    double took = now() - start;
    for (int i = 0; i < processes; i++)
        all += made[i];
    printf("%llu %.0f\n", (unsigned long long)all, all / took);
    return 0;
}
