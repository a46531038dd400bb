// Mailbox: messages that wait for one entity. Their callers take turns.
//
// A message's caller is the player it is for; without a player, the calling entity, or the entity
// itself (timers, ticks). For a message sent to arrive exactly once, the caller is always the
// sending entity. Each caller's messages stay in order. Turns rotate over three ranks (the entity
// itself, members of its match, everybody else), and within a rank over its callers. So a member of
// a match waits for at most one message of a stranger, and a stranger for one message of each other
// caller.
//
// Bound   `total` messages, of which `per_caller` of one caller. In a full mailbox the caller with
//         the most messages loses its newest to a caller that has fewer, or a higher rank. Messages
//         that must arrive (timers, ticks, leaves) are exempt; each has a bound of its own.
// Order   depends on the order of arrival alone, so simulations and replays repeat it.
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

  // Adds a message that must not be refused.
  void push(Input&& input, Rank rank);
  // Adds the message if there is room. Returns the message that has to be refused instead: this
  // one, or another caller's that made room for it.
  std::optional<Input> offer(Input&& input, Rank rank, const Bounds& bounds);

  const Input& front() const { return next_lane().waiting.front(); }
  Input pop_front();
  // Removes all messages, in the order of turns.
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
    EntityId entity;  // empty: the mailbox's own entity
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
  std::size_t turn_ = 0;  // the rank whose turn is next
  std::size_t size_ = 0;
};

}  // namespace serai::runtime
