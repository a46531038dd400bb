// The first release of a process, the facts a restart goes by, and the status.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/host_thread.hpp"
#include "modules/contract_export.hpp"
#include "modules/swap_engine.hpp"

namespace serai {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t kServedKept = 16;
constexpr int kReadingsMax = 3;

std::string print(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// A member of a fact; a fact that is missing or damaged has none.
std::string member(const std::optional<std::string>& fact, const char* name) {
  const Json json = Json::parse(fact.value_or(""), nullptr, false);
  if (!json.is_object()) return {};
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

// How many starts have begun to read what a release on probation had stored.
int readings(const std::optional<std::string>& fact) {
  const Json json = Json::parse(fact.value_or(""), nullptr, false);
  return json.is_object() && json.contains("readings") && json["readings"].is_number_integer()
             ? json["readings"].get<int>()
             : 0;
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
  Result<Release> release = choose_release();
  if (!release) return release.error();
  Result<LiveSet> live = stages_.install(*release);
  if (!live) return {live.error().code, "release " + release->name + ": " + live.error().detail};
  live_ = *std::move(live);
  if (Result<> put = put_committed(live_); !put) return put;
  read_what_a_crash_left();
  log_.info("release.installed",
            {{"release", live_.release}, {"modules", live_.modules.size()}, {"note", start_note_}});
  if (Result<> watching = watch_.start(options_.release); !watching) {
    log_.warn("release.not_watched", {{"error", watching.error().detail}});
  }
  return success();
}

Result<Release> SwapEngine::choose_release() {
  Result<Release> requested = read_release(options_.release);
  Result<std::optional<std::string>> fact = store_.fact("committed");
  if (!fact) return fact.error();
  const std::string committed = member(*fact, "release");
  recall_served(fact->value_or(""));
  if (committed.empty()) return requested;
  if (requested &&
      (requested->name == committed || digest_of(*requested) == member(*fact, "digest"))) {
    return requested;
  }
  if (!requested) {
    // The link dangles or its manifest is damaged; what ran last is still a whole release.
    Result<Release> last = read_release(options_.releases() / committed);
    if (!last) return requested;
    start_note_ = "started on the committed release: " + requested.error().detail;
    log_.warn("release.committed_instead", {{"release", committed}, {"reason", start_note_}});
    return last;
  }
  return committed_instead(*requested, committed);
}

Result<Release> SwapEngine::committed_instead(const Release& requested,
                                              const std::string& committed) {
  Result<Release> last = read_release(options_.releases() / committed);
  if (!last && last.error().code == Errc::not_found) {
    start_note_ = "the committed release " + committed + " is no longer there";
    log_.warn("release.committed_missing",
              {{"committed", committed}, {"starting", requested.name}});
    return requested;
  }
  if (!last) return last;
  Result<std::optional<std::string>> attempted = store_.fact("attempted");
  if (!attempted) return attempted.error();
  const std::string outcome = member(*attempted, "outcome");
  const bool same = member(*attempted, "digest") == digest_of(requested);
  const bool died = outcome == "probation" || outcome == "reading";
  if (same && (died || outcome == "rolled_back" || outcome == "refused")) {
    start_note_ = requested.name +
                  (died ? " was on probation when the host last ended"
                        : " was " + std::string(outcome == "refused" ? "refused" : "rolled back")) +
                  ": started on the committed " + committed +
                  "; flip the link again, or ask for a swap, to try it once more";
  } else {
    const std::string without = leave_out(*last, requested);
    start_note_ =
        "started on the committed " + committed + without + ", then swaps to " + requested.name;
    enqueue({"", "start", false, false, {}});
  }
  log_.warn("release.committed_instead",
            {{"release", committed}, {"requested", requested.name}, {"reason", start_note_}});
  return last;
}

// A release on probation when the host died has stored what only it can read. A start that dies
// over it may have been killed from outside, so the next one begins again; a release that takes
// every one of them down is left alone at last.
void SwapEngine::read_what_a_crash_left() {
  Result<std::optional<std::string>> attempted = store_.fact("attempted");
  if (!attempted) return say_not_read("a release on probation", attempted.error());
  const std::string outcome = member(*attempted, "outcome");
  if (outcome != "probation" && outcome != "reading") return;
  const std::string name = member(*attempted, "release");
  const std::string digest = member(*attempted, "digest");
  const Result<Release> release = read_release(options_.releases() / name);
  if (!release || digest_of(*release) != digest || digest == digest_of(live_)) return;
  Result<> read = Error{Errc::aborted, "each start that tried to read it died"};
  if (const int before = readings(*attempted); before < kReadingsMax) {
    if (Result<> put = put_attempted(name, digest, "reading", before + 1); !put) {
      return say_not_read(name, put.error());
    }
    read = stages_.read_with(*release, live_);
  }
  if (!read) say_not_read(name, read.error());
  if (Result<> put = put_attempted(name, digest, "rolled_back"); !put) {
    log_.warn("release.attempt_not_noted", {{"error", put.error().detail}});
  }
}

void SwapEngine::say_not_read(const std::string& release, const Error& error) {
  start_note_ +=
      "; what only " + release +
      " can read of what it stored is kept, but cannot be read before a release serves " +
      "that does: " + error.detail;
  log_.error("release.not_read", {{"release", release}, {"error", error.detail}});
}

void SwapEngine::recall_served(const std::string& fact) {
  const Json json = Json::parse(fact, nullptr, false);
  const auto served = json.is_object() ? json.find("served") : json.end();
  if (!json.is_object() || served == json.end() || !served->is_array()) return;
  for (const Json& one : *served) {
    const std::optional<std::string> text = print(one);
    if (one.is_object()) served_.push_back({member(text, "release"), member(text, "digest")});
  }
}

// The newest release that served and runs other code than the live one.
std::string SwapEngine::previous_release() const {
  const std::string digest = digest_of(live_);
  for (const Served& one : served_) {
    if (one.digest != digest) return one.release;
  }
  return {};
}

Result<> SwapEngine::put_committed(const LiveSet& live) {
  const std::string digest = digest_of(live);
  std::vector<Served> served{{live.release, digest}};
  for (const Served& one : served_) {
    if (one.digest != digest && served.size() < kServedKept) served.push_back(one);
  }
  Json list = Json::array();
  for (const Served& one : served) {
    list.push_back({{"release", one.release}, {"digest", one.digest}});
  }
  Result<> put = store_.put_fact(
      "committed", print({{"release", live.release}, {"digest", digest}, {"served", list}}));
  if (!put) return put;
  committed_ = live.release;
  served_ = std::move(served);
  return success();
}

Result<> SwapEngine::put_attempted(const std::string& release,
                                   const std::string& digest,
                                   const char* outcome,
                                   int readings) {
  return store_.put_fact("attempted",
                         print({{"release", release},
                                {"digest", digest},
                                {"outcome", outcome},
                                {"readings", readings}}));
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
       {"committed", committed_},
       {"current", std::filesystem::canonical(options_.release, ignored).filename().string()},
       {"state",
        trial_     ? "probation"
        : running_ ? "swapping"
                   : "steady"},
       {"note", start_note_},
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
    out.push_back({name, module.contract.version, module.generation});
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
  return print({{"releases", list}});
}

}  // namespace serai
