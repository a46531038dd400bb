#include "ops/event_feed.hpp"

namespace serai::ops {

std::string EventFeed::frame(std::string_view event, std::string_view json) {
  std::string text = "event: ";
  text.append(event).append("\ndata: ").append(json).append("\n\n");
  return text;
}

void EventFeed::publish(std::string_view event, std::string_view json) {
  const std::lock_guard lock(mutex_);
  for (auto& [id, queue] : watchers_) {
    if (queue.ended) continue;
    if (queue.frames.size() == kQueuedMax) {
      queue.frames = {frame("dropped", R"({"reason":"too slow"})")};
      queue.ended = true;
    } else {
      queue.frames.push_back(frame(event, json));
    }
  }
}

Result<EventFeed::WatcherId> EventFeed::join() {
  const std::lock_guard lock(mutex_);
  if (closed_) return {Errc::unavailable, "the host is stopping"};
  if (watchers_.size() == kWatchersMax) {
    return {Errc::resource_exhausted,
            "there are " + std::to_string(kWatchersMax) + " watchers already"};
  }
  watchers_.emplace(++last_, Queue());
  return last_;
}

std::optional<std::string> EventFeed::next(WatcherId watcher) {
  const std::lock_guard lock(mutex_);
  Queue& queue = watchers_.at(watcher);
  if (!queue.frames.empty()) {
    std::string text = std::move(queue.frames.front());
    queue.frames.pop_front();
    return text;
  }
  if (closed_ || queue.ended) return std::nullopt;
  return std::string();
}

void EventFeed::leave(WatcherId watcher) {
  const std::lock_guard lock(mutex_);
  watchers_.erase(watcher);
}

void EventFeed::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
}

}  // namespace serai::ops
