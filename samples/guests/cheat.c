/* Tries what an app must not be able to do, and writes to /out/report.txt what it got.
 *
 * Without an argument: files, paths, sockets, clock, environment, randomness, handles. With one: goes over a limit, or dies.
 *   output  writes to /out without end       fuel   spins for ever
 *   memory  asks for memory without end      log    prints without end
 *   trap    traps with its second argument as the last words
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <wasi/api.h>

static FILE *report;
static char *volatile kept; /* so that no compiler finds an allocation needless */

static void tell(const char *what, int error) { fprintf(report, "%s: %s\n", what, error == 0 ? "GRANTED" : strerror(error)); }

static void try_open(const char *path, int flags)
{
    char what[256];
    int handle = open(path, flags, 0600);
    snprintf(what, sizeof what, "open %.100s%s", path, (flags & O_CREAT) != 0 ? " for writing" : "");
    tell(what, handle < 0 ? errno : 0);
    if (handle >= 0) close(handle);
}

/* Below the C library, which already refuses some paths itself. */
static void try_path(int folder, const char *what, const char *path, size_t size)
{
    char line[256];
    __wasi_fd_t handle;
    extern __wasi_errno_t raw_path_open(__wasi_fd_t, int, const char *, size_t, int, long long, long long, int, __wasi_fd_t *)
        __attribute__((__import_module__("wasi_snapshot_preview1"), __import_name__("path_open")));
    __wasi_errno_t error = raw_path_open((__wasi_fd_t)folder, 1, path, size, 0, -1, -1, 0, &handle);
    snprintf(line, sizeof line, "raw path_open %s", what);
    tell(line, error);
}

static void files(void)
{
    static char huge[100000];
    const char *paths[] = { "/etc/passwd", "/proc/self/environ", "../../etc/passwd", "/data/../etc/passwd", "/out/../../etc/passwd", "/dev/urandom", "/", "." };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) try_open(paths[i], O_RDONLY);
    try_open("/data/new", O_CREAT | O_WRONLY);
    try_open("/tmp/new", O_CREAT | O_WRONLY);
    try_open("/out/.hidden", O_CREAT | O_WRONLY);
    try_open("/out/a/b", O_CREAT | O_WRONLY);

    memset(huge, 'a', sizeof huge);
    for (int folder = 3; folder <= 5; folder++) {
        char what[64];
#define TRY(label, path, size) snprintf(what, sizeof what, "%s in %d", label, folder), try_path(folder, what, path, size)
        TRY("..", "..", 2);
        TRY("./../..", "./../..", 7);
        TRY("absolute", "/etc/passwd", 11);
        TRY("NUL", "a\0b", 3);
        TRY("empty", "", 0);
        TRY("huge", huge, sizeof huge);
        TRY("beyond memory", (const char *)0xfffffff0u, 0x20);
        TRY("not UTF-8", "\xff\xfe", 2);
    }
    tell("mkdir /out/folder", mkdir("/out/folder", 0700) != 0 ? errno : 0);
    tell("symlink /out/link", symlink("/etc/passwd", "/out/link") != 0 ? errno : 0);
    tell("rename out of /out", rename("/out/report.txt", "/data/report.txt") != 0 ? errno : 0);
    tell("unlink in /data", unlink("/data/anything") != 0 ? errno : 0);
}

static void handles(void)
{
    int opened = 0;
    while (open("/out/many", O_CREAT | O_WRONLY, 0600) >= 0) opened++;
    tell("one handle more", errno);
    fprintf(report, "handles opened: %d\n", opened);
    for (int handle = 6; handle < 64; handle++) close(handle);
    unlink("/out/many");
}

static void others(void)
{
    char byte = 0;
    struct timespec now, pause = { 0, 1000000 };
    extern char **environ;
    for (int handle = 0; handle < 6; handle++) {
        char what[64];
        snprintf(what, sizeof what, "receive from %d", handle);
        tell(what, recv(handle, &byte, 1, 0) < 0 ? errno : 0);
        snprintf(what, sizeof what, "send to %d", handle);
        tell(what, send(handle, &byte, 1, 0) < 0 ? errno : 0);
    }
    tell("sleep", nanosleep(&pause, NULL) != 0 ? errno : 0);
    clock_gettime(CLOCK_REALTIME, &now);
    fprintf(report, "clock: %lld.%09ld\n", (long long)now.tv_sec, now.tv_nsec);
    for (volatile int i = 0; i < 1000000; i++) { }
    clock_gettime(CLOCK_MONOTONIC, &now);
    fprintf(report, "clock after a million steps: %lld.%09ld\n", (long long)now.tv_sec, now.tv_nsec);
    fprintf(report, "environment: %s\n", environ == NULL || environ[0] == NULL ? "empty" : environ[0]);

    unsigned char chance[16];
    fprintf(report, "random:");
    if (getentropy(chance, sizeof chance) == 0)
        for (size_t i = 0; i < sizeof chance; i++) fprintf(report, " %02x", chance[i]);
    fprintf(report, "\n");
    DIR *folder = opendir("/data");
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) fprintf(report, "in /data: %s\n", entry->d_name);
    if (folder != NULL) closedir(folder);
}

static int misbehave(const char *how, const char *words)
{
    static char block[65536];
    if (strcmp(how, "output") == 0) {
        FILE *file = fopen("/out/flood", "w");
        for (;;) fwrite(block, 1, sizeof block, file);
    }
    if (strcmp(how, "log") == 0) {
        for (int i = 0; i < 1000; i++) fwrite(block, 1, sizeof block, stdout);
        return 0;
    }
    if (strcmp(how, "memory") == 0) {
        for (;;) {
            char *more = malloc(1 << 20);
            if (more == NULL) return 3;
            memset(more, 1, 1 << 20);
            kept = more;
        }
    }
    if (strcmp(how, "fuel") == 0)
        for (volatile int i = 0;; i++) { }
    if (strcmp(how, "trap") == 0) {
        fprintf(stderr, "last words: %s\n", words);
        __builtin_trap();
    }
    return 2;
}

int main(int count, char **arguments)
{
    if (count > 1) return misbehave(arguments[1], count > 2 ? arguments[2] : "");
    report = fopen("/out/report.txt", "w");
    if (report == NULL) return 1;
    files();
    handles();
    others();
    return fclose(report);
}
