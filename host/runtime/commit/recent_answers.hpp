// RecentAnswers: answers to idempotent calls that are not committed yet, or were committed lately.
//
// Answers are searched here before the store. So a retry that comes before the commit of its first
// call finds that call and waits for the commit.
//
// Bound   kMax committed entries, and `bytes_max` bytes of them; the oldest are dropped first.
//         Answers that are not committed yet do not count.
// Thread  the shard's.
// Owner   owns answers, and the callbacks of waiting retries until it returns them.
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

// A hash that is the same in every process, because it is stored with an answer.
//
// Source  FNV-1a, 64 bits (Fowler, Noll, Vo: isthe.com/chongo/tech/comp/fnv).
std::uint64_t stable_hash(std::string_view text);
// The scope of idempotency keys: the same key of another player or RPC is another key.
std::string answer_scope(const Uuid& player, const std::string& handler);

class RecentAnswers {
 public:
  static constexpr std::size_t kMax = 8192;
  using Reply = UniqueFunction<void(Outcome)>;

  explicit RecentAnswers(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  struct Entry {
    std::uint64_t request_hash = 0;  // stable_hash() of the request
    std::string payload;
    bool committed = false;
    std::vector<Reply> waiting;  // retries that came before the commit
  };

  // The name of a call's entry.
  static std::string name(const std::string& scope, const std::string& key) {
    return scope + '\n' + key;
  }

  Entry* find(const std::string& name) {
    const auto found = entries_.find(name);
    return found == entries_.end() ? nullptr : &found->second;
  }
  // Adds an answer that is not committed yet. False: another call has the name already.
  bool add(const std::string& name, std::uint64_t request_hash, std::string payload) {
    return entries_.try_emplace(name, Entry{request_hash, std::move(payload), false, {}}).second;
  }
  // Marks the answer as committed. Returns the waiting retries, which the caller must answer.
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
  // Removes the answer, because its commit has failed and the call has had no effect. Returns the
  // waiting retries, which the caller must answer.
  std::vector<Reply> lost(const std::string& name) {
    auto node = entries_.extract(name);
    return node.empty() ? std::vector<Reply>{} : std::move(node.mapped().waiting);
  }

  std::size_t bytes() const { return bytes_; }

 private:
  // The name is stored twice: in entries_ and in order_.
  static std::size_t bytes_of(const std::string& name, const Entry& entry) {
    return 2 * name.size() + entry.payload.size() + sizeof(Entry);
  }

  std::size_t bytes_max_;
  std::size_t bytes_ = 0;  // of committed entries
  std::unordered_map<std::string, Entry, KeyedTextHash> entries_;
  std::deque<std::string> order_;  // names of committed entries, the oldest first
};

}  // namespace serai::runtime
