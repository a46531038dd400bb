// The loader thread, its queue and its probation; starting and facts are in swap_engine_start.cpp.
#include "modules/swap_engine.hpp"

#include <algorithm>
#include <filesystem>

namespace serai {
namespace {

constexpr std::size_t kHistoryKept = 16;
constexpr auto kSettleRetry = std::chrono::seconds(1);

}  // namespace

SwapEngine::SwapEngine(Parts parts, SwapOptions options)
    : options_(std::move(options)),
      control_(parts.control),
      clock_(parts.clock),
      log_(parts.log),
      metrics_(parts.metrics),
      observer_(parts.observer),
      closed_(std::make_shared<ClosedCode>()),
      store_(parts.store, inbox_, [this] { return stopping_.load(); }),
      timeline_(parts.clock,
                parts.log,
                [this](const SwapRecord& record) {
                  if (record.dry_run) return;
                  running_ = record;
                  publish();
                  if (observer_ != nullptr) observer_->on_swap(record);
                }),
      stages_(
          {control_, store_, timeline_, options_, closed_, [this] { return stopping_.load(); }}) {
  control_.watch_progress([this](const SwapProgress& progress) {
    const SwapRecord* record = trial_ ? &trial_->record : running_ ? &*running_ : nullptr;
    if (observer_ != nullptr && record != nullptr) observer_->on_progress(*record, progress);
  });
  closed_->log = log_;
  closed_->metrics = &metrics_;
}

SwapEngine::~SwapEngine() {
  stop();
  closed_->log = Log();
  closed_->metrics = nullptr;
}

void SwapEngine::stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  inbox_.post([] {});
  thread_.join();
}

void SwapEngine::run() {
  while (!stopping_) {
    inbox_.wait(next_wake(), watch_.fd());
    inbox_.run_ready();
    if (watch_.take_flip()) enqueue({"", "watch", false, false, {}});
    serving_ ? step() : publish();
  }
  shut_down();
}

void SwapEngine::serve() {
  inbox_.post([this] { serving_ = true; });
}

SwapEngine::Steady::time_point SwapEngine::next_wake() const {
  if (trial_) return trial_->next_look;
  if (!queue_.empty() && serving_) return Steady::now();
  return Steady::now() + (draining_ ? kSettleRetry : std::chrono::seconds(60));
}

void SwapEngine::step() {
  while (!stopping_ && !queue_.empty()) {
    Request request = std::move(queue_.front());
    queue_.pop_front();
    if (!handle(request)) {
      queue_.push_front(std::move(request));
      break;
    }
  }
  if (trial_ && !stopping_) look_at_trial();
  if (draining_) draining_ = !stages_.retire_drained();
  publish();
}

// Requests for the same thing become one: it is looked up when its turn comes.
void SwapEngine::enqueue(Request request) {
  for (Request& queued : queue_) {
    const bool same = queued.release == request.release && queued.rollback == request.rollback &&
                      queued.dry_run == request.dry_run;
    if (!same) continue;
    std::move(request.waiting.begin(), request.waiting.end(), std::back_inserter(queued.waiting));
    return;
  }
  // A rollback does not wait behind swaps that wait for the probation's end.
  if (request.rollback) return queue_.push_front(std::move(request));
  queue_.push_back(std::move(request));
}

void SwapEngine::answer(Request& request, const Result<std::string>& result) {
  for (Waiter& waiter : request.waiting) waiter.set_value(result);
  request.waiting.clear();
}

void SwapEngine::shut_down() {
  inbox_.run_ready();
  const Error stopping{Errc::unavailable, "the host is stopping"};
  for (Request& request : queue_) answer(request, stopping);
  queue_.clear();
  if (trial_) {
    const bool back = roll_back("the host stopped during the probation", "interrupted");
    if (!back) settle();  // the next start must read what this version stores
  }
  publish();
}

Result<std::string> SwapEngine::ask(Request request) {
  request.waiting.emplace_back();
  std::future<Result<std::string>> answer = request.waiting.back().get_future();
  if (stopping_ || !thread_.joinable()) {
    return {Errc::unavailable, "the host is stopping, or has not started"};
  }
  inbox_.post([this, request = std::move(request)]() mutable { enqueue(std::move(request)); });
  try {
    return answer.get();
  } catch (const std::future_error&) {
    return {Errc::unavailable, "the host is stopping"};  // the request died with the queue
  }
}

void SwapEngine::request_reload(const std::string& trigger) {
  inbox_.post([this, trigger] { enqueue({"", trigger, false, false, {}}); });
}

Result<std::string> SwapEngine::swap(const std::string& release) {
  if (!release.empty() && !is_plain_name(release)) {
    return {Errc::invalid_argument, "\"" + release + "\" is not the name of a release"};
  }
  return ask({release, "admin", false, false, {}});
}

Result<std::string> SwapEngine::rollback() { return ask({"", "admin", true, false, {}}); }

