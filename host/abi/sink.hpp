// Sinks: the buffers that modules write bytes to, see serai_host.write. On the host's side a sink
// is a std::string.
//
// Owner   the host owns the string. It must outlive the module call that it is lent to.
// Thread  only the thread that lent a sink may use it.
// Units   kSinkBytesMax, in bytes, limits the size of one sink, and of one text or payload that a
//         module passes to the host.
#pragma once

#include <string>
#include <utility>

#include "serai/abi.h"

namespace serai::abi {

inline constexpr std::size_t kSinkBytesMax = std::size_t{16} << 20;

// Lends a string as a sink for one call into a module. Sinks nest: only the innermost one of a
// thread is lent.
class LentSink {
 public:
  explicit LentSink(std::string& bytes) : bytes_(bytes), outer_(std::exchange(lent(), this)) {}
  ~LentSink() { lent() = outer_; }
  LentSink(const LentSink&) = delete;
  LentSink& operator=(const LentSink&) = delete;

  serai_sink* get() { return reinterpret_cast<serai_sink*>(this); }
  // The string behind a sink that a module has passed; null when the sink is not lent now. Compares
  // pointers only, because the sink may have been destroyed.
  static std::string* behind(const serai_sink* shown) {
    return lent() != nullptr && shown == lent()->get() ? &lent()->bytes_ : nullptr;
  }

 private:
  static LentSink*& lent() {
    thread_local LentSink* innermost = nullptr;
    return innermost;
  }

  std::string& bytes_;
  LentSink* outer_;
};

inline std::string_view view_of(serai_str text) {
  return text.size == 0 ? std::string_view{} : std::string_view(text.data, text.size);
}
inline std::string_view view_of(serai_bytes bytes) {
  return bytes.size == 0 ? std::string_view{}
                         : std::string_view(static_cast<const char*>(bytes.data), bytes.size);
}

}  // namespace serai::abi
