#include "swap/build_watch.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "base/file_io.hpp"
#include "base/host_thread.hpp"
#include "base/parse_number.hpp"
#include "release/release_way.hpp"
#include "release/swap_plan.hpp"
#include "swap/check.hpp"

namespace serai::swap {
namespace {

namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;

std::optional<unsigned> number_of(std::string_view release) {
  if (!release::is_build(release)) return std::nullopt;
  release.remove_prefix(release::kBuildPrefix.size());
  return parse_number<unsigned>(release);
}

unsigned newest(const fs::path& releases) {
  unsigned number = 0;
  for (const std::string& name : release::list_releases(releases)) {
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
                parts_.link.string() + " is not a link"};
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

fs::path BuildWatch::releases() const { return release::find_way(parts_.link).releases(); }

void BuildWatch::stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  inbox_.post([] {});
  thread_.join();
}

void BuildWatch::on_swap(const SwapReport& report) {
  if (!has_ended(report.outcome)) return;
  inbox_.post([this, release = report.to, outcome = report.outcome] {
    check_again_ = take_outcome(release, outcome) || check_again_;
  });
}

// True when this was the swap of the published release. Files that waited for its end may be
// published now.
bool BuildWatch::take_outcome(const std::string& release, SwapOutcome outcome) {
  if (release != requested_.release) return false;
  const std::set<std::string> changed = std::move(requested_.changed);
  requested_ = {};
  const bool serves = outcome == SwapOutcome::settled || outcome == SwapOutcome::unchanged;
  if (!serves && changed.size() == 1) refused_.insert(changed.begin(), changed.end());
  if (!serves && changed.size() > 1) one_by_one_ = changed;
  return true;
}

void BuildWatch::run() {
  std::optional<Steady::time_point> due = Steady::now();
  while (!stopping_) {
    inbox_.wait(due.value_or(Steady::now() + std::chrono::minutes(1)), notify_.get());
    inbox_.run_ready();
    if (std::exchange(check_again_, false)) due = due.value_or(Steady::now());
    if (take_events()) due = Steady::now() + kQuiet;
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

// Returns the watched files that differ from those of the serving release and have not been
// refused.
BuildWatch::BuiltFiles BuildWatch::find_changed(const release::Release& base) {
  BuiltFiles changed;
  for (const fs::path& folder : folders_) {
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      if (at->path().extension() == ".so") add_if_changed(at->path(), base, changed);
    }
  }
  return changed;
}

void BuildWatch::add_if_changed(const fs::path& file,
                                const release::Release& base,
                                BuiltFiles& changed) {
  Result<std::string> bytes = read_file(file, kModuleBytesMax);
  if (!bytes) return;  // it is being replaced; inotify reports the new file
  const std::string name = file.filename().string();
  const auto serving = std::ranges::find(base.modules, name, &release::ReleaseModule::file);
  std::string hash = sha256_hex(*bytes);
  if (refused_.contains(hash)) return;
  if (serving != base.modules.end() && serving->sha256 == hash) return;
  if (const Result<loading::VerifiedModule> module = loading::verify_module(*bytes); !module) {
    refused_.insert(hash);
    parts_.log.warn("watch.refused", {{"reason", name + ":\n" + module.error().detail}});
    return;
  }
  changed[name] = {*std::move(bytes), std::move(hash)};
}

// Files that were refused together are published one by one. Removes all but the file whose turn it
// is.
void BuildWatch::keep_one(BuiltFiles& changed) {
  std::erase_if(one_by_one_, [&](const std::string& hash) {
    return std::ranges::none_of(changed, [&](const auto& it) { return it.second.sha256 == hash; });
  });
  if (one_by_one_.empty()) return;
  const std::string turn = *one_by_one_.begin();
  one_by_one_.erase(one_by_one_.begin());
  std::erase_if(changed, [&](const auto& it) { return it.second.sha256 != turn; });
}

// Writes the files of a release: those that serve, with the changed ones in their places.
Result<> BuildWatch::stage(const fs::path& draft,
                           const release::Release& base,
                           const BuiltFiles& changed) {
  BuiltFiles files = changed;
  for (const release::ReleaseModule& module : base.modules) {
    if (files.contains(module.file)) continue;
    Result<std::string> bytes = read_file(base.folder / module.file, kModuleBytesMax);
    if (!bytes) return bytes.error();
    files[module.file].bytes = *std::move(bytes);
  }
  for (const auto& [name, built] : files) {
    if (Result<> put = write_file(draft / name, built.bytes, 0444); !put) return put;
  }
  return success();
}

Result<std::string> BuildWatch::publish() {
  const Result<release::Release> base = release::read_release(releases() / parts_.serving());
  if (!base) return base.error();
  BuiltFiles changed = find_changed(*base);
  keep_one(changed);
  if (changed.empty()) return std::string();
  const unsigned number = newest(releases()) + 1;
  const std::string name = std::string(release::kBuildPrefix) + std::to_string(number);
  const fs::path draft = releases() / ("." + name + ".draft");
  std::error_code error;
  fs::remove_all(draft, error);
  fs::create_directory(draft, error);
  if (error) return {Errc::internal, "cannot make " + draft.string() + ": " + error.message()};
  // A release is refused when its group may write to the folder, and the umask may allow that.
  fs::permissions(
      draft, fs::perms::group_write | fs::perms::others_write, fs::perm_options::remove, error);

  Result<> staged = stage(draft, *base, changed);
  if (staged) {
    const Result<std::string> manifest =
        write_release_manifest(draft, name, {{}, parts_.allow_breaking, false});
    if (!manifest) staged = manifest.error();
  }
  const Result<release::Release> made =
      staged ? release::read_release(draft) : Result<release::Release>(staged.error());
  if (!made || digest_of(*made) == digest_of(*base) || is_requested(*made)) {
    fs::remove_all(draft, error);
    return made ? Result<std::string>(std::string()) : made.error();
  }
  fs::rename(draft, releases() / name, error);
  if (error) return {Errc::internal, "cannot publish " + name + ": " + error.message()};
  requested_ = {name, {}};
  for (const auto& [file, built] : changed) requested_.changed.insert(built.sha256);
  if (Result<> flipped = release::lead_to(parts_.link, releases() / name); !flipped)
    return flipped.error();
  forget_old(number, base->name);
  return name;
}

// True when the link already leads to a release with the same code, because inotify has reported
// one build twice. The swap to it may still be under way, or was refused.
bool BuildWatch::is_requested(const release::Release& made) const {
  std::error_code error;
  const fs::path target = fs::read_symlink(parts_.link, error);
  const Result<release::Release> requested = release::read_release(releases() / target.filename());
  return requested && digest_of(*requested) == digest_of(made);
}

void BuildWatch::forget_old(unsigned newest_made, const std::string& base) const {
  for (const std::string& name : release::list_releases(releases())) {
    const auto number = number_of(name);
    std::error_code ignored;
    if (!number || *number + kReleasesMax > newest_made || name == base) continue;
    fs::remove_all(releases() / name, ignored);
  }
}

}  // namespace serai::swap
