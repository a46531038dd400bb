// MatchId: the name of a match, as clients see it and as the host finds its entity.
//
// Thread  plain values: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/stream_id.hpp"

namespace serai {

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
