// Sinks: where modules write bytes to, see serai_host.write. On this side a sink is a std::string.
//
// Owner   the string outlives the module call it is lent to.
// Thread  what is lent belongs to the thread that lent it.
// Units   kSinkBytesMax bounds what a module may write into one sink.
#pragma once

#include <string>
#include <utility>

#include "serai/abi.h"

namespace serai::abi {

inline constexpr std::size_t kSinkBytesMax = 16 * 1024 * 1024;

// A sink, for as long as one call into a module lasts.
class LentSink {
 public:
  explicit LentSink(std::string& bytes) : bytes_(bytes), outer_(std::exchange(lent(), this)) {}
  ~LentSink() { lent() = outer_; }
  LentSink(const LentSink&) = delete;
  LentSink& operator=(const LentSink&) = delete;

  serai_sink* get() { return reinterpret_cast<serai_sink*>(this); }
  // What is behind a sink that a module shows; null when it is not the one lent to it now. Never
  // looks into it: it may be long gone.
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
