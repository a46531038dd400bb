#include "session/open_sessions.hpp"

#include <algorithm>
#include <condition_variable>
#include <iterator>
#include <memory>
#include <mutex>

#include "session/part.hpp"

namespace serai::session {
namespace {

constexpr std::chrono::seconds kWaitMax{1};

// Shared with the shards, because a slow shard may add to it after the caller has stopped waiting.
struct Asked {
  std::mutex mutex;
  std::condition_variable answered;
  OpenSessions found;  // guarded by mutex
};

void add(OpenSessions& all, const OpenSessions& one, std::size_t listed_max) {
  const std::size_t room = listed_max - all.listed.size();
  std::ranges::copy_n(one.listed.begin(),
                      static_cast<std::ptrdiff_t>(std::min(room, one.listed.size())),
                      std::back_inserter(all.listed));
  all.count += one.count;
  all.parked += one.parked;
  --all.shards_missing;
}

}  // namespace

OpenSessions open_sessions(Parts& parts, std::size_t listed_max) {
  auto asked = std::make_shared<Asked>();
  asked->found.shards_missing = parts.count();
  for (std::uint32_t i = 0; i < parts.count(); ++i) {
    parts.post_to(i, [asked, listed_max](const Part& part) {
      const OpenSessions here = part.sessions.open(listed_max);
      const std::lock_guard lock(asked->mutex);
      add(asked->found, here, listed_max);
      asked->answered.notify_one();
    });
  }
  std::unique_lock lock(asked->mutex);
  asked->answered.wait_for(lock, kWaitMax, [&] { return asked->found.shards_missing == 0; });
  return asked->found;
}

}  // namespace serai::session
