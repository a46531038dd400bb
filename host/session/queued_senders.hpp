// QueuedSenders: senders of match data that wait for slow receivers. The next message of a sender
// is not read until fewer of its messages are under way.
//
// Units   microseconds of the steady clock.
// Thread  the shard's own.
// Owner   ShardSessions.
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

  // Answers at once when the sender has fewer than messages_under_way_max messages under way.
  // Otherwise answers when that is the case, and after one second at the latest. So a receiver that
  // reads almost nothing cannot stop the match of the others.
  void queue(std::shared_ptr<UnderWay::Count> under_way, Callback<Unit> answer);

 private:
  struct Sender {
    std::shared_ptr<UnderWay::Count> under_way;
    Callback<Unit> answer;
    std::int64_t until_us = 0;  // the time of the answer at the latest
  };
  void check_later();
  void check();

  PartContext context_;
  std::vector<Sender> senders_;
};

}  // namespace serai::session
