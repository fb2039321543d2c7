/* Stands between a process and its disk and clock (LD_PRELOAD), for the fault tests.
 *
 * MUDHIF_DISK_FILE   a SQLite database. Writes, truncations and flushes of it, its -wal, its -journal and its folder …
 * MUDHIF_DISK_LOG    … are logged here, in the order in which they were done; a flush is logged when it is over.
 * MUDHIF_DISK_FULL   while a file of this name exists, no file of the database can grow: ENOSPC.
 * MUDHIF_DISK_FAILS  while a file of this name exists, no flush of them succeeds: EIO.
 * MUDHIF_CLOCK       a file of eight bytes: seconds by which the wall clock is off, read at each look at the clock.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { NONE = -1, MAIN, WAL, JOURNAL, FOLDER };

struct record {
    int64_t at, offset;
    uint32_t length;
    char kind, file, unused[2];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char database[4096], folder[4096];
static const char *full, *fails;
static int log_file = -1;
static volatile int64_t *clock_offset;

__attribute__((constructor)) static void begin(void) {
    const char *name = getenv("MUDHIF_DISK_FILE"), *to = getenv("MUDHIF_DISK_LOG"), *clock = getenv("MUDHIF_CLOCK");
    full = getenv("MUDHIF_DISK_FULL");
    fails = getenv("MUDHIF_DISK_FAILS");
    if (name) {
        snprintf(database, sizeof database, "%s", name);
        snprintf(folder, sizeof folder, "%s", name);
        *strrchr(folder, '/') = 0;
    }
    if (to) log_file = open(to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (clock) {
        int file = open(clock, O_RDONLY | O_CLOEXEC);
        void *seen = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
        if (file >= 0 && seen != MAP_FAILED) clock_offset = seen;
    }
}

static int which(int fd) {
    char link[64], path[4096];
    if (!*database) return NONE;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return NONE;
    path[length] = 0;
    if (!strcmp(path, folder)) return FOLDER;
    size_t stem = strlen(database);
    if (strncmp(path, database, stem)) return NONE;
    if (!path[stem]) return MAIN;
    if (!strcmp(path + stem, "-wal")) return WAL;
    return strcmp(path + stem, "-journal") ? NONE : JOURNAL;
}

static void note(char kind, int file, int64_t offset, const void *data, size_t length) {
    struct timespec now;
    if (log_file < 0) return;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    struct record record = {now.tv_sec * 1000000000LL + now.tv_nsec, offset, length, kind, file, {0, 0}};
    struct iovec parts[2] = {{&record, sizeof record}, {(void *)data, length}};
    if (syscall(SYS_writev, log_file, parts, length ? 2 : 1) < 0) abort();
}

static int is_there(const char *name) { return name && !syscall(SYS_faccessat, AT_FDCWD, name, F_OK); }

/* How much of a write the disk has room for; it may only go over what is there already. */
static size_t room(int fd, size_t length, off_t offset) {
    struct stat status;
    if (!is_there(full) || fstat(fd, &status)) return length;
    if (offset + (off_t)length <= status.st_size) return length;
    return offset < status.st_size ? (size_t)(status.st_size - offset) : 0;
}

static ssize_t written(int fd, int file, const void *data, size_t length, off_t offset, int moves) {
    pthread_mutex_lock(&lock);
    size_t fits = room(fd, length, offset);
    ssize_t done = -1;
    if (!fits && length) errno = ENOSPC;
    else done = moves ? syscall(SYS_write, fd, data, fits) : syscall(SYS_pwrite64, fd, data, fits, offset);
    int error = errno;
    if (done > 0) note('w', file, offset, data, done);
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
    int file = which(fd);
    if (file == NONE) return syscall(SYS_pwrite64, fd, data, length, offset);
    return written(fd, file, data, length, offset, 0);
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return pwrite64(fd, data, length, offset); }

ssize_t write(int fd, const void *data, size_t length) {
    int file = which(fd);
    if (file == NONE) return syscall(SYS_write, fd, data, length);
    return written(fd, file, data, length, lseek(fd, 0, SEEK_CUR), 1);
}

int ftruncate64(int fd, off64_t length) {
    int file = which(fd);
    pthread_mutex_lock(&lock);
    int done = syscall(SYS_ftruncate, fd, length), error = errno;
    if (file != NONE && !done) note('t', file, length, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int flushed(int fd, long call) {
    int file = which(fd);
    if (file == NONE) return syscall(call, fd);
    pthread_mutex_lock(&lock);
    int broken = is_there(fails), done = broken ? -1 : syscall(call, fd), error = broken ? EIO : errno;
    if (!done) note('s', file, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int fsync(int fd) { return flushed(fd, SYS_fsync); }

int fdatasync(int fd) { return flushed(fd, SYS_fdatasync); }

int clock_gettime(clockid_t id, struct timespec *now) {
    int done = syscall(SYS_clock_gettime, id, now);
    if (clock_offset && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) now->tv_sec += *clock_offset;
    return done;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec exact;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *now) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (now) *now = exact.tv_sec;
    return exact.tv_sec;
}
