// Functions that a fixture in C needs from C++.
#include <memory>
#include <stdexcept>
#include <vector>

extern "C" {
void throw_up();
void hoard();
}

void throw_up() { throw std::runtime_error("thrown on purpose"); }

void hoard() {
  // So large that enough memory is left for the others when one allocation fails.
  constexpr std::size_t kPiece = 96 << 20;
  std::vector<std::unique_ptr<char[]>> pieces;
  for (;;) pieces.push_back(std::make_unique<char[]>(kPiece));
}
