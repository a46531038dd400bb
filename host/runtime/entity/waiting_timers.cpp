#include "runtime/entity/waiting_timers.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace serai::runtime {
namespace {

bool is_before(const WaitingTimer& a, const WaitingTimer& b) {
  return std::tie(b.tries, a.due_ms, a.entity, a.id) < std::tie(a.tries, b.due_ms, b.entity, b.id);
}

}  // namespace

bool WaitingTimers::count_in(std::uint32_t tries, std::int64_t due_ms, std::size_t max) {
  ++count;
  if (tries != 0) ++failed;
  if (first.size() < max) return true;
  if (max == 0) return false;
  const WaitingTimer& last = first.front();
  return tries > last.tries || (tries == last.tries && due_ms <= last.due_ms);
}

// The list is a heap with the last timer of the order on top, which the next timer may replace.
void WaitingTimers::list(WaitingTimer&& timer, std::size_t max) {
  first.push_back(std::move(timer));
  std::ranges::push_heap(first, is_before);
  if (first.size() <= max) return;
  std::ranges::pop_heap(first, is_before);
  first.pop_back();
}

void WaitingTimers::add(WaitingTimers&& part) {
  std::ranges::move(part.first, std::back_inserter(first));
  count += part.count;
  failed += part.failed;
}

void WaitingTimers::keep_first(std::size_t max) {
  std::ranges::sort(first, is_before);
  first.resize(std::min(first.size(), max));
}

}  // namespace serai::runtime
