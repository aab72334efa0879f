/* scan-walk DIRECTORY THREADS [setuid]: what `capdrop scan` does, in plain C, to compare its time with: as many
 * threads, one list of directories, each opened by openat2 from the top without following a link, one lgetxattr
 * for a regular file (and one statx for anything, with `setuid`). Prints the paths of what it finds. Paths longer
 * than PATH_MAX are beyond it. */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

struct place {
    struct place *below;
    char path[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct place *waiting;
static long unfinished;
static const char *top_name;
static int top;
static bool set_ids;

static void add(const char *parent, const char *name)
{
    size_t upper = strlen(parent), lower = strlen(name);
    struct place *place = malloc(sizeof *place + upper + lower + 2);
    if (!place)
        err(2, "no memory");
    memcpy(place->path, parent, upper);
    place->path[upper] = '/';
    memcpy(place->path + upper + (upper > 0), name, lower + 1);
    pthread_mutex_lock(&lock);
    place->below = waiting;
    waiting = place;
    unfinished++;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
}

static struct place *take(void)
{
    pthread_mutex_lock(&lock);
    while (!waiting && unfinished > 0)
        pthread_cond_wait(&changed, &lock);
    struct place *place = waiting;
    if (place)
        waiting = place->below;
    pthread_mutex_unlock(&lock);
    return place;
}

static void finish(void)
{
    pthread_mutex_lock(&lock);
    if (--unfinished == 0)
        pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void look(int directory, const char *parent, const struct dirent64 *entry)
{
    char value[24];
    struct statx status = {0};
    bool found = false;
    if (entry->d_type == DT_REG) {
        ssize_t length = lgetxattr(entry->d_name, "security.capability", value, sizeof value);
        if (length < 0 && errno != ENODATA && errno != EOPNOTSUPP)
            warn("%s/%s/%s", top_name, parent, entry->d_name);
        found = length > 0;
    }
    if (set_ids && entry->d_type != DT_LNK
        && statx(directory, entry->d_name, AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC, STATX_MODE, &status) == 0)
        found |= (status.stx_mode & 06000) != 0;
    if (found)
        printf("%s/%s%s%s\n", top_name, parent, *parent ? "/" : "", entry->d_name);
}

static void list(int directory, const char *path)
{
    _Alignas(8) char buffer[65536];
    long length;
    while ((length = syscall(SYS_getdents64, directory, buffer, sizeof buffer)) > 0) {
        for (long at = 0; at < length;) {
            const struct dirent64 *entry = (const void *)(buffer + at);
            at += entry->d_reclen;
            if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
                continue;
            if (entry->d_type == DT_DIR)
                add(path, entry->d_name);
            look(directory, path, entry);
        }
    }
}

static void *walk(void *unused)
{
    (void)unused;
    if (unshare(CLONE_FS) != 0)
        err(2, "unshare");
    struct open_how how = {
        .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
    };
    struct place *place;
    while ((place = take())) {
        const char *path = *place->path ? place->path : ".";
        int directory = (int)syscall(SYS_openat2, top, path, &how, sizeof how);
        if (directory < 0 || fchdir(directory) != 0)
            warn("%s/%s", top_name, place->path);
        else
            list(directory, place->path);
        if (directory >= 0)
            close(directory);
        free(place);
        finish();
    }
    return NULL;
}

int main(int count, char **words)
{
    if (count < 3)
        errx(2, "expected a directory and the number of threads");
    top_name = words[1];
    set_ids = count > 3;
    top = open(top_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (top < 0)
        err(2, "%s", top_name);
    add("", "");
    pthread_t threads[256];
    int walking = atoi(words[2]);
    if (walking < 1 || walking > 256)
        errx(2, "expected 1 to 256 threads");
    for (int i = 0; i < walking; i++)
        if (pthread_create(&threads[i], NULL, walk, NULL) != 0)
            errx(2, "cannot start a thread");
    for (int i = 0; i < walking; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
