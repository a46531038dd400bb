#include "abi/generation.hpp"

#include "abi/module_calls.hpp"

namespace serai::abi {

Generation::~Generation() {
  if (entry != nullptr && instance != nullptr) {
    log_what_throws(*this, "close", [this] { entry->close(instance); });
  }
  instance = nullptr;
  transcoder.reset();
  library.reset();  // unmaps the code of close(): last
}

}  // namespace serai::abi
