/* libchelper: the C functions that the run-time of a native image calls on Linux and x86-64. The names and signatures are those of the
   @CFunction methods of com.oracle.svm.core.posix.headers and com.oracle.svm.core.jdk in svm's jar. */
#define _GNU_SOURCE
#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <locale.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "amd64cpufeatures.h"
#include "svm_locale.h"

extern char **environ;

char **getEnviron(void) { return environ; }

int getThreadId(void) { return (int)syscall(SYS_gettid); }

/* Of the java.lang.management beans, which capdrop does not ask. */
long getThreadUserTimeSlow(int thread) {
    (void)thread;
    return -1;
}

void codeSynchronization_clearCache(long start, long end) { __builtin___clear_cache((char *)start, (char *)end); }

/* Signals: a counter for each, and a semaphore that wakes the thread which hands them out. The handler calls only what
   signal-safety(7) allows. */
static atomic_int pending[NSIG];
static sem_t raised;
static atomic_int opened;

int cSunMiscSignal_open(void) {
    int closed = 0;
    if (!atomic_compare_exchange_strong(&opened, &closed, 1)) {
        errno = EBUSY;
        return -1;
    }
    return sem_init(&raised, 0, 0);
}

int cSunMiscSignal_close(void) {
    atomic_store(&opened, 0);
    return 0;
}

int cSunMiscSignal_awaitSemaphore(void) {
    int result = sem_wait(&raised);
    return result != 0 && errno == EINTR ? 0 : result;
}

int cSunMiscSignal_signalSemaphore(void) { return sem_post(&raised); }

int cSunMiscSignal_signalRangeCheck(int number) { return number > 0 && number < NSIG; }

int cSunMiscSignal_checkPendingSignal(void) {
    for (int number = 1; number < NSIG; number++) {
        int count = atomic_load(&pending[number]);
        while (count > 0) {
            if (atomic_compare_exchange_weak(&pending[number], &count, count - 1)) {
                return number;
            }
        }
    }
    return -1;
}

static void count_signal(int number) {
    int saved = errno;
    if (cSunMiscSignal_signalRangeCheck(number)) {
        atomic_fetch_add(&pending[number], 1);
        sem_post(&raised);
    }
    errno = saved;
}

void *cSunMiscSignal_signalHandlerFunctionPointer(void) { return count_signal; }

/* Locale: capdrop writes English in every locale; language and country are what Java's own messages go by. */
static svm_locale_props_t locale_properties;

static void split_locale(int category, char **language, char **country) {
    const char *name = setlocale(category, NULL);
    if (!name || !strcmp(name, "C") || !strcmp(name, "POSIX") || !strncmp(name, "C.", 2)) {
        name = "en_US";
    }
    char *copy = strdup(name);
    if (!copy) {
        return;
    }
    copy[strcspn(copy, ".@")] = 0;
    char *underscore = strchr(copy, '_');
    if (underscore) {
        *underscore = 0;
        *country = underscore + 1;
    }
    *language = copy;
}

int svm_initialize_locale(void) {
    setlocale(LC_ALL, "");
    split_locale(LC_CTYPE, &locale_properties.format_language, &locale_properties.format_country);
    split_locale(LC_MESSAGES, &locale_properties.display_language, &locale_properties.display_country);
    return SVM_LOCALE_INITIALIZATION_SUCCEEDED;
}

svm_locale_props_t *svm_get_locale(void) { return &locale_properties; }

/* Time zone: its name in the tz database, by tzset(3) and localtime(5): $TZ, or where /etc/localtime leads, or the file of the database that
   has the same bytes. NULL where nobody can tell, which Java takes for UTC. */
#define LOCALTIME "/etc/localtime"
#define ZONES "/usr/share/zoneinfo"
#define LARGEST_ZONE 65536

static const char *below_zones(const char *path) {
    const char *found = strstr(path, "zoneinfo/");
    return found ? found + strlen("zoneinfo/") : NULL;
}

static ssize_t read_zone(const char *path, char *into) {
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        return -1;
    }
    struct stat status;
    ssize_t length = -1;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 && status.st_size <= LARGEST_ZONE) {
        length = read(file, into, LARGEST_ZONE);
        length = length == status.st_size ? length : -1;
    }
    close(file);
    return length;
}

static char wanted_zone[LARGEST_ZONE], other_zone[LARGEST_ZONE];
static ssize_t wanted_length;
static char *same_zone;

static int compare_zone(const char *path, const struct stat *status, int type, struct FTW *where) {
    (void)where;
    const char *name = path + strlen(ZONES) + 1;
    if (type != FTW_F || status->st_size != wanted_length || !strncmp(name, "posix", 5) || !strncmp(name, "right/", 6) ||
        !strcmp(name, "localtime")) {
        return 0;
    }
    if (read_zone(path, other_zone) != wanted_length || memcmp(wanted_zone, other_zone, (size_t)wanted_length)) {
        return 0;
    }
    same_zone = strdup(name);
    return 1;
}

char *SVM_FindJavaTZmd(char *mappings, int length) {
    (void)mappings, (void)length;
    char target[PATH_MAX];
    const char *variable = getenv("TZ");
    if (variable) {
        variable += *variable == ':';
        const char *name = *variable == '/' ? below_zones(variable) : variable;
        return strdup(name && *name ? name : "UTC");
    }
    if (realpath(LOCALTIME, target)) {
        const char *name = below_zones(target);
        if (name) {
            return strdup(name);
        }
    }
    wanted_length = read_zone(LOCALTIME, wanted_zone);
    if (wanted_length > 0) {
        nftw(ZONES, compare_zone, 16, FTW_PHYS);
    }
    return same_zone;
}

/* Processor: of what gcc knows to ask, what the run-time has a faster way for. The image itself is compiled for every x86-64. */
void determineCPUFeatures(CPUFeatures *features) {
    memset(features, 0, sizeof *features);
    __builtin_cpu_init();
    features->fCX8 = features->fCMOV = features->fFXSR = features->fMMX = features->fTSC = 1;
    features->fSSE = features->fSSE2 = 1;
    features->fSSE3 = !!__builtin_cpu_supports("sse3");
    features->fSSSE3 = !!__builtin_cpu_supports("ssse3");
    features->fSSE4_1 = !!__builtin_cpu_supports("sse4.1");
    features->fSSE4_2 = !!__builtin_cpu_supports("sse4.2");
    features->fPOPCNT = !!__builtin_cpu_supports("popcnt");
    features->fAVX = !!__builtin_cpu_supports("avx");
    features->fAVX2 = !!__builtin_cpu_supports("avx2");
    features->fBMI1 = !!__builtin_cpu_supports("bmi");
    features->fBMI2 = !!__builtin_cpu_supports("bmi2");
    features->fFMA = !!__builtin_cpu_supports("fma");
    features->fAES = !!__builtin_cpu_supports("aes");
    features->fCLMUL = !!__builtin_cpu_supports("pclmul");
    features->fLZCNT = !!__builtin_cpu_supports("lzcnt");
}

/* An image for every x86-64 needs none. */
int checkCPUFeatures(char *needed) {
    (void)needed;
    return 0;
}

int checkCPUFeaturesOrExit(char *needed, char *message) {
    (void)needed, (void)message;
    return 0;
}
