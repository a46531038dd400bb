// WaitingRequests: the messages that a socket sent while an earlier request had no answer yet,
// oldest first.
//
// Thread  the shard's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace serai::protocol {

// Why a request is answered without being run.
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
  // Frees the places of popped requests once they are at least half of all, so that each request is
  // moved once on average. Without this the queue would grow without end for a client that always
  // sends its next request before the answer.
  void compact() {
    if (next_ < size()) return;
    requests_.erase(requests_.begin(), requests_.begin() + static_cast<std::ptrdiff_t>(next_));
    next_ = 0;
  }

 private:
  std::vector<WaitingRequest> requests_;  // from next_ on
  std::size_t next_ = 0;
};

}  // namespace serai::protocol
