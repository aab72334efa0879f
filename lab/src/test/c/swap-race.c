/*
 * Runs a command while directories of a tree change places with symbolic links that lead out of it,
 * and watches what they lead to.
 *
 * A thread exchanges every name in TREE/links, a symbolic link, with the directory of that name in
 * TREE/in, over and over. Says on standard error, in one line, how many exchanges there
 * were, how often something in OUTSIDE or OUTSIDE/sub was opened or read, and the same again after
 * it has opened one of them itself, which proves the watch. Exits as the command does.
 *
 * usage: swap-race TREE OUTSIDE COMMAND [ARGUMENT...]
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

static char **names;
static int count, in, links;
static atomic_int stop;
static atomic_long swaps;

static int directory(int parent, const char *name) {
    int opened = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0)
        err(3, "%s", name);
    return opened;
}

static int is_name(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static void *swap(void *unused) {
    while (!stop)
        for (int i = 0; i < count && !stop; i++, swaps++)
            if (renameat2(in, names[i], links, names[i], RENAME_EXCHANGE) != 0)
                err(3, "cannot exchange %s", names[i]);
    return unused;
}

static void watch(int queue, const char *parent, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", parent, name);
    if (inotify_add_watch(queue, path, IN_OPEN | IN_ACCESS | IN_ONLYDIR) < 0)
        err(3, "cannot watch %s", path);
}

static int events(int queue) {
    _Alignas(8) char buffer[65536];
    int number = 0;
    for (ssize_t length; (length = read(queue, buffer, sizeof buffer)) > 0;)
        for (ssize_t at = 0; at < length; number++)
            at += sizeof(struct inotify_event) + ((struct inotify_event *)(buffer + at))->len;
    return number;
}

static int run(char **command) {
    pid_t child = fork();
    if (child < 0)
        err(3, "fork");
    if (child == 0) {
        execvp(command[0], command);
        err(3, "%s", command[0]);
    }
    int status;
    if (waitpid(child, &status, 0) != child)
        err(3, "waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int words, char **word) {
    if (words < 4)
        errx(3, "usage: swap-race TREE OUTSIDE COMMAND [ARGUMENT...]");
    int tree = directory(AT_FDCWD, word[1]);
    in = directory(tree, "in");
    links = directory(tree, "links");
    struct dirent **entries;
    count = scandirat(tree, "links", &entries, is_name, alphasort);
    names = calloc(count, sizeof *names);
    for (int i = 0; i < count; i++)
        names[i] = entries[i]->d_name;
    int queue = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    watch(queue, word[2], "");
    watch(queue, word[2], "sub");

    pthread_t racer;
    if (pthread_create(&racer, NULL, swap, NULL) != 0)
        errx(3, "no thread");
    // a command may be over before the thread has had its first turn
    while (swaps <= 100)
        usleep(100);
    int status = run(word + 3);
    stop = 1;
    pthread_join(racer, NULL);
    int seen = events(queue);
    directory(directory(AT_FDCWD, word[2]), "sub");
    fprintf(stderr, "swap-race: %ld exchanges, %d opened, then %d\n", (long) swaps, seen, events(queue));
    return status;
}
