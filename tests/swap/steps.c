/* steps: preloaded into the real host, it counts the host's changes outside its memory, and ends the host
 * as kill -9 would, just before a chosen step. So a test can stop a swap between any two of its writes,
 * renames, loads and unloads.
 *
 *   STEPS_ARM   counting begins when this file exists
 *   STEPS_DIE   the step before which the host ends: "fdatasync 3", the third of its name
 *   STEPS_LOG   gets the name of each step, one a line
 *   STEPS_EIO   while this file exists, the disk takes no more writes
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_int armed;
static char die_name[32];
static long die_number;
static atomic_long named; /* steps of that name so far */
static int log_file = -1;
static char arm_file[4096];
static char eio_file[4096];

static void step(const char *name, const char *what) {
  if (!armed && (arm_file[0] == '\0' || access(arm_file, F_OK) != 0)) return;
  armed = 1;
  char line[256];
  const char *base = what == NULL ? NULL : strrchr(what, '/');
  const int size = snprintf(line, sizeof(line), "%s %s\n", name,
                            base != NULL ? base + 1 : what == NULL ? "" : what);
  if (size > 0 && write(log_file, line, (size_t)size) < 0) abort();
  if (strcmp(name, die_name) == 0 && ++named == die_number) raise(SIGKILL);
}

/* The probe is another process; only the host itself is counted. */
__attribute__((constructor)) static void begin(void) {
  const char *log = getenv("STEPS_LOG");
  const char *arm = getenv("STEPS_ARM");
  const char *die = getenv("STEPS_DIE");
  const char *eio = getenv("STEPS_EIO");
  if (log != NULL) log_file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (arm != NULL) snprintf(arm_file, sizeof(arm_file), "%s", arm);
  if (eio != NULL) snprintf(eio_file, sizeof(eio_file), "%s", eio);
  if (die != NULL) sscanf(die, "%31s %ld", die_name, &die_number);
  unsetenv("LD_PRELOAD");
}

/* next(type, name, arguments): the library function that this one replaces. */
#define NEXT(type, name, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))

/* A write of the facts that a restart reads is recognized by the page's content. */
static atomic_int fact_unsynced;

static int disk_fails(void) {
  if (eio_file[0] == '\0' || access(eio_file, F_OK) != 0) return 0;
  errno = EIO;
  return 1;
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
  if (memmem(bytes, size, "\"outcome\":", 10) != NULL) {
    step("fact", NULL);
    fact_unsynced = 1;
  }
  if (disk_fails()) return -1;
  return NEXT(ssize_t, "pwrite64", int, const void *, size_t, off64_t)(fd, bytes, size, at);
}
int fdatasync(int fd) {
  const int fact = atomic_exchange(&fact_unsynced, 0);
  step(fact ? "fact_sync" : "fdatasync", NULL);
  const int result = NEXT(int, "fdatasync", int)(fd);
  if (fact) step("fact_synced", NULL);
  return result;
}
int rename(const char *from, const char *to) {
  step("rename", to);
  return NEXT(int, "rename", const char *, const char *)(from, to);
}
int unlink(const char *path) {
  step("unlink", path);
  return NEXT(int, "unlink", const char *)(path);
}
int remove(const char *path) {
  step("remove", path);
  return NEXT(int, "remove", const char *)(path);
}
pid_t waitpid(pid_t pid, int *status, int options) {
  step("waitpid", NULL);
  return NEXT(pid_t, "waitpid", pid_t, int *, int)(pid, status, options);
}
void *dlopen(const char *path, int flags) {
  step("dlopen", path);
  return NEXT(void *, "dlopen", const char *, int)(path, flags);
}
int dlclose(void *handle) {
  step("dlclose", NULL);
  return NEXT(int, "dlclose", void *)(handle);
}
