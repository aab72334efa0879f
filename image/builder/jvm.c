/* libjvm: the functions of it that the JDK's static libraries (libjava.a, libnio.a, libnet.a, libzip.a) call, as jvm.h and jio.h of the JDK
   declare them; and those for C functions with a variable number of arguments, which svm does not call itself. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

void initialize(void) {}

int openSII(const char *path, int flags, int mode) { return open(path, flags, mode); }

int fprintfSD(FILE *to, const char *format, int value) { return fprintf(to, format, value); }

void *mremapP(void *old, size_t old_size, size_t new_size, int flags, void *target) {
    return mremap(old, old_size, new_size, flags, target);
}

int JVM_ActiveProcessorCount(void) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : (int)sysconf(_SC_NPROCESSORS_ONLN);
}

void *JVM_FindLibraryEntry(void *handle, const char *name) { return dlsym(handle, name); }

void JVM_BeforeHalt(void) {}

void JVM_Halt(int status) { exit(status); }

char *JVM_NativePath(char *path) { return path; }

static int64_t nanos(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

int64_t JVM_NanoTime(void *environment, void *none) {
    (void)environment, (void)none;
    return nanos(CLOCK_MONOTONIC);
}

int64_t JVM_CurrentTimeMillis(void *environment, void *none) {
    (void)environment, (void)none;
    return nanos(CLOCK_REALTIME) / 1000000;
}

unsigned char JVM_IsStaticallyLinked(void) { return 0; }

/* For libzip's list of open archives. */
void *JVM_RawMonitorCreate(void) {
    pthread_mutex_t *monitor = malloc(sizeof *monitor);
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    if (monitor) {
        pthread_mutex_init(monitor, &attributes);
    }
    return monitor;
}

void JVM_RawMonitorDestroy(void *monitor) {
    pthread_mutex_destroy(monitor);
    free(monitor);
}

int JVM_RawMonitorEnter(void *monitor) { return pthread_mutex_lock(monitor); }

void JVM_RawMonitorExit(void *monitor) { pthread_mutex_unlock(monitor); }

/* As jio.h wants it: -1 where it did not fit, and always a NUL at the end. */
int jio_vsnprintf(char *to, size_t size, const char *format, va_list arguments) {
    if ((intptr_t)size <= 0) {
        return -1;
    }
    int length = vsnprintf(to, size, format, arguments);
    if (length < 0 || (size_t)length >= size) {
        to[size - 1] = 0;
        return -1;
    }
    return length;
}

int jio_snprintf(char *to, size_t size, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = jio_vsnprintf(to, size, format, arguments);
    va_end(arguments);
    return length;
}

int jio_vfprintf(FILE *to, const char *format, va_list arguments) { return vfprintf(to, format, arguments); }

int jio_fprintf(FILE *to, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vfprintf(to, format, arguments);
    va_end(arguments);
    return length;
}
