/* scan-tree DIRECTORY FILES: fills a directory with FILES empty files, 12 in each directory of a tree with
 * 8 directories in each, as in a root directory of Debian; one in 1,000 gets cap_net_raw=ep and one in 500 is
 * set-user-ID. The same call makes the same tree. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { FILES_EACH = 12, DIRECTORIES_EACH = 8 };

static const unsigned char NET_RAW[20] = {1, 0, 0, 2, 0, 0x20};

static void make_file(int directory, long number)
{
    char name[64];
    snprintf(name, sizeof name, "libexample-file-%ld.so.1", number);
    int file = openat(directory, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
    if (file < 0)
        err(2, "%s", name);
    if (number % 1000 == 0 && fsetxattr(file, "security.capability", NET_RAW, sizeof NET_RAW, 0) != 0)
        err(2, "cannot give capabilities to %s", name);
    if (number % 500 == 1 && fchmod(file, 04755) != 0)
        err(2, "%s", name);
    close(file);
}

/* Directory N holds the files from N * FILES_EACH on, and the directories from N * DIRECTORIES_EACH + 1 on. */
static void fill(int parent, const char *name, long number, long files)
{
    long first = number * FILES_EACH;
    if (first >= files)
        return;
    if (mkdirat(parent, name, 0755) != 0)
        err(2, "cannot make %s", name);
    int directory = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        err(2, "%s", name);
    for (long i = first; i < first + FILES_EACH && i < files; i++)
        make_file(directory, i);
    for (int i = 1; i <= DIRECTORIES_EACH; i++) {
        char child[32];
        snprintf(child, sizeof child, "directory-%d", i);
        fill(directory, child, number * DIRECTORIES_EACH + i, files);
    }
    close(directory);
}

int main(int count, char **words)
{
    long files = count == 3 ? strtol(words[2], NULL, 10) : 0;
    if (files <= 0)
        errx(2, "expected a directory that does not exist, and the number of files");
    fill(AT_FDCWD, words[1], 0, files);
    return 0;
}
