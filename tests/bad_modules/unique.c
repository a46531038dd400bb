// A unique symbol as g++ makes them from any inline variable, unless told not to. In assembly: clang
// makes none.
__asm__(
    ".pushsection .bss\n"
    ".globl shared_count\n"
    ".type shared_count, @gnu_unique_object\n"
    ".size shared_count, 4\n"
    "shared_count: .zero 4\n"
    ".popsection\n");

// The linker at run time looks for it only where something refers to it.
extern int shared_count __attribute__((visibility("default")));
static int *const refers __attribute__((used)) = &shared_count;
