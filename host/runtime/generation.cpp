#include "runtime/generation.hpp"

namespace serai {

Generation::~Generation() {
  if (entry != nullptr && instance != nullptr) entry->close(instance);
  instance = nullptr;
  transcoder.reset();
  library.reset();  // unmaps the code of close(): last
}

}  // namespace serai
