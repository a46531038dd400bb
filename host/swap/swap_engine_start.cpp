// The first release of a process, the facts a restart goes by, and the status.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "base/host_thread.hpp"
#include "release/contract_export.hpp"
#include "swap/swap_engine.hpp"

namespace serai {
namespace {

using Json = nlohmann::ordered_json;
constexpr int kReadingsMax = 3;

std::string print(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string join_notes(const std::string& one, const std::string& other) {
  return one.empty() || other.empty() ? one + other : one + "; " + other;
}

Json print_modules(const LiveSet& live) {
  Json modules = Json::array();
  for (const auto& [name, module] : live.modules) {
    modules.push_back({{"name", name},
                       {"version", module.contract.version},
                       {"generation", module.generation},
                       {"release", module.release},
                       {"build_id", module.build_id},
                       {"sha256", module.sha256}});
  }
  return modules;
}

// A swap takes no module away, a start may: those that the next release lacks. Names them.
std::string leave_out(Release& release, const Release& next) {
  std::string without;
  std::erase_if(release.modules, [&](const ReleaseModule& module) {
    const bool stays = std::ranges::any_of(
        next.modules, [&](const ReleaseModule& one) { return one.name == module.name; });
    if (!stays) without += (without.empty() ? " without " : ", ") + module.name;
    return !stays;
  });
  return without;
}

}  // namespace

Result<> SwapEngine::start() {
  std::promise<Result<>> started;
  std::future<Result<>> outcome = started.get_future();
  thread_ = std::thread([this, &started] {
    const HostThread named("loader");
    Result<> first = first_start();
    const bool serves = first.ok();
    publish();
    started.set_value(std::move(first));
    if (serves) run();
  });
  Result<> result = outcome.get();
  if (!result) thread_.join();
  return result;
}

Result<> SwapEngine::first_start() {
  if (Result<> recalled = memory_.recall(); !recalled) return recalled;
  watch_.start(
      options_.release);  // before the link is read: what is flipped from now on is noticed
  say_not_watched();
  Result<Release> release = choose_release();
  if (!release) return release.error();
  Result<LiveSet> live = install(*release);
  if (!live) return live.error();
  live_ = *std::move(live);
  if (!uncommitted_) {
    if (Result<> put = memory_.commit(live_); !put) return put;
  }
  read_what_a_crash_left();
  forget_copies();
  log_.info(
      "release.installed",
      {{"release", live_.release}, {"modules", live_.modules.size()}, {"note", serving_note_}});
  return success();
}

Result<Release> SwapEngine::choose_release() {
  Result<Release> requested = read_release(options_.release);
  const ReleaseMemory::Served& committed = memory_.committed();
  if (committed.release.empty()) return requested;
  if (requested) {
    const bool rebuilt = options_.development && requested->name == committed.release;
    const bool same = rebuilt || digest_of(*requested) == committed.digest;
    return same ? requested : committed_instead(*requested);
  }
  // The link leads to nothing or its manifest is damaged; what ran last is still a whole release.
  Result<Release> last = find_whole(committed);
  if (!last) return requested;
  say_instead(*last, options_.release.filename().string(), ": " + requested.error().detail);
  return last;
}

// Whatever became of releases/, the code that is committed starts.
Result<LiveSet> SwapEngine::install(const Release& release) {
  Result<LiveSet> live = stages_.install(release);
  if (live) return live;
  const Error error{live.error().code, "release " + release.name + ": " + live.error().detail};
  Result<Release> kept = stages_.kept().find(memory_.committed().digest);
  if (!kept || stages_.kept().holds(release)) return error;
  kept->name = memory_.committed().release;
  Result<LiveSet> instead = stages_.install(*kept);
  if (!instead) return error;
  uncommitted_ = false;
  say_instead(*kept, release.name, ": " + error.detail);
  return instead;
}

// As it lies beside the others, or from the host's own copies when that was pruned or written over.
Result<Release> SwapEngine::find_whole(const ReleaseMemory::Served& served) const {
  Result<Release> release = read_release(options_.releases() / served.release);
  if (release && digest_of(*release) == served.digest) return release;
  Result<Release> kept = stages_.kept().find(served.digest);
  if (!kept) return release;
  kept->name = served.release;
  return kept;
}

void SwapEngine::say_instead(const Release& starts,
                             const std::string& requested,
                             const std::string& reason) {
  const bool from_copy = stages_.kept().holds(starts);
  serving_note_ = "started on the committed " + starts.name +
                  (from_copy ? " from its private copy" : "") + reason;
  log_.warn("release.committed_instead",
            {{"release", starts.name}, {"requested", requested}, {"reason", serving_note_}});
}

Result<Release> SwapEngine::committed_instead(const Release& requested) {
  const std::string committed = memory_.committed().release;
  const ReleaseMemory::Attempt* barred = memory_.find_barred(digest_of(requested));
  Result<Release> last = find_whole(memory_.committed());
  if (!last && last.error().code == Errc::not_found) {
    uncommitted_ = barred != nullptr;
    serving_note_ = "the committed release " + committed + " is no longer there";
    if (uncommitted_) {
      serving_note_ += ": serving " + requested.name + ", which " + barred->words() +
                       " and is not committed before it is asked for: put " + committed +
                       " back and restart, or ask for a swap to " + requested.name;
    }
    log_.warn("release.committed_missing",
              {{"committed", committed}, {"starting", requested.name}, {"reason", serving_note_}});
    return requested;
  }
  if (!last) return last;
  if (barred != nullptr) {
    say_instead(*last,
                requested.name,
                ": " + requested.name + " " + barred->words() +
                    "; flip the link again, or ask for a swap, to try it once more");
  } else {
    const std::string without = leave_out(*last, requested);
    say_instead(*last, requested.name, without + ", then swaps to " + requested.name);
    enqueue({.trigger = "start", .by_hand = false});
  }
  return last;
}

// Copies that no start and no way back needs.
void SwapEngine::forget_copies() {
  std::set<std::string> needed{digest_of(live_), memory_.committed().digest};
  if (trial_) needed.insert(digest_of(trial_->former));
  if (const auto* previous = memory_.previous_to(digest_of(live_))) needed.insert(previous->digest);
  if (const auto* unfinished = memory_.find_unfinished()) needed.insert(unfinished->digest);
  stages_.kept().remove_all_but(needed);
}

// A release on probation when the host died has stored what only it can read. A start that dies
// over it may have been killed from outside, so the next one begins again; a release that takes
// every one of them down is left alone at last.
void SwapEngine::read_what_a_crash_left() {
  const ReleaseMemory::Attempt* found = memory_.find_unfinished();
  if (found == nullptr || found->digest == digest_of(live_)) return;
  const ReleaseMemory::Attempt died = *found;
  const Result<Release> release = find_whole({died.release, died.digest});
  if (!release || digest_of(*release) != died.digest) return;
  Result<> read = Error{Errc::aborted, "each start that tried to read it died"};
  if (died.readings < kReadingsMax) {
    Result<> put = memory_.note_attempt({died.release, died.digest, "reading", died.readings + 1});
    if (!put) return say_not_read(died, put.error());
    read = stages_.read_with(*release, live_);
  }
  if (!read) say_not_read(died, read.error());
  note_attempt(died.release, died.digest, "rolled_back");
}

void SwapEngine::say_not_read(const ReleaseMemory::Attempt& died, const Error& error) {
  unread_ = Unread{"what only " + died.release +
                       " can read of what it stored is kept, but cannot be read before a release "
                       "serves that does: " +
                       error.detail,
                   died.digest};
  log_.error("release.not_read", {{"release", died.release}, {"error", error.detail}});
}

// ---- Status -----------------------------------------------------------------------------------

void SwapEngine::publish() {
  std::string text = print_status();
  const std::lock_guard lock(status_mutex_);
  status_ = std::move(text);
  shown_ = live_;
}

std::string SwapEngine::print_status() const {
  Json history = Json::array();
  for (const SwapRecord& record : history_) {
    history.push_back(Json::parse(print_record(record), nullptr, false));
  }
  Json queued = Json::array();
  for (const Request& request : queue_) {
    queued.push_back(request.release.empty() ? options_.release.filename().string()
                                             : request.release);
  }
  Json running;
  if (trial_) {
    running = Json::parse(print_record(trial_->record), nullptr, false);
  } else if (running_) {
    running = Json::parse(print_record(*running_), nullptr, false);
  }
  std::error_code ignored;
  return print(
      {{"release", live_.release},
       {"committed", memory_.committed().release},
       {"current", std::filesystem::canonical(options_.release, ignored).filename().string()},
       {"state",
        trial_     ? "probation"
        : running_ ? "swapping"
                   : "steady"},
       {"note", unread_ ? join_notes(serving_note_, unread_->text) : serving_note_},
       {"not_lasting", not_lasting_},
       {"watched", watch_.folders()},
       {"not_watched", watch_.trouble()},
       {"modules", print_modules(live_)},
       {"swap", running},
       {"queued", queued},
       {"history", history},
       {"still_mapped_after_close", closed_->still_mapped_after_close},
       {"last_crash",
        options_.last_crash.empty() ? Json() : Json::parse(options_.last_crash, nullptr, false)}});
}

std::string SwapEngine::status() const {
  const std::lock_guard lock(status_mutex_);
  return status_;
}

std::vector<RunningModule> SwapEngine::modules() const {
  const std::lock_guard lock(status_mutex_);
  std::vector<RunningModule> out;
  for (const auto& [name, module] : shown_.modules) {
    out.push_back({name, module.contract.version, module.generation, module.contract.settings});
  }
  return out;
}

std::string SwapEngine::release() const {
  const std::lock_guard lock(status_mutex_);
  return shown_.release;
}

Result<std::string> SwapEngine::contracts(const std::string& release) {
  if (release.empty()) {
    const std::lock_guard lock(status_mutex_);
    Result<ContractFiles> files = export_contracts(shown_);
    return files ? Result<std::string>(print_contracts(shown_.release, *files)) : files.error();
  }
  if (!is_plain_name(release)) {
    return {Errc::invalid_argument, "\"" + release + "\" is not the name of a release"};
  }
  Result<ContractFiles> files = export_contracts(options_.releases() / release);
  return files ? Result<std::string>(print_contracts(release, *files)) : files.error();
}

std::string SwapEngine::releases() const {
  const std::string live = release();
  std::error_code ignored;
  const std::string current =
      std::filesystem::canonical(options_.release, ignored).filename().string();
  Json list = Json::array();
  for (const std::string& name : list_releases(options_.releases())) {
    list.push_back({{"release", name}, {"live", name == live}, {"current", name == current}});
  }
  return print({{"folder", options_.releases().string()}, {"releases", list}});
}

}  // namespace serai
