// WaitingRequests: the queue of messages that a socket has sent while an earlier request had no
// answer yet.
//
// Thread  the shard's.
// Owner   ClientSession.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace serai::protocol {

// The reason why a request is refused instead of run.
enum class RequestRefusal : std::uint8_t { none, flood, shutdown };

struct WaitingRequest {
  std::string message;
  RequestRefusal refusal = RequestRefusal::none;
};

class WaitingRequests {
 public:
  std::size_t size() const { return requests_.size() - next_; }
  void push(WaitingRequest request) { requests_.push_back(std::move(request)); }
  // The queue must not be empty.
  WaitingRequest pop() { return std::move(requests_[next_++]); }
  void clear() {
    requests_.clear();
    next_ = 0;
  }
  // Erases popped requests once they are at least half of all, so that each request is moved once
  // on average. Without this the queue would grow without limit for a client that always sends its
  // next request before the answer.
  void compact() {
    if (next_ < size()) return;
    requests_.erase(requests_.begin(), requests_.begin() + static_cast<std::ptrdiff_t>(next_));
    next_ = 0;
  }

 private:
  std::vector<WaitingRequest> requests_;  // those before next_ have been popped
  std::size_t next_ = 0;
};

}  // namespace serai::protocol
