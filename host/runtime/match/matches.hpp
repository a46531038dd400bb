// Matches: joins and leaves of players, and the data that they send. The players of a match are the
// members of its entity's stream.
//
// Errors  as Game::match_join() has them.
// Thread  the shard of the match.
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

  // Adds a session to the stream if the match has room and its join handler accepts. Calls `answer`
  // once. A session that is a member already is accepted at once.
  void join(MatchJoinRequest request, Callback<MatchJoined> answer);
  // Refuses the joins that have had no answer for `client_deadline_ms`. The sweeper calls it.
  void refuse_late();
  // Removes a session from the stream, and sends the match's leave handler a message.
  void leave(const MatchId& match, const Uuid& session_id);
  // Sends the leave handler a message for a session that has left the stream already.
  void on_left(const MatchId& match, const Presence& presence);
  // As leave(), but for a handler that kicks: the clients get the reason LeaveReason::kicked, and
  // the leave handler runs in a later turn.
  void kick(Entity& entity, const Uuid& session_id);
  // Delivers data to its handler. A refusal is sent to the sender's socket. The data of a sender
  // that is not a member is dropped and counted.
  void on_data(MatchInput input);
  // The matches of this shard that fit the filter, all of them: `limit` is not applied.
  std::vector<MatchListing> list(const MatchFilter& filter) const;

 private:
  using JoinKey = std::pair<EntityId, Uuid>;  // the match and the session
  struct DataSender;
  void ask_handler(MatchJoinRequest request, Callback<MatchJoined> answer);
  // Handles the join handler's answer: it accepts or refuses the session.
  void on_verdict(const MatchId& match, const Presence& presence, Outcome outcome);
  void let_in(const MatchId& match, const Presence& presence, Callback<MatchJoined> answer);
  void take_back(const MatchId& match, const Presence& presence);
  void refuse_data(const DataSender& sender, const Outcome& outcome);

  ShardServices& services_;
  ShardParts& parts_;
  // A join that the handler has not answered yet.
  struct Joining {
    Callback<MatchJoined> answer;  // empty: refused already, because the handler was too late
    std::int64_t deadline_us = 0;  // steady clock
  };
  std::map<JoinKey, Joining> joining_;
};

}  // namespace serai::runtime
