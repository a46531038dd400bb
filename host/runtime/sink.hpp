// Sinks: where modules write bytes to, see serai_host.write. On this side a sink is a std::string.
//
// Owner   the string outlives the module call it is lent to.
// Units   kSinkBytesMax bounds what a module may write into one sink.
#pragma once

#include <string>

#include "serai/abi.h"

namespace serai {

inline constexpr std::size_t kSinkBytesMax = 16 * 1024 * 1024;

inline serai_sink* lend_sink(std::string& bytes) { return reinterpret_cast<serai_sink*>(&bytes); }
inline std::string& string_of(serai_sink* sink) { return *reinterpret_cast<std::string*>(sink); }

inline std::string_view view_of(serai_str text) {
  return text.size == 0 ? std::string_view{} : std::string_view(text.data, text.size);
}
inline std::string_view view_of(serai_bytes bytes) {
  return bytes.size == 0 ? std::string_view{}
                         : std::string_view(static_cast<const char*>(bytes.data), bytes.size);
}

}  // namespace serai
