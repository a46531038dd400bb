// Mailbox: messages that wait for one entity. Their callers take turns.
//
// The caller of a message is the player for whom it is sent. A message without a player belongs to
// the entity that sends it, or to the mailbox's own entity (timers, ticks). A message that must
// arrive exactly once always belongs to the entity that sends it.
//
// Messages of one caller stay in order. Turns rotate over three ranks: the entity itself, members
// of its match, all others. Within a rank they rotate over the callers. So a member of a match
// waits for one message of a stranger at most, and a stranger for one message of each other caller.
//
// Bound   `total` messages, and `per_caller` of one caller. In a full mailbox, a new message
//         replaces the newest message of the stranger with the most messages (without strangers,
//         of the member with the most), if its own caller has at least two fewer or a higher rank.
//         Timers, ticks and leaves are never refused; their number has other bounds.
// Order   depends on the order of arrival alone, so simulations and replays repeat it.
// Thread  the shard's.
// Owner   owns the messages.
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

  // Adds a message without a check of the bounds.
  void push(Input&& input, Rank rank);
  // Adds the message if the bounds admit it. Returns the message that the caller must refuse: this
  // one, or the other caller's message that it has replaced.
  std::optional<Input> offer(Input&& input, Rank rank, const Bounds& bounds);

  // The message whose turn is next; there must be one.
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
  // The waiting messages of one caller.
  struct Lane {
    Uuid player;      // nil: the caller is `entity`
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
  void erase_empty_lanes();

  std::array<Lanes, kRanks> ranks_;
  std::size_t turn_ = 0;  // the rank whose turn is next
  std::size_t size_ = 0;
};

}  // namespace serai::runtime
