#include "runtime/mailbox/mailbox.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace serai::runtime {
namespace {

// True when the sending entity is the caller, even if a player is named. Messages that must arrive
// exactly once stay in order with all others of their sender, whichever player it acts for.
bool is_sent_by_entity(const Input& input) {
  return input.outbox_id != 0 || input.user_id.is_nil();
}

bool may_be_refused(const Input& input) {
  return input.trigger != abi::Trigger::leave && input.trigger != abi::Trigger::timer &&
         input.trigger != abi::Trigger::tick;
}

}  // namespace

bool Mailbox::is_of(const Lane& lane, const Input& input) {
  if (is_sent_by_entity(input)) return lane.player.is_nil() && lane.entity == input.caller;
  return lane.player == input.user_id;
}

// Searches all ranks. When a caller's rank has changed, its new messages still go behind its
// earlier ones, so that they stay in order.
Mailbox::Lane* Mailbox::find(const Input& input) {
  for (Lanes& lanes : ranks_) {
    for (Lane& lane : lanes) {
      if (is_of(lane, input)) return &lane;
    }
  }
  return nullptr;
}

void Mailbox::append(Input&& input, Rank rank, Lane* lane) {
  if (lane == nullptr) {
    lane = &ranks_[static_cast<std::size_t>(rank)].emplace_back();
    if (is_sent_by_entity(input)) {
      lane->entity = input.caller;
    } else {
      lane->player = input.user_id;
    }
  }
  lane->waiting.push_back(std::move(input));
  ++size_;
}

void Mailbox::push(Input&& input, Rank rank) {
  Lane* lane = find(input);
  append(std::move(input), rank, lane);
}

std::optional<Input> Mailbox::offer(Input&& input, Rank rank, const Bounds& bounds) {
  Lane* lane = find(input);
  if (!may_be_refused(input)) {
    append(std::move(input), rank, lane);
    return std::nullopt;
  }
  const std::size_t own = lane == nullptr ? 0 : lane->waiting.size();
  if (own >= bounds.per_caller) return std::move(input);
  std::optional<Input> refused;
  if (size_ >= bounds.total) {
    Lane* greedy = longest(Rank::other);
    const bool outranked = rank < Rank::other && greedy != nullptr;
    if (greedy == nullptr) greedy = longest(Rank::member);
    const bool has_more = greedy != nullptr && greedy->waiting.size() > own + 1;
    if (greedy == nullptr || greedy == lane || (!outranked && !has_more)) return std::move(input);
    refused = take_newest(*greedy);
    if (!refused) return std::move(input);
    erase_empty_lanes();
    lane = find(input);
  }
  append(std::move(input), rank, lane);
  return refused;
}

Mailbox::Lane* Mailbox::longest(Rank rank) {
  Lanes& lanes = ranks_[static_cast<std::size_t>(rank)];
  const auto most =
      std::ranges::max_element(lanes, {}, [](const Lane& lane) { return lane.waiting.size(); });
  return most == lanes.end() ? nullptr : &*most;
}

std::optional<Input> Mailbox::take_newest(Lane& lane) {
  for (auto newest = lane.waiting.rbegin(); newest != lane.waiting.rend(); ++newest) {
    if (!may_be_refused(*newest)) continue;
    Input out = std::move(*newest);
    lane.waiting.erase(std::next(newest).base());
    --size_;
    return out;
  }
  return std::nullopt;
}

void Mailbox::erase_empty_lanes() {
  for (Lanes& lanes : ranks_) {
    std::erase_if(lanes, [](const Lane& lane) { return lane.waiting.empty(); });
  }
}

std::size_t Mailbox::next_rank() const {
  SERAI_ASSERT(size_ != 0);
  std::size_t rank = turn_;
  while (ranks_[rank].empty()) rank = (rank + 1) % kRanks;
  return rank;
}

Input Mailbox::pop_front() {
  const std::size_t rank = next_rank();
  Lanes& lanes = ranks_[rank];
  Lane& lane = lanes.front();
  Input out = std::move(lane.waiting.front());
  lane.waiting.pop_front();
  --size_;
  if (lane.waiting.empty()) {
    lanes.pop_front();
  } else {
    lanes.splice(lanes.end(), lanes, lanes.begin());
  }
  turn_ = (rank + 1) % kRanks;
  return out;
}

std::vector<Input> Mailbox::take_all() {
  std::vector<Input> out;
  out.reserve(size_);
  while (size_ != 0) out.push_back(pop_front());
  return out;
}

}  // namespace serai::runtime
