// The one thing a fixture in C cannot do by itself.
#include <stdexcept>

extern "C" void throw_up();
void throw_up() { throw std::runtime_error("thrown on purpose"); }
