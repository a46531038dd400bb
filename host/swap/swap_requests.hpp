// SwapRequests: the queue of requests to the swap engine. Equal requests become one. The link is
// read when a request's turn comes.
//
// Thread  the loader thread. Callers wait for the answer on their own threads.
// Owner   owns the promises. If a request is destroyed without an answer, its caller's wait ends
//         with std::future_error.
#pragma once

#include <deque>
#include <future>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace serai::swap {

struct SwapRequest {
  using Waiter = std::promise<Result<std::string>>;

  std::string release = {};  // empty: the one that the link names when the request's turn comes
  std::string digest = {};   // of code that served under this name; empty: the present code
  std::string trigger = {};
  bool rollback = false;
  bool dry_run = false;
  bool by_hand = true;  // somebody asks for this release; false: the host reads the link by itself
  std::vector<Waiter> waiting = {};

  void answer(const Result<std::string>& result);
};

class SwapRequests {
 public:
  void add(SwapRequest request);
  bool empty() const { return queue_.empty(); }
  SwapRequest take_first();
  void put_back(SwapRequest request) { queue_.push_front(std::move(request)); }
  // Answers all requests and removes them.
  void answer_all(const Error& error);
  // The names of the requested releases. `link` is the name for the release to which the link
  // leads.
  std::vector<std::string> names(const std::string& link) const;

 private:
  std::deque<SwapRequest> queue_;
};

}  // namespace serai::swap
