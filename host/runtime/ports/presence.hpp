// Presence and stream: who is connected where, in the terms of the client protocol.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

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

// A group of listening sockets. Authoritative matches: the label is the match id, as an entity's
// key may be any text.
struct StreamId {
  StreamMode mode = StreamMode::notifications;
  Uuid subject;
  Uuid subcontext;
  std::string label;
  friend auto operator<=>(const StreamId&, const StreamId&) = default;
};

// One socket of one user.
struct Presence {
  Uuid user_id;
  Uuid session_id;
  std::string username;
  std::uint32_t shard = 0;  // where the socket lives
};

enum class LeaveReason { leave, disconnect, kicked };

// A match id as clients see it: "<key>.<kind>". The key of a relayed match is a UUID, and nothing
// is after its dot. The kind stands where other servers put a node name, so an id finds its entity
// without a directory.
struct MatchId {
  std::string key;
  std::string kind;
  bool relayed() const { return kind.empty(); }
  std::string text() const { return key + "." + kind; }
  StreamId stream() const;
  static MatchId of(const StreamId& stream);  // of a match's stream only
  static std::optional<MatchId> parse(std::string_view text);
};

}  // namespace serai

template <>
struct std::hash<serai::StreamId> {
  std::size_t operator()(const serai::StreamId& stream) const noexcept {
    return stream.subject.hash() * 31 + stream.subcontext.hash() * 17 +
           serai::keyed_hash(stream.label) + static_cast<std::size_t>(stream.mode);
  }
};
