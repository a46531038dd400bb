#include "modules/build_watch.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <map>
#include <optional>
#include <system_error>

#include "base/host_thread.hpp"
#include "modules/check.hpp"
#include "modules/file_io.hpp"
#include "modules/release_way.hpp"
#include "modules/swap_plan.hpp"

namespace serai {
namespace {

namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;

constexpr std::string_view kPrefix = "dev-";

std::optional<unsigned> number_of(std::string_view release) {
  if (!release.starts_with(kPrefix)) return std::nullopt;
  release.remove_prefix(kPrefix.size());
  unsigned number = 0;
  const auto [end, failed] =
      std::from_chars(release.data(), release.data() + release.size(), number);
  if (failed != std::errc() || end != release.data() + release.size()) return std::nullopt;
  return number;
}

unsigned newest(const fs::path& releases) {
  unsigned number = 0;
  for (const std::string& name : list_releases(releases)) {
    number = std::max(number, number_of(name).value_or(0));
  }
  return number;
}

}  // namespace

Result<> BuildWatch::start() {
  std::error_code ignored;
  if (!fs::is_symlink(parts_.link, ignored)) {
    return {Errc::failed_precondition,
            "--watch needs modules.dir to be a link that can be flipped, and " +
                parts_.link.string() + " is none"};
  }
  notify_ = Fd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  for (const fs::path& folder : folders_) {
    const std::uint32_t wanted = IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR;
    if (::inotify_add_watch(notify_.get(), folder.c_str(), wanted) >= 0) continue;
    return {errno == ENOENT ? Errc::not_found : Errc::unavailable,
            "cannot watch " + folder.string() + ": " + std::system_category().message(errno)};
  }
  thread_ = std::thread([this] {
    const HostThread named("build-watch");
    run();
  });
  return success();
}

fs::path BuildWatch::releases() const { return find_way(parts_.link).releases(); }

void BuildWatch::stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  inbox_.post([] {});
  thread_.join();
}

void BuildWatch::run() {
  std::optional<Steady::time_point> due = Steady::now();
  while (!stopping_) {
    inbox_.wait(due.value_or(Steady::now() + std::chrono::minutes(1)), notify_.get());
    inbox_.run_ready();
    if (take_events()) due = Steady::now() + kSettle;
    if (stopping_ || !due || Steady::now() < *due) continue;
    due.reset();
    const Result<std::string> made = publish();
    if (!made) parts_.log.warn("watch.refused", {{"reason", made.error().detail}});
    if (made && !made->empty()) parts_.log.info("watch.published", {{"release", *made}});
  }
}

bool BuildWatch::take_events() {
  bool changed = false;
  alignas(inotify_event) std::array<char, 4096> chunk;
  for (;;) {
    const ssize_t got = ::read(notify_.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return changed;
    for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(got);) {
      inotify_event event;
      std::memcpy(&event, chunk.data() + at, sizeof(event));
      const char* name = chunk.data() + at + sizeof(event);
      const bool module = event.len > 0 && std::string_view(name).ends_with(".so");
      changed = changed || module || (event.mask & IN_Q_OVERFLOW) != 0;
      at += sizeof(event) + event.len;
    }
  }
}

// What serves, with the watched files over it.
Result<> BuildWatch::stage(const fs::path& draft, const Release& base) const {
  std::map<std::string, fs::path> files;
  for (const ReleaseModule& module : base.modules) files[module.file] = base.folder / module.file;
  for (const fs::path& folder : folders_) {
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      if (at->path().extension() == ".so") files[at->path().filename().string()] = at->path();
    }
  }
  for (const auto& [name, path] : files) {
    Result<std::string> bytes = read_file(path, kModuleBytesMax);
    if (!bytes) return bytes.error();
    if (Result<> put = write_file(draft / name, *bytes, 0444); !put) return put;
  }
  return success();
}

Result<std::string> BuildWatch::publish() {
  const Result<Release> base = read_release(releases() / parts_.serving());
  if (!base) return base.error();
  const unsigned number = newest(releases()) + 1;
  const std::string name = std::string(kPrefix) + std::to_string(number);
  const fs::path draft = releases() / ("." + name + ".draft");
  std::error_code error;
  fs::remove_all(draft, error);
  fs::create_directory(draft, error);
  if (error) return {Errc::internal, "cannot make " + draft.string() + ": " + error.message()};
  // A umask that lets the group write would make a release that is refused.
  fs::permissions(
      draft, fs::perms::group_write | fs::perms::others_write, fs::perm_options::remove, error);

  Result<> staged = stage(draft, *base);
  if (staged) {
    const Result<std::string> manifest = write_release_manifest(draft, name);
    if (!manifest) staged = manifest.error();
  }
  const Result<Release> made = staged ? read_release(draft) : Result<Release>(staged.error());
  if (!made || digest_of(*made) == digest_of(*base) || is_asked_for(*made)) {
    fs::remove_all(draft, error);
    return made ? Result<std::string>(std::string()) : made.error();
  }
  fs::rename(draft, releases() / name, error);
  if (error) return {Errc::internal, "cannot publish " + name + ": " + error.message()};
  if (Result<> flipped = lead_to(parts_.link, releases() / name); !flipped) return flipped.error();
  forget_old(number, base->name);
  return name;
}

// The last build, told twice: its swap may still be under way, or have been refused.
bool BuildWatch::is_asked_for(const Release& made) const {
  std::error_code error;
  const fs::path target = fs::read_symlink(parts_.link, error);
  const Result<Release> asked = read_release(releases() / target.filename());
  return asked && digest_of(*asked) == digest_of(made);
}

void BuildWatch::forget_old(unsigned newest_made, const std::string& base) const {
  for (const std::string& name : list_releases(releases())) {
    const auto number = number_of(name);
    std::error_code ignored;
    if (!number || *number + kKept > newest_made || name == base) continue;
    fs::remove_all(releases() / name, ignored);
  }
}

}  // namespace serai
