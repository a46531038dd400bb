// StreamId: names a stream, a group of sockets that get the same messages. Fields and mode numbers
// are those of the client protocol.
//
// Thread  any; plain values.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "base/keyed_hash.hpp"
#include "base/uuid.hpp"

namespace serai {

enum class StreamMode : std::uint8_t {
  notifications = 0,
  status = 1,
  channel = 2,
  group = 3,
  direct = 4,
  match_relayed = 5,
  match_authoritative = 6,
  party = 7,
};

// For an authoritative match the label is the match id. The subject would not do, because an
// entity's key may be any text and not only a UUID.
struct StreamId {
  StreamMode mode = StreamMode::notifications;
  Uuid subject;
  Uuid subcontext;
  std::string label;
  // clang-tidy 14 takes its comparison with 0 for one with a pointer.
  // NOLINTNEXTLINE(modernize-use-nullptr)
  friend auto operator<=>(const StreamId&, const StreamId&) = default;
};

}  // namespace serai

template <>
struct std::hash<serai::StreamId> {
  std::size_t operator()(const serai::StreamId& stream) const noexcept {
    return stream.subject.hash() * 31 + stream.subcontext.hash() * 17 +
           serai::keyed_hash(stream.label) + static_cast<std::size_t>(stream.mode);
  }
};
