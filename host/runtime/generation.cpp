#include "runtime/generation.hpp"

#include "runtime/border.hpp"

namespace serai {

Generation::~Generation() {
  if (entry != nullptr && instance != nullptr) {
    log_what_throws(*this, "close", [this] { entry->close(instance); });
  }
  instance = nullptr;
  transcoder.reset();
  library.reset();  // unmaps the code of close(): last
}

}  // namespace serai
