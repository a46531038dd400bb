// EventFeed: what happens now, to whoever watches, as server-sent events.
//
// Nobody is waited for: a watcher that falls kQueuedMax events behind is told so and dropped.
//
// Errors  join(): resource_exhausted when too many watch already.
// Thread  any; nothing waits.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace serai {

class EventFeed {
 public:
  static constexpr std::size_t kWatchersMax = 4;
  static constexpr std::size_t kQueuedMax = 256;
  using WatcherId = std::uint64_t;

  void publish(std::string_view event, std::string_view json);

  Result<WatcherId> join();
  // The next text to send; empty when there is none yet; none: it is over.
  std::optional<std::string> next(WatcherId watcher);
  void leave(WatcherId watcher);

  void close();  // it is over for all, now and later

  // One event as it goes over the wire; `json` is one line.
  static std::string frame(std::string_view event, std::string_view json);

 private:
  struct Queue {
    std::deque<std::string> frames;
    bool ended = false;  // after what is queued
  };

  std::mutex mutex_;
  std::map<WatcherId, Queue> watchers_;  // GUARDED_BY(mutex_)
  WatcherId last_ = 0;                   // GUARDED_BY(mutex_)
  bool closed_ = false;                  // GUARDED_BY(mutex_)
};

}  // namespace serai
