/* poison: preloaded into the real host, it keeps the code of every closed module mapped, but makes it
 * unreadable and not executable. A later use, by a function pointer, a vtable or the text of a literal,
 * ends the process with the name of the generation. Without poison such a use would find whatever was
 * mapped there since.
 *
 * POISON_LOG gets a line for each closed module, and the final report.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { kRangesMax = 4096 };

static struct {
  size_t begin;
  size_t end;
  char name[128];
} ranges[kRangesMax];
static int range_count; /* the loader thread's; read when all is over */
static int log_file = -1;

static void say(const char *text, const char *name) {
  char line[256];
  const int size = snprintf(line, sizeof(line), "%s %s\n", text, name);
  if (size > 0 && write(log_file, line, (size_t)size) < 0) abort();
}

static void touched(int number, siginfo_t *info, void *context) {
  (void)context;
  const size_t at = (size_t)info->si_addr;
  for (int i = 0; i < range_count; ++i) {
    if (at >= ranges[i].begin && at < ranges[i].end) say("touched", ranges[i].name);
  }
  signal(number, SIG_DFL);
  raise(number);
}

__attribute__((constructor)) static void begin(void) {
  const char *log = getenv("POISON_LOG");
  if (log != NULL) log_file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  unsetenv("LD_PRELOAD"); /* not for the probe process */
}

/* At each close, because the host installs its own report of crashes when it starts. */
static void catch_touches(void) {
  struct sigaction action;
  memset(&action, 0, sizeof(action));
  action.sa_sigaction = touched;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSEGV, &action, NULL);
}

/* Finds every mapping of the library by its name in the kernel's list. */
int dlclose(void *handle) {
  catch_touches();
  struct link_map *map = NULL;
  dlinfo(handle, RTLD_DI_LINKMAP, &map);
  const char *slash = strrchr(map->l_name, '/');
  FILE *maps = fopen("/proc/self/maps", "r");
  char line[4400];
  while (maps != NULL && fgets(line, sizeof(line), maps) != NULL) {
    line[strcspn(line, "\n")] = '\0';
    const size_t length = strlen(line);
    const size_t wanted = strlen(map->l_name);
    if (length < wanted || strcmp(line + length - wanted, map->l_name) != 0) continue;
    if (range_count == kRangesMax) abort();
    sscanf(line, "%zx-%zx", &ranges[range_count].begin, &ranges[range_count].end);
    snprintf(ranges[range_count].name, sizeof(ranges[0].name), "%s",
             slash == NULL ? map->l_name : slash + 1);
    const size_t size = ranges[range_count].end - ranges[range_count].begin;
    mprotect((void *)ranges[range_count].begin, size, PROT_NONE);
    ++range_count;
  }
  if (maps != NULL) fclose(maps);
  say("closed", slash == NULL ? map->l_name : slash + 1);
  return 0;
}
