// SwapRequests: what was asked of the swap engine and not yet done. Requests for the same thing
// become one; which release it means is looked up when its turn comes.
//
// Thread  the loader thread. Whoever asked waits for the answer elsewhere.
// Owner   owns the promises; one that is destroyed unanswered ends its asker's wait.
#pragma once

#include <deque>
#include <future>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace serai::swap {

struct SwapRequest {
  using Waiter = std::promise<Result<std::string>>;

  std::string release = {};  // empty: whatever the link points to when its turn comes
  std::string digest = {};   // of code that served under this name; empty: what lies there now
  std::string trigger = {};
  bool rollback = false;
  bool dry_run = false;
  bool by_hand = true;  // somebody asks for this release; false: the link is only looked at
  std::vector<Waiter> waiting = {};

  void answer(const Result<std::string>& result);
};

class SwapRequests {
 public:
  void add(SwapRequest request);
  bool empty() const { return queue_.empty(); }
  SwapRequest take_first();
  void put_back(SwapRequest request) { queue_.push_front(std::move(request)); }
  // Answers all of them, and forgets them.
  void answer_all(const Error& error);
  // The names of what is asked for; `link` where it is what the link names.
  std::vector<std::string> names(const std::string& link) const;

 private:
  std::deque<SwapRequest> queue_;
};

}  // namespace serai::swap
