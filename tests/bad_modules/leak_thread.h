/* leak_thread: a thread that outlives its module, made by the library's calls, which verify
 * refuses, or by bare system calls. Included by counter.c.
 */
#ifdef FAULT_LEAKS_BARE_THREAD

#include "bare_thread.h"

static void wait_for_ever(void) {
  for (;;) bare_call(34, NULL, NULL); /* pause */
}
static void leak_thread(void) { start_bare_thread(wait_for_ever); }

#else

#include <pthread.h>

static void *wait_for_ever(void *nothing) {
  for (;;) pause();
  return nothing;
}
static void leak_thread(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, wait_for_ever, NULL);
}

#endif
