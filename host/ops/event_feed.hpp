// EventFeed: sends each event to all watchers, as server-sent events.
//
// A slow watcher delays nobody: one that is kQueuedMax events behind gets a last event, "dropped",
// and is dropped.
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

namespace serai::ops {

class EventFeed {
 public:
  static constexpr std::size_t kWatchersMax = 4;
  static constexpr std::size_t kQueuedMax = 256;
  using WatcherId = std::uint64_t;

  void publish(std::string_view event, std::string_view json);

  Result<WatcherId> join();
  // The next text to send: empty when there is none yet, nullopt when the feed has ended for this
  // watcher.
  std::optional<std::string> next(WatcherId watcher);
  void leave(WatcherId watcher);

  void close();  // ends the feed for all watchers, also for later ones

  // One event as it is sent; `json` is one line.
  static std::string frame(std::string_view event, std::string_view json);

 private:
  struct Queue {
    std::deque<std::string> frames;
    bool ended = false;  // once `frames` is sent
  };

  std::mutex mutex_;
  std::map<WatcherId, Queue> watchers_;  // GUARDED_BY(mutex_)
  WatcherId last_ = 0;                   // GUARDED_BY(mutex_)
  bool closed_ = false;                  // GUARDED_BY(mutex_)
};

}  // namespace serai::ops
