// RecentAnswers: answers to idempotent calls that are not committed yet, or were committed lately.
//
// They are searched before the store, so that a retry that overtakes the commit finds its first
// call.
//
// Thread  the shard's.
// Bound   kMax entries and bytes_max bytes; only committed ones are dropped, the oldest first.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/keyed_hash.hpp"
#include "base/unique_function.hpp"
#include "base/uuid.hpp"
#include "model/outcome.hpp"

namespace serai::runtime {

// The same in every process, because it is stored.
std::uint64_t stable_hash(std::string_view text);
// The scope of a key: one name space per player and RPC.
std::string answer_scope(const Uuid& player, const std::string& handler);

class RecentAnswers {
 public:
  static constexpr std::size_t kMax = 8192;
  using Reply = UniqueFunction<void(Outcome)>;

  explicit RecentAnswers(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  struct Entry {
    std::uint64_t request_hash = 0;
    std::string payload;
    bool committed = false;
    std::vector<Reply> waiting;  // retries that came before the commit
  };

  static std::string name(const std::string& scope, const std::string& key) {
    return scope + '\n' + key;
  }

  Entry* find(const std::string& name) {
    const auto found = entries_.find(name);
    return found == entries_.end() ? nullptr : &found->second;
  }
  // False, and nothing is added, when another call has taken the name meanwhile.
  bool add(const std::string& name, std::uint64_t request_hash, std::string payload) {
    return entries_.try_emplace(name, Entry{request_hash, std::move(payload), false, {}}).second;
  }
  // The commit is done: returns the retries to answer.
  std::vector<Reply> committed(const std::string& name) {
    Entry* entry = find(name);
    if (entry == nullptr) return {};
    entry->committed = true;
    std::vector<Reply> waiting = std::move(entry->waiting);
    bytes_ += bytes_of(name, *entry);
    order_.push_back(name);
    while (order_.size() > kMax || bytes_ > bytes_max_) {
      const auto oldest = entries_.find(order_.front());
      bytes_ -= bytes_of(oldest->first, oldest->second);
      entries_.erase(oldest);
      order_.pop_front();
    }
    return waiting;
  }
  // The commit failed, so the call has not happened: forgets it and returns the retries to answer.
  std::vector<Reply> lost(const std::string& name) {
    auto node = entries_.extract(name);
    return node.empty() ? std::vector<Reply>{} : std::move(node.mapped().waiting);
  }

  std::size_t bytes() const { return bytes_; }

 private:
  static std::size_t bytes_of(const std::string& name, const Entry& entry) {
    return 2 * name.size() + entry.payload.size() + sizeof(Entry);
  }

  std::size_t bytes_max_;
  std::size_t bytes_ = 0;  // of committed ones
  std::unordered_map<std::string, Entry, KeyedTextHash> entries_;
  std::deque<std::string> order_;
};

}  // namespace serai::runtime
