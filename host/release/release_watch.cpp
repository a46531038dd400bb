#include "release/release_watch.hpp"

#include <sys/inotify.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace serai::release {
namespace {

constexpr std::uint32_t kEvents = IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE |
                                  IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
// The way may change while the watches are being set. They are set again then, this often.
constexpr int kTries = 4;

}  // namespace

void ReleaseWatch::start(const std::filesystem::path& path) {
  path_ = path;
  watch_all();
  reported_ = way_;
}

// Sets a watch on each folder of the way. The descriptor is a new one, so the watches of folders
// that are no longer on the way are dropped.
void ReleaseWatch::watch_all() {
  for (int i = 0; i < kTries; ++i) {
    way_ = find_way(path_);
    folders_.clear();
    trouble_.clear();
    notify_ = Fd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    for (const WayStep& step : way_.steps) {
      const std::string folder = step.folder.string();
      if (std::ranges::find(folders_, folder) != folders_.end()) continue;
      watch(folder);
    }
    if (find_way(path_) == way_) return;
  }
}

void ReleaseWatch::watch(const std::string& folder) {
  if (::inotify_add_watch(notify_.get(), folder.c_str(), kEvents) >= 0) {
    folders_.push_back(folder);
  } else {
    trouble_ +=
        (trouble_.empty() ? "" : "; ") + folder + ": " + std::system_category().message(errno);
  }
}

std::optional<ReleaseWatch::Steady::time_point> ReleaseWatch::next_check() const {
  if (!gone_since_) return std::nullopt;
  return *gone_since_ + kGrace;
}

bool ReleaseWatch::take_flip() {
  const bool lost = read_events();
  if (lost || find_way(path_) != way_) watch_all();
  const auto now = Steady::now();
  if (way_ == reported_) {
    gone_since_.reset();
    return false;
  }
  if (!way_.arrives) {
    if (!gone_since_) gone_since_ = now;
    if (now < *gone_since_ + kGrace) return false;
  }
  gone_since_.reset();
  reported_ = way_;
  return true;
}

// Reads all events. The names in them are ignored, because the caller reads the whole way again.
bool ReleaseWatch::read_events() {
  alignas(inotify_event) std::array<char, 4096> chunk;
  for (bool lost = false;;) {
    const ssize_t got = notify_ ? ::read(notify_.get(), chunk.data(), chunk.size()) : 0;
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return lost;
    for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(got);) {
      inotify_event event;
      std::memcpy(&event, chunk.data() + at, sizeof(event));
      lost = lost || (event.mask & (IN_IGNORED | IN_UNMOUNT | IN_Q_OVERFLOW)) != 0;
      at += sizeof(event) + event.len;
    }
  }
}

}  // namespace serai::release
