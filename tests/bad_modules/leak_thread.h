/* leak_thread: a thread that outlives its module. With the library's own calls, which verify
 * refuses; or with bare system calls, which no look at the file shows. Included by counter.c.
 */
#ifdef FAULT_LEAKS_BARE_THREAD

/* Waits for ever for a signal, without a stack to return on. */
static void leak_thread(void) {
#ifdef __x86_64__
  /* The host looks at a megabyte from the stack pointer up. What lies behind an array of a page may
   * be anybody's, and would be taken for this thread's. */
  static char stack[4096 + (1 << 20)];
  /* CLONE_VM, FS, FILES, SIGHAND, THREAD, SYSVSEM */
  register long number __asm__("rax") = 56;
  register long flags __asm__("rdi") = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000;
  register char *top __asm__("rsi") = stack + 4096;
  __asm__ volatile(
      "xor %%edx, %%edx\n xor %%r10d, %%r10d\n xor %%r8d, %%r8d\n syscall\n"
      "test %%rax, %%rax\n jnz 2f\n"
      "1: mov $34, %%eax\n syscall\n jmp 1b\n" /* pause */
      "2:\n"
      : "+r"(number)
      : "r"(flags), "r"(top)
      : "rcx", "r11", "rdx", "r10", "r8", "memory");
#else
#error "write down the system calls of this machine"
#endif
}

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
