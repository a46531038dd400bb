#include "abi/generation.hpp"

#include "abi/module_calls.hpp"

namespace serai::abi {

Generation::~Generation() {
  if (entry != nullptr && instance != nullptr) {
    log_exceptions(*this, "close", [this] { entry->close(instance); });
  }
  instance = nullptr;
  transcoder.reset();
  library.reset();  // last, because it unmaps the code of close()
}

}  // namespace serai::abi
