#include "swap/swap_requests.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace serai::swap {

void SwapRequest::answer(const Result<std::string>& result) {
  for (Waiter& waiter : waiting) waiter.set_value(result);
  waiting.clear();
}

void SwapRequests::add(SwapRequest request) {
  for (SwapRequest& queued : queue_) {
    const bool same = queued.release == request.release && queued.rollback == request.rollback &&
                      queued.dry_run == request.dry_run;
    if (!same) continue;
    std::move(request.waiting.begin(), request.waiting.end(), std::back_inserter(queued.waiting));
    return;
  }
  // A rollback must not wait behind swaps that wait for the end of the probation.
  if (request.rollback) return queue_.push_front(std::move(request));
  queue_.push_back(std::move(request));
}

SwapRequest SwapRequests::take_first() {
  SwapRequest first = std::move(queue_.front());
  queue_.pop_front();
  return first;
}

void SwapRequests::answer_all(const Error& error) {
  for (SwapRequest& request : std::exchange(queue_, {})) request.answer(error);
}

std::vector<std::string> SwapRequests::names(const std::string& link) const {
  std::vector<std::string> out;
  for (const SwapRequest& request : queue_) {
    out.push_back(request.release.empty() ? link : request.release);
  }
  return out;
}

}  // namespace serai::swap
