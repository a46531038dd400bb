// UnderWay: counts one message of a sender as under way, from when the host takes it until the
// sockets of all its receivers have it. Each shard that must still deliver the message keeps the
// message, and the message keeps this.
//
// Thread  any: the count is an atomic.
// Owner   the count is shared by the sender's socket and the messages, which may outlive it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

namespace serai::session {

class UnderWay {
 public:
  using Count = std::atomic<std::uint32_t>;

  UnderWay() = default;  // counts nothing
  explicit UnderWay(std::shared_ptr<Count> of) : of_(std::move(of)) { ++*of_; }
  UnderWay(UnderWay&&) noexcept = default;
  UnderWay& operator=(UnderWay&&) = delete;
  ~UnderWay() {
    if (of_) --*of_;
  }

  bool has_sender() const { return of_ != nullptr; }

 private:
  std::shared_ptr<Count> of_;
};

}  // namespace serai::session
