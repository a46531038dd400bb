// Wire: Protobuf messages to bytes and back, and the ABI's borrowed texts.
//
// Bytes   are written deterministically (maps sorted), so that one state always gives the same
//         bytes.
// Errors  parse() returns false for malformed bytes. It keeps unknown fields.
// Owner   view() and to_abi() borrow.
// Thread  any.
#pragma once

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message_lite.h>

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "serai/abi.h"

namespace serai::inline face {

template <class T>
concept Message = std::derived_from<T, google::protobuf::MessageLite>;

inline std::string_view view(serai_str text) { return {text.data, text.size}; }
inline std::string_view view(serai_bytes bytes) {
  return {static_cast<const char*>(bytes.data), bytes.size};
}
inline serai_str to_abi(std::string_view text) { return {text.data(), text.size()}; }
inline serai_bytes to_bytes(std::string_view text) { return {text.data(), text.size()}; }

inline std::string serialize(const google::protobuf::MessageLite& message) {
  // The string has its final size from the start: growing it would copy the bytes.
  std::string out(message.ByteSizeLong(), '\0');
  google::protobuf::io::ArrayOutputStream stream(out.data(), static_cast<int>(out.size()));
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeWithCachedSizes(&coded);
  return out;
}

inline bool parse(google::protobuf::MessageLite& message, std::string_view bytes) {
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return false;
  return message.ParsePartialFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

// The metadata that a client sends with a join: serai.JoinMetadata {map<string,string> = 1}.
class JoinMetadata {
 public:
  // The first value for a key; nothing without one.
  std::optional<std::string> find(std::string_view key) const;

  explicit JoinMetadata(std::string_view bytes) : bytes_(bytes) {}

 private:
  std::string_view bytes_;  // the message's payload; lives as long as the handler runs
};

namespace detail {

// Finds the first length-delimited field `number` of an encoded message from `offset` on, and moves
// `offset` behind it.
inline std::optional<std::string_view> next_text(std::string_view bytes,  // NOLINT(*-complexity)
                                                 int number,
                                                 std::size_t& offset) {
  using google::protobuf::io::CodedInputStream;
  const std::string_view rest = bytes.substr(offset);
  CodedInputStream in(reinterpret_cast<const std::uint8_t*>(rest.data()),
                      static_cast<int>(rest.size()));
  for (std::uint32_t tag = in.ReadTag(); tag != 0; tag = in.ReadTag()) {
    std::uint32_t size = 0;
    if ((tag & 7U) == 2U) {
      if (!in.ReadVarint32(&size)) return std::nullopt;
      const auto at = static_cast<std::size_t>(in.CurrentPosition());
      if (!in.Skip(static_cast<int>(size))) return std::nullopt;
      offset = bytes.size() - rest.size() + at + size;
      if (static_cast<int>(tag >> 3U) == number) return rest.substr(at, size);
    } else {
      std::uint64_t ignored = 0;
      if ((tag & 7U) != 0U || !in.ReadVarint64(&ignored)) return std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace detail

inline std::optional<std::string> JoinMetadata::find(std::string_view key) const {
  std::size_t offset = 0;
  while (const auto entry = detail::next_text(bytes_, 1, offset)) {
    std::size_t from_key = 0;
    std::size_t from_value = 0;
    const auto name = detail::next_text(*entry, 1, from_key);
    if (name.value_or("") != key) continue;
    return std::string(detail::next_text(*entry, 2, from_value).value_or(""));
  }
  return std::nullopt;
}

}  // namespace serai::inline face
