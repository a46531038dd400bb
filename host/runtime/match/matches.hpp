// Matches: joins and leaves of players, who are on the entity's stream, and the data they send.
//
// Thread  the shard's.
// Owner   ShardRuntime.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "base/uuid.hpp"
#include "model/entity_id.hpp"
#include "model/match_id.hpp"
#include "model/outcome.hpp"
#include "model/presence.hpp"
#include "ports/game.hpp"

namespace serai::runtime {

struct Entity;
struct ShardParts;
struct ShardServices;

class Matches {
 public:
  Matches(ShardServices& services, ShardParts& parts) : services_(services), parts_(parts) {}

  void join(MatchJoinRequest request, Callback<MatchJoined> answer);
  void refuse_late();
  void leave(const MatchId& match, const Uuid& session_id);
  void on_left(const MatchId& match, const Presence& who);
  void kick(Entity& entity, const Uuid& session_id);
  void on_data(MatchInput input);
  std::vector<MatchListing> list(const MatchFilter& filter) const;

 private:
  using JoinKey = std::pair<EntityId, Uuid>;  // the match, and the session that wants in
  struct DataSender;
  void ask_handler(MatchJoinRequest request, Callback<MatchJoined> answer);
  void on_verdict(const MatchId& match, const Presence& who, Outcome outcome);
  void let_in(const MatchId& match, const Presence& who, Callback<MatchJoined> answer);
  void take_back(const MatchId& match, const Presence& who);
  void refuse_data(const DataSender& sender, const Outcome& outcome);

  ShardServices& services_;
  ShardParts& parts_;
  // A join that the handler has not answered yet.
  struct Joining {
    Callback<MatchJoined> answer;  // empty: answered already, because it took too long
    std::int64_t deadline_us = 0;
  };
  std::map<JoinKey, Joining> joining_;
};

}  // namespace serai::runtime