// ---- One request ------------------------------------------------------------------------------

Result<Release> SwapEngine::find_release(const Request& request) const {
  if (request.release.empty()) return read_release(options_.release);
  return read_release(options_.releases() / request.release);
}

bool SwapEngine::handle(Request& request) {
  if (request.rollback || request.dry_run) {
    request.rollback ? handle_rollback(request) : handle_dry_run(request);
    return true;
  }
  Result<Release> release = find_release(request);
  if (!release) {
    const std::string to =
        request.release.empty() ? options_.release.filename().string() : request.release;
    SwapRecord record = timeline_.open(next_swap_id_++, live_.release, to, request.trigger);
    timeline_.begin(record, "verify");
    refuse(std::move(record), release.error(), request);
    return true;
  }
  const std::string digest = digest_of(*release);
  if (digest == digest_of(live_)) {
    note_unchanged(*release, request);
    return true;
  }
  if (!trial_) {
    swap_to(*release, request);
    return true;
  }
  if (digest != digest_of(trial_->former)) return false;
  const std::string reason = release->name + " was asked for again during the probation";
  if (!roll_back(reason, "rolled_back")) return false;
  follow_link(request, release->name);
  answer(request, print_record(history_.front()));
  return true;
}

void SwapEngine::handle_rollback(Request& request) {
  if (trial_) {
    const std::string former = trial_->former.release;
    if (!roll_back("asked for by an operator", "rolled_back")) {
      const std::string why =
          trial_->irreversible ? trial_->record.to + " is irreversible" : trial_->record.reason;
      answer(request, Error{Errc::failed_precondition, "the way back failed: " + why});
      return;
    }
    follow_link({former, "admin", true, false, {}}, former);
    return answer(request, print_record(history_.front()));
  }
  const std::string previous = previous_release();
  if (previous.empty()) {
    return answer(request,
                  Error{Errc::failed_precondition,
                        "nothing to go back to: no other release has served here"});
  }
  // The former code is gone: going back is a swap like any other, by all its stages.
  Request again{previous, "admin", false, false, std::move(request.waiting)};
  handle(again);
}

void SwapEngine::note_unchanged(const Release& release, Request& request) {
  SwapRecord record = timeline_.open(next_swap_id_++, live_.release, release.name, request.trigger);
  record.outcome = SwapOutcome::unchanged;
  if (!trial_ && release.name != live_.release) {
    live_.release = release.name;
    if (Result<> put = put_committed(live_); !put) {
      log_.warn("release.not_committed",
                {{"release", release.name}, {"error", put.error().detail}});
    }
  }
  log_.debug("swap.unchanged", {{"release", release.name}, {"trigger", request.trigger}});
  follow_link(request, release.name);
  answer(request, print_record(record));
}

void SwapEngine::refuse(SwapRecord record, const Error& error, Request& request) {
  timeline_.end(record, "refused");
  timeline_.conclude(record, SwapOutcome::refused, error.detail);
  metrics_.counter("serai_swaps_total", "Swaps by outcome", {{"outcome", "refused"}}).add();
  remember(std::move(record));
  answer(request, error);
}

// A release asked for by name becomes what the link names, so that the next look at it agrees.
void SwapEngine::follow_link(const Request& request, const std::string& release) {
  std::error_code ignored;
  if (request.release.empty() || !std::filesystem::is_symlink(options_.release, ignored)) return;
  if (std::filesystem::read_symlink(options_.release, ignored) == release) return;
  if (Result<> flipped = flip_link(options_.release, release); !flipped) {
    log_.warn("release.link_not_moved", {{"error", flipped.error().detail}});
  }
}

bool SwapEngine::served_before(const std::string& digest) const {
  return std::any_of(
      served_.begin(), served_.end(), [&](const Served& one) { return one.digest == digest; });
}

Result<LiveSet> SwapEngine::try_swap(const Release& release, SwapRecord& record) {
  const std::string digest = digest_of(release);
  Result<SwapStages::Prepared> prepared =
      stages_.prepare(release, live_, served_before(digest), record);
  if (!prepared) return prepared.error();
  // Written first: if this release takes the process down, the next start knows which it was.
  if (Result<> put = put_attempted(release.name, digest, "probation"); !put) {
    return {put.error().code, "storage cannot note the attempt: " + put.error().detail};
  }
  return stages_.commit(*std::move(prepared), live_, record);
}

