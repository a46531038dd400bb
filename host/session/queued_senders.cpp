#include "session/queued_senders.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace serai::session {
namespace {

constexpr std::int64_t kCheckEveryMs = 2;
constexpr std::int64_t kQueuedMaxUs = 1'000'000;

}  // namespace

void QueuedSenders::queue(std::shared_ptr<UnderWay::Count> under_way, Callback<Unit> answer) {
  if (*under_way < context_.options.messages_under_way_max) return answer(success());
  context_.metrics.queued.add();
  senders_.push_back(
      {std::move(under_way), std::move(answer), context_.clock.steady_us() + kQueuedMaxUs});
  if (senders_.size() == 1) check_later();
}

void QueuedSenders::check_later() {
  context_.shard.after(kCheckEveryMs, [this] { check(); });
}

void QueuedSenders::check() {
  const std::int64_t now_us = context_.clock.steady_us();
  const auto waits_on = [&](const Sender& sender) {
    return *sender.under_way >= context_.options.messages_under_way_max && now_us < sender.until_us;
  };
  const auto first = std::stable_partition(senders_.begin(), senders_.end(), waits_on);
  std::vector<Sender> ready(std::make_move_iterator(first),
                            std::make_move_iterator(senders_.end()));
  senders_.erase(first, senders_.end());
  if (!senders_.empty()) check_later();
  for (Sender& sender : ready) sender.answer(success());
}

}  // namespace serai::session
