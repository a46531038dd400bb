#include "session/outbox.hpp"

#include "session/part.hpp"

namespace serai::session {

Outbox::Outbox(runtime::Shard& shard, std::uint32_t shard_count, Parts& parts)
    : shard_(shard), parts_(parts), waiting_(shard_count) {}

void Outbox::send(const MessagePtr& message, const SocketAddress& to) {
  auto& queue = queue_for(to.shard);
  if (queue.empty() || queue.back().message != message) queue.push_back({message, {}, {}, 0});
  queue.back().targets.push_back(to.session_id);
}

void Outbox::close(const SocketAddress& socket, std::string reason) {
  queue_for(socket.shard).push_back({nullptr, {socket.session_id}, std::move(reason), 0});
}

std::vector<Delivery>& Outbox::queue_for(std::uint32_t shard) {
  SERAI_ASSERT(shard_.is_current() && shard < waiting_.size());
  if (!flush_is_due_) {
    flush_is_due_ = true;
    shard_.defer([this] { flush(); });
  }
  return waiting_[shard];
}

void Outbox::flush() {
  flush_is_due_ = false;  // first: a delivery may add messages, which need a further flush
  for (std::uint32_t target = 0; target < waiting_.size(); ++target) {
    if (waiting_[target].empty()) continue;
    std::vector<Delivery> batch = std::exchange(waiting_[target], {});
    parts_.on(target, [batch = std::move(batch)](Part& part) mutable {
      part.sessions.deliver(std::move(batch));
    });
  }
}

}  // namespace serai::session
