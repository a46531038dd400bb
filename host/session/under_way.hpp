// UnderWay: counts one message of a sender as under way while the object exists. That is from the
// moment when the host takes the message until the sockets of all receivers have it: the Message
// owns the UnderWay, and each shard that still has to deliver the message owns the Message.
//
// Thread  any: the count is an atomic.
// Owner   the sender's socket and its messages share the count. The messages may outlive the
//         socket.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

namespace serai::session {

class UnderWay {
 public:
  using Count = std::atomic<std::uint32_t>;

  UnderWay() = default;  // no sender: counts nothing
  explicit UnderWay(std::shared_ptr<Count> of) : of_(std::move(of)) { ++*of_; }
  UnderWay(UnderWay&&) noexcept = default;
  UnderWay& operator=(UnderWay&&) = delete;
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;
  ~UnderWay() {
    if (of_) --*of_;
  }

  bool has_sender() const { return of_ != nullptr; }

 private:
  std::shared_ptr<Count> of_;
};

}  // namespace serai::session