void SwapEngine::swap_to(const Release& release, Request& request) {
  SwapRecord record = timeline_.open(next_swap_id_++, live_.release, release.name, request.trigger);
  const std::vector<GenerationFigures> before = control_.figures();
  Result<LiveSet> next = try_swap(release, record);
  if (!next) {
    if (record.stages.back().name == "load" || record.stages.back().name == "commit") {
      static_cast<void>(put_attempted(release.name, digest_of(release), "refused"));
    }
    return refuse(std::move(record), next.error(), request);
  }
  metrics_.histogram("serai_swap_commit_seconds", "Commit stage of swaps")
      .observe(static_cast<double>(record.report.took_us) / 1e6);
  Trial trial;
  for (const SwappedModule& module : record.modules) trial.generations.push_back(module.generation);
  trial.former = std::exchange(live_, *std::move(next));
  trial.before = before;
  trial.next_look = Steady::now();
  trial.ends =
      trial.next_look + (release.irreversible ? std::chrono::milliseconds(0) : options_.probation);
  trial.irreversible = release.irreversible;
  trial.rest_waits =
      std::any_of(release.modules.begin(), release.modules.end(), [](const ReleaseModule& module) {
        return module.policy.kind == MovePolicy::Kind::canary;
      });
  timeline_.begin(record, "probation");
  timeline_.conclude(record, SwapOutcome::probation, "");
  trial.record = std::move(record);
  trial_ = std::move(trial);
  follow_link(request, release.name);
  answer(request, print_record(trial_->record));
}

// ---- Probation --------------------------------------------------------------------------------

void SwapEngine::look_at_trial() {
  const auto now = Steady::now();
  if (now < trial_->next_look) return;
  trial_->next_look = std::min(now + options_.probation_sample, std::max(now, trial_->ends));
  const std::vector<GenerationFigures> figures = control_.figures();
  if (observer_ != nullptr) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(trial_->ends - now);
    observer_->on_probation(trial_->record, figures, std::max(left, std::chrono::milliseconds(0)));
  }
  // Each try moves everybody: after one that failed, only the last look tries again by itself.
  if (!trial_->way_back_failed || now >= trial_->ends) {
    const std::string worse =
        judge_probation(trial_->before, figures, trial_->generations, options_.limits);
    if (!worse.empty() && roll_back(worse, "rolled_back")) return;
  }
  if (now < trial_->ends) return;
  timeline_.end(trial_->record, "nothing worse than before");
  if (Result<> rest = move_canary_rest(); !rest) {
    const std::string reason = "the rest could not follow: " + rest.error().detail;
    if (!trial_->way_back_failed && roll_back(reason, "rolled_back")) return;
    trial_->next_look = Steady::now() + kSettleRetry;
    return;
  }
  settle();
}

Result<> SwapEngine::move_canary_rest() {
  if (!trial_->rest_waits) return success();
  const Result<> moved = stages_.move_rest(trial_->record);
  trial_->rest_waits = !moved;
  return moved;
}

bool SwapEngine::roll_back(const std::string& reason, const char* outcome) {
  Trial& trial = *trial_;
  if (trial.irreversible) return false;
  const std::string digest = digest_of(live_);
  timeline_.end(trial.record, reason);
  if (Result<> back = stages_.go_back(trial.record); !back) {
    trial.way_back_failed = true;  // the new version serves on, and settles when its time comes
    trial.record.reason = "could not go back (" + reason + "): " + back.error().detail;
    log_.error("swap.rollback_failed", {{"to", trial.record.to}, {"reason", trial.record.reason}});
    return false;
  }
  live_ = std::move(trial.former);
  if (Result<> put = put_attempted(trial.record.to, digest, outcome); !put) {
    log_.warn("release.attempt_not_noted", {{"error", put.error().detail}});
  }
  timeline_.conclude(trial.record, SwapOutcome::rolled_back, reason);
  metrics_.counter("serai_swaps_total", "Swaps by outcome", {{"outcome", "rolled_back"}}).add();
  remember(std::move(trial.record));
  trial_.reset();
  return true;
}

void SwapEngine::settle() {
  Trial& trial = *trial_;
  if (Result<> put = put_committed(live_); !put) {
    log_.warn("release.not_committed", {{"release", live_.release}, {"error", put.error().detail}});
    trial.next_look = Steady::now() + kSettleRetry;
    return;
  }
  if (Result<> put = put_attempted("", "", "settled"); !put) {
    log_.warn("release.attempt_not_noted", {{"error", put.error().detail}});
  }
  timeline_.begin(trial.record, "settle");
  const std::size_t stayed = closed_->still_mapped_after_close.size();
  stages_.retire();
  draining_ = !stages_.retire_drained();
  std::string detail =
      draining_ ? "former code serves what it has open" : "former code is unmapped";
  if (closed_->still_mapped_after_close.size() > stayed) {
    detail = "former code stays mapped: " + closed_->still_mapped_after_close.back();
  }
  timeline_.end(trial.record, detail);
  timeline_.conclude(trial.record, SwapOutcome::settled, trial.record.reason);
  metrics_.counter("serai_swaps_total", "Swaps by outcome", {{"outcome", "settled"}}).add();
  remember(std::move(trial.record));
  trial_.reset();
}

void SwapEngine::remember(SwapRecord record) {
  running_.reset();
  history_.push_front(std::move(record));
  if (history_.size() > kHistoryKept) history_.pop_back();
  publish();
}

}  // namespace serai
