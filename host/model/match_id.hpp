// MatchId: names a match. Clients use its text; the host finds the match's entity by it.
//
// Thread  any; plain values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/stream_id.hpp"

namespace serai {

// The text is "<key>.<kind>". A relayed match has a UUID as its key and an empty kind. Other
// servers of this protocol have a node name after the dot. The host has the kind there, so it finds
// the entity without a directory.
struct MatchId {
  std::string key;
  std::string kind;
  bool relayed() const { return kind.empty(); }
  std::string text() const { return key + "." + kind; }
  StreamId stream() const;
  static MatchId of(const StreamId& stream);  // `stream` must be that of a match (asserted)
  // No value: there is no dot, the key is too long, or the key of a relayed match is no UUID.
  static std::optional<MatchId> parse(std::string_view text);
};

}  // namespace serai
