// PendingAnswers: the callbacks of clients whose calls have not been answered yet. A call that goes
// to another shard carries a number instead of its callback, so that the callback stays on its own
// shard.
//
// Thread  the shard's.
// Owner   owns each callback until take() or take_expired() moves it out.
#pragma once

#include <cstdint>
#include <vector>

#include "ports/game.hpp"

namespace serai::runtime {

class PendingAnswers {
 public:
  // Returns the number of the call; no two calls have the same. `deadline_ms` is in Unix
  // milliseconds.
  std::uint64_t add(RpcReply answer, std::int64_t deadline_ms) {
    std::uint32_t index = 0;
    if (free_.empty()) {
      index = static_cast<std::uint32_t>(slots_.size());
      slots_.emplace_back();
    } else {
      index = free_.back();
      free_.pop_back();
    }
    Slot& slot = slots_[index];
    slot.answer = std::move(answer);
    slot.deadline_ms = deadline_ms;
    return (static_cast<std::uint64_t>(slot.use) << 32) | index;
  }

  // Empty when the callback has been taken already.
  RpcReply take(std::uint64_t id) {
    const auto index = static_cast<std::uint32_t>(id);
    if (index >= slots_.size() || slots_[index].use != id >> 32 || !slots_[index].answer) return {};
    return free_slot(index);
  }

  std::vector<RpcReply> take_expired(std::int64_t now_ms) {
    std::vector<RpcReply> out;
    for (std::uint32_t i = 0; i < slots_.size(); ++i) {
      if (slots_[i].answer && slots_[i].deadline_ms <= now_ms) out.push_back(free_slot(i));
    }
    return out;
  }

  std::size_t size() const { return slots_.size() - free_.size(); }

 private:
  struct Slot {
    RpcReply answer;
    std::int64_t deadline_ms = 0;
    std::uint32_t use = 0;  // distinguishes a late answer from one for the slot's next call
  };

  RpcReply free_slot(std::uint32_t index) {
    ++slots_[index].use;
    free_.push_back(index);
    return std::exchange(slots_[index].answer, {});
  }

  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace serai::runtime
