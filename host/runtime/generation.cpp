#include "runtime/generation.hpp"

#include "runtime/border.hpp"

namespace serai {

Generation::~Generation() {
  // What close() throws would have nowhere to go; the code is leaving anyway.
  if (entry != nullptr && instance != nullptr) guarded([this] { entry->close(instance); });
  instance = nullptr;
  transcoder.reset();
  library.reset();  // unmaps the code of close(): last
}

}  // namespace serai
