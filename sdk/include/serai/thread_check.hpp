// Thread checks: the thread tags of abi.h as assertions, in debug builds of a module.
//
// Errors  a call on a wrong thread, or the use of a context after its handler has ended, ends the
//         process. Without the host's extension serai.thread_check/1 nothing is checked.
// Thread  any.
#pragma once

#include <cassert>

#include "serai/ext/thread_check.h"

namespace serai::inline face {
namespace detail {

// The extension, as found when the module was opened.
struct ThreadCheck {
  const serai_host* host = nullptr;
  const serai_thread_check_v1* table = nullptr;

  bool on_loader() const { return table == nullptr || table->is_loader(host) != 0; }
  bool on_shard() const { return table == nullptr || table->is_shard(host) != 0; }
  bool is_live(const serai_call* call) const {
    return table == nullptr || table->is_live(host, call) != 0;
  }
};

inline void assert_loader([[maybe_unused]] const ThreadCheck& threads) {
  assert(threads.on_loader() && "serai: called on a thread that is not the loader's");
}
inline void assert_shard([[maybe_unused]] const ThreadCheck& threads) {
  assert(threads.on_shard() && "serai: called on a thread that is no shard's");
}
inline void assert_host_thread([[maybe_unused]] const ThreadCheck& threads) {
  assert((threads.on_shard() || threads.on_loader()) &&
         "serai: called on a thread that is neither a shard's nor the loader's");
}
inline void assert_live([[maybe_unused]] const ThreadCheck& threads,
                        [[maybe_unused]] const serai_call* call) {
  assert(threads.is_live(call) &&
         "serai: a context was used after its handler ended, or on another thread");
}

}  // namespace detail
}  // namespace serai::inline face
