// Mailbox: messages that wait for one entity. Those who sent them take turns.
//
// A caller is the player for whom a message comes; without one the calling entity, or the entity
// itself (timers, ticks). What an entity has sent to arrive exactly once is that entity's, whoever
// it acts for. Each caller's messages stay in their order. Turns go round three ranks (the entity
// itself, members of its match, everybody else), and within a rank round its callers: a member of a
// match waits for one stranger at most, a stranger for everybody's next message, not for all.
//
// Bound   `total` messages, of which `per_caller` of one caller. In a full mailbox the newest
//         message of whoever has most in it makes room for one of a caller who has less, or of a
//         higher rank. Exempt are messages that must arrive: timers, ticks, leaves (each bounded by
//         what it belongs to).
// Order   depends on the order of arrival alone: simulations and replays repeat it.
// Thread  the shard's.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <optional>
#include <vector>

#include "runtime/mailbox/input.hpp"

namespace serai::runtime {

class Mailbox {
 public:
  enum class Rank : std::uint8_t { self, member, other };
  struct Bounds {
    std::size_t total = 0;
    std::size_t per_caller = 0;
  };

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  // Takes a message that must not be refused.
  void push(Input&& input, Rank rank);
  // Takes the message, or not: what has to be refused comes back, this one or another's.
  std::optional<Input> offer(Input&& input, Rank rank, const Bounds& bounds);

  const Input& front() const { return next_lane().waiting.front(); }
  Input pop_front();
  // Everything, in the order of turns.
  std::vector<Input> take_all();

  template <class Test>
  bool any_of(const Test& test) const {
    for (const Lanes& lanes : ranks_) {
      for (const Lane& lane : lanes) {
        for (const Input& input : lane.waiting) {
          if (test(input)) return true;
        }
      }
    }
    return false;
  }

 private:
  struct Lane {
    Uuid player;      // nil: the entity below is the caller
    EntityId entity;  // empty: the mailbox's own
    std::list<Input> waiting;
  };
  using Lanes = std::list<Lane>;
  static constexpr std::size_t kRanks = 3;

  static bool is_of(const Lane& lane, const Input& input);
  Lane* find(const Input& input);
  void append(Input&& input, Rank rank, Lane* lane);
  std::size_t next_rank() const;
  const Lane& next_lane() const { return ranks_[next_rank()].front(); }
  Lane* longest(Rank rank);
  std::optional<Input> take_newest(Lane& lane);

  std::array<Lanes, kRanks> ranks_;
  std::size_t turn_ = 0;  // the rank that is asked first
  std::size_t size_ = 0;
};

}  // namespace serai::runtime
