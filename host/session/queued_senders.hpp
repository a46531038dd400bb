// QueuedSenders: senders of match data whose next message is not read until fewer of their messages
// are under way.
//
// Units   times are of the steady clock.
// Thread  the shard's own.
// Owner   belongs to ShardSessions.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "ports/game.hpp"
#include "session/part_context.hpp"
#include "session/under_way.hpp"

namespace serai::session {

class QueuedSenders {
 public:
  explicit QueuedSenders(const PartContext& context) : context_(context) {}

  // Answers at once when few enough of the sender's messages are under way. Otherwise it answers as
  // soon as they are, but after a second at the latest, so that a receiver who reads almost nothing
  // cannot stop the match of the others.
  void queue(std::shared_ptr<UnderWay::Count> under_way, Callback<Unit> answer);

 private:
  struct Sender {
    std::shared_ptr<UnderWay::Count> under_way;
    Callback<Unit> answer;
    std::int64_t until_us = 0;
  };
  void check_later();
  void check();

  PartContext context_;
  std::vector<Sender> senders_;
};

}  // namespace serai::session
