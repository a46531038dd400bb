/* points: preloaded into the real host, it ends the host as kill -9 would at a chosen point of a commit,
 * and notes in a file when commits were on disk. So a test knows what the host could have kept.
 *
 *   POINTS_FILE   a file of kWords 64-bit words, which the test and the host share
 *   POINTS_DIE    the point at which the host ends: "synced 3", the third of its name since it was armed
 *
 * The points of a commit:
 *
 *   write    before its first write               PostgreSQL: before its BEGIN is sent
 *   torn     before its second write              PostgreSQL: before its second statement is sent
 *   sync     between its last write and fsync     PostgreSQL: before its COMMIT is sent
 *   sent                                          PostgreSQL: the COMMIT is sent, its answer not read
 *   synced   on disk; nobody knows                PostgreSQL: the answer is read
 *   reply    before the next byte to a client
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* The words of the file. All times are nanoseconds of CLOCK_MONOTONIC. */
enum {
  kArmed = 0,   /* the test sets it to 1: points count from now on */
  kDieAt = 1,   /* the test sets it: the time at which the host ends; 0: never */
  kDiedAt = 2,  /* the time of the end, when this library has ended the host */
  kCommits = 3, /* commits on disk so far */
  kGaps = 4,    /* gaps so far */
  kRing = 512,  /* the latest commits and gaps */
  kEnds = 8,    /* kRing times at which a commit was on disk */
  kGapAt = kEnds + kRing, /* kRing times at which a gap ended, and kRing lengths of it */
  kGapLength = kGapAt + kRing,
  kWords = kGapLength + kRing
};

static _Atomic uint64_t *words;
static char die_name[16];
static long die_number;
static atomic_long named; /* points of that name so far */

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void die(void) {
  words[kDiedAt] = now();
  raise(SIGKILL);
}

static void point(const char *name) {
  if (words == NULL || words[kArmed] == 0 || strcmp(name, die_name) != 0) return;
  if (atomic_fetch_add(&named, 1) + 1 == die_number) die();
}

static void committed(void) {
  if (words == NULL) return;
  const uint64_t place = words[kCommits] % kRing;
  words[kEnds + place] = now();
  words[kCommits] = words[kCommits] + 1; /* one thread commits */
}

/* Notes when the process did not run, and ends the host in time. A host that gets no processor cannot keep
 * a promise in milliseconds, and a test must not call that a lost input. */
static void *watch(void *unused) {
  (void)unused;
  const struct timespec turn = {0, 1000000};
  uint64_t last = now();
  for (;;) {
    nanosleep(&turn, NULL);
    const uint64_t time = now();
    if (time - last > 3000000u) {
      const uint64_t place = words[kGaps] % kRing;
      words[kGapAt + place] = time;
      words[kGapLength + place] = time - last;
      words[kGaps] = words[kGaps] + 1;
    }
    last = time;
    if (words[kDieAt] != 0 && time >= words[kDieAt]) die();
  }
  return NULL;
}

__attribute__((constructor)) static void begin(void) {
  unsetenv("LD_PRELOAD"); /* the probe is another process; only the host itself is counted */
  const char *die_at = getenv("POINTS_DIE");
  if (die_at != NULL) sscanf(die_at, "%15s %ld", die_name, &die_number);
  const char *path = getenv("POINTS_FILE");
  const int file = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  void *mapped = mmap(NULL, kWords * sizeof(*words), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (mapped == MAP_FAILED) abort();
  words = mapped;
  sigset_t all;
  sigset_t former;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &former); /* no signal is for this thread */
  pthread_t thread;
  if (pthread_create(&thread, NULL, watch, NULL) != 0) abort();
  pthread_sigmask(SIG_SETMASK, &former, NULL);
}

/* next(type, name, arguments): the library function that this one replaces. */
#define NEXT(type, name, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))

enum { kFilesMax = 4096, kUnknown = 0, kLog = 1, kOther = 2 };
static atomic_char kinds[kFilesMax];
static atomic_long writes;     /* to SQLite's log since it was synced */
static atomic_int unanswered;  /* a commit is on disk, and no client was sent anything since */

/* Whether the file is SQLite's log. */
static int is_log(int fd) {
  if (fd < 0 || fd >= kFilesMax) return 0;
  if (kinds[fd] == kUnknown) {
    char link[64];
    char path[4096];
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    const ssize_t size = readlink(link, path, sizeof(path));
    kinds[fd] = size > 4 && memcmp(path + size - 4, "-wal", 4) == 0 ? kLog : kOther;
  }
  return kinds[fd] == kLog;
}

int close(int fd) {
  if (fd >= 0 && fd < kFilesMax) kinds[fd] = kUnknown;
  return NEXT(int, "close", int)(fd);
}
ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
  if (is_log(fd)) {
    const long before = atomic_fetch_add(&writes, 1);
    if (before < 2) point(before == 0 ? "write" : "torn");
  }
  return NEXT(ssize_t, "pwrite64", int, const void *, size_t, off64_t)(fd, bytes, size, at);
}
int fdatasync(int fd) {
  const int commits = is_log(fd) && atomic_exchange(&writes, 0) > 0;
  if (commits) point("sync");
  const int result = NEXT(int, "fdatasync", int)(fd);
  if (commits) {
    committed();
    unanswered = 1;
    point("synced");
  }
  return result;
}

/* The one connection that writes to PostgreSQL, while its transaction runs. */
static atomic_int writer = -1;
static atomic_int statements;
static atomic_int asked; /* the COMMIT is sent */

/* Whether a message of PostgreSQL's protocol is this command. */
static int is_query(const char *bytes, size_t size, const char *command) {
  return size > 5 && bytes[0] == 'Q' && memmem(bytes, size, command, strlen(command)) != NULL;
}

static ssize_t send_next(int fd, const void *bytes, size_t size, int flags) {
  return NEXT(ssize_t, "send", int, const void *, size_t, int)(fd, bytes, size, flags);
}
ssize_t send(int fd, const void *bytes, size_t size, int flags) {
  if (is_query(bytes, size, "BEGIN") && memmem(bytes, size, "READ ONLY", 9) == NULL) {
    point("write");
    writer = fd;
    statements = 0;
    asked = 0;
  } else if (fd != writer) {
    if (atomic_exchange(&unanswered, 0)) point("reply");
  } else if (is_query(bytes, size, "COMMIT")) {
    point("sync");
    const ssize_t sent = send_next(fd, bytes, size, flags);
    asked = 1;
    point("sent");
    return sent;
  } else if (atomic_fetch_add(&statements, 1) == 1) {
    point("torn");
  }
  return send_next(fd, bytes, size, flags);
}
ssize_t recv(int fd, void *bytes, size_t size, int flags) {
  const ssize_t read = NEXT(ssize_t, "recv", int, void *, size_t, int)(fd, bytes, size, flags);
  if (read > 0 && fd == writer && asked && memmem(bytes, (size_t)read, "COMMIT", 6) != NULL) {
    writer = -1;
    committed();
    unanswered = 1;
    point("synced");
  }
  return read;
}
