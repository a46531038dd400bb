#include "modules/release_watch.hpp"

#include <sys/inotify.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace serai {

Result<> ReleaseWatch::start(const std::filesystem::path& link) {
  name_ = link.filename().string();
  const std::filesystem::path folder =
      link.has_parent_path() ? link.parent_path() : std::filesystem::path(".");
  Fd notify(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!notify ||
      ::inotify_add_watch(notify.get(), folder.c_str(), IN_MOVED_TO | IN_CREATE | IN_ONLYDIR) < 0) {
    return {Errc::unavailable,
            "cannot watch " + folder.string() + ": " + std::system_category().message(errno)};
  }
  notify_ = std::move(notify);
  return success();
}

bool ReleaseWatch::take_flip() {
  bool flipped = false;
  alignas(inotify_event) std::array<char, 4096> chunk;
  for (;;) {
    const ssize_t got = notify_ ? ::read(notify_.get(), chunk.data(), chunk.size()) : 0;
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return flipped;
    for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(got);) {
      inotify_event event;
      std::memcpy(&event, chunk.data() + at, sizeof(event));
      const char* name = chunk.data() + at + sizeof(event);
      // Lost events count as a flip: looking once too often does no harm.
      if ((event.mask & IN_Q_OVERFLOW) != 0 || (event.len > 0 && name_ == name)) flipped = true;
      at += sizeof(event) + event.len;
    }
  }
}

}  // namespace serai
