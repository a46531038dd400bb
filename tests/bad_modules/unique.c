// A unique symbol, as g++ makes from any inline variable without -fno-gnu-unique. In assembly,
// because clang makes none.
__asm__(
    ".pushsection .bss\n"
    ".globl shared_count\n"
    ".type shared_count, @gnu_unique_object\n"
    ".size shared_count, 4\n"
    "shared_count: .zero 4\n"
    ".popsection\n");

// A reference, because the dynamic linker looks up only symbols that are used.
extern int shared_count __attribute__((visibility("default")));
static int *const refers __attribute__((used)) = &shared_count;
