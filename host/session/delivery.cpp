// Delivery: what the streams' shards send to sockets of this one; and the senders who are held back
// until it has arrived.
#include <algorithm>
#include <iterator>
#include <utility>

#include "model/placement.hpp"
#include "session/part.hpp"

namespace serai {
namespace {

constexpr std::int64_t kHeldLookMs = 2;
// So that who reads almost nothing cannot stop the others' match: one message a second goes on.
constexpr std::int64_t kHeldMaxUs = 1'000'000;
constexpr char kQueueFull[] = "session outgoing queue full";

}  // namespace

void ShardSessions::deliver(std::vector<Delivery> batch) {
  for (Delivery& delivery : batch) deliveries_.push(std::move(delivery));
}

std::size_t ShardSessions::deliver_some(Delivery& delivery, std::size_t units_max) {
  const std::size_t count = std::min(units_max, delivery.targets.size() - delivery.done);
  std::size_t sent = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Uuid& target = delivery.targets[delivery.done++];
    if (delivery.message == nullptr) {
      close_socket(target, delivery.close_reason);
    } else if (deliver_to(target, delivery.message)) {
      ++sent;
    }
  }
  if (sent > 0) context_.metrics.deliveries.add(static_cast<double>(sent));
  return count;
}

// Looked up for every message: the one before may have closed the socket.
bool ShardSessions::deliver_to(const Uuid& session_id, const MessagePtr& message) {
  const auto at = sockets_.find(session_id);
  if (at == sockets_.end()) return false;
  Socket& to = at->second;
  if (to.backlog == nullptr && !to.socket->is_slow()) {
    to.socket->send_shared(message->bytes(to.socket->format()));
    return true;
  }
  if (to.backlog == nullptr) {
    to.backlog = std::make_unique<Backlog>(context_.codec, to.socket->format());
  }
  switch (to.backlog->put(message, context_.clock.now_ms())) {
    case Backlog::Put::kept:
      break;
    case Backlog::Put::merged:
      context_.metrics.merged.add();
      break;
    case Backlog::Put::dropped:
      context_.metrics.dropped.add();
      break;
    case Backlog::Put::full:
      close_socket(session_id, kQueueFull);
      break;
  }
  return false;
}

void ShardSessions::drained(const Uuid& session_id) {
  SERAI_ASSERT(context_.shard.is_current());
  const auto at = sockets_.find(session_id);
  if (at == sockets_.end() || at->second.backlog == nullptr) return;
  Socket& to = at->second;
  while (!to.backlog->empty() && !to.socket->is_slow()) {
    to.socket->send_shared(to.backlog->take());
    context_.metrics.deliveries.add();
  }
  if (to.backlog->empty()) to.backlog.reset();
}

// NOLINTNEXTLINE(readability-function-size): the port fixes the parameters
void ShardSessions::match_data(const Presence& sender,
                               const MatchId& match,
                               std::int64_t op_code,
                               std::string data,
                               bool reliable,
                               std::vector<Uuid> targets,
                               Answer<Unit> answer) {
  SERAI_ASSERT(context_.shard.is_current());
  const auto at = sockets_.find(sender.session_id);
  if (at == sockets_.end()) return answer({Errc::cancelled, "The socket is closed."});
  const auto under_way = at->second.under_way;
  const StreamId stream = match.stream();
  RelayedData relayed{sender.session_id,
                      op_code,
                      std::move(data),
                      reliable,
                      std::move(targets),
                      UnderWay(under_way)};
  context_.parts.on(shard_of_stream(stream, context_.shard_count),
                    [stream, relayed = std::move(relayed)](Part& part) mutable {
                      part.streams.relay(stream, std::move(relayed));
                    });
  if (*under_way < context_.options.messages_under_way_max) return answer(success());
  context_.metrics.held.add();
  hold({under_way, std::move(answer), context_.clock.steady_us() + kHeldMaxUs});
}

void ShardSessions::hold(HeldSender sender) {
  held_.push_back(std::move(sender));
  if (held_.size() == 1) context_.shard.after(kHeldLookMs, [this] { release_senders(); });
}

void ShardSessions::release_senders() {
  const std::int64_t now_us = context_.clock.steady_us();
  const auto may_go_on = [&](const HeldSender& sender) {
    return *sender.under_way < context_.options.messages_under_way_max || now_us >= sender.until_us;
  };
  const auto first = std::stable_partition(
      held_.begin(), held_.end(), [&](const auto& sender) { return !may_go_on(sender); });
  std::vector<HeldSender> released(std::make_move_iterator(first),
                                   std::make_move_iterator(held_.end()));
  held_.erase(first, held_.end());
  if (!held_.empty()) context_.shard.after(kHeldLookMs, [this] { release_senders(); });
  for (HeldSender& sender : released) sender.answer(success());
}

}  // namespace serai
