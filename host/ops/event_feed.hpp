// EventFeed: sends each event to all watchers, as server-sent events.
//
// A slow watcher delays nobody. When kQueuedMax events wait for a watcher, they are replaced by one
// last event, "dropped", and the feed ends for this watcher.
//
// Errors  join(): resource_exhausted when there are kWatchersMax watchers, unavailable after
//         close().
// Thread  any; no call blocks on a watcher.
// Owner   the host. A WatcherId is valid from join() to leave().
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
  // The next frame for the watcher: an empty text when none is queued yet, nullopt when the feed
  // has ended for this watcher.
  std::optional<std::string> next(WatcherId watcher);
  void leave(WatcherId watcher);

  void close();  // ends the feed for all watchers, also for later ones

  // Formats one event as a server-sent event. `json` must not contain a line break.
  static std::string frame(std::string_view event, std::string_view json);

 private:
  struct Queue {
    std::deque<std::string> frames;
    bool ended = false;  // the feed ends when `frames` has been sent
  };

  std::mutex mutex_;
  std::map<WatcherId, Queue> watchers_;  // GUARDED_BY(mutex_)
  WatcherId last_ = 0;                   // GUARDED_BY(mutex_)
  bool closed_ = false;                  // GUARDED_BY(mutex_)
};

}  // namespace serai::ops
