// The loader thread, its queue and its probation; starting and facts are in swap_engine_start.cpp.
#include "swap/swap_engine.hpp"

#include <algorithm>
#include <filesystem>

namespace serai {
namespace {

constexpr std::size_t kHistoryKept = 16;
constexpr char kNotLasting[] = "not lasting: ";
constexpr auto kSettleRetry = std::chrono::seconds(1);

// "releases/current/" is the link, not what it leads to.
SwapOptions without_slash(SwapOptions options) {
  if (!options.release.has_filename()) options.release = options.release.parent_path();
  return options;
}

}  // namespace

SwapEngine::SwapEngine(Parts parts, SwapOptions options)
    : options_(without_slash(std::move(options))),
      control_(parts.control),
      clock_(parts.clock),
      log_(parts.log),
      metrics_(parts.metrics),
      observers_(std::move(parts.observers)),
      closed_(std::make_shared<ClosedCode>()),
      store_(parts.store, parts.facts, inbox_, [this] { return stopping_.load(); }),
      memory_(store_),
      timeline_(parts.clock,
                parts.log,
                [this](const SwapRecord& record) {
                  if (record.dry_run) return;
                  running_ = record;
                  publish();
                  for (SwapObserver* one : observers_) one->on_swap(record);
                }),
      stages_(
          {control_, store_, timeline_, options_, closed_, [this] { return stopping_.load(); }}) {
  control_.watch_progress([this](const SwapProgress& progress) {
    const SwapRecord* record = trial_ ? &trial_->record : running_ ? &*running_ : nullptr;
    if (record == nullptr) return;
    for (SwapObserver* one : observers_) one->on_progress(*record, progress);
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
    if (watch_.take_flip()) enqueue({.trigger = "watch"});
    say_not_watched();
    serving_ ? step() : publish();
  }
  shut_down();
}

void SwapEngine::serve() {
  inbox_.post([this] { serving_ = true; });
}

SwapEngine::Steady::time_point SwapEngine::next_wake() const {
  if (!queue_.empty() && serving_ && !trial_) return Steady::now();
  const auto link = watch_.next_look().value_or(Steady::now() + std::chrono::seconds(60));
  if (trial_) return std::min(link, trial_->next_look);
  return draining_ ? std::min(link, Steady::now() + kSettleRetry) : link;
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
  inbox_.post([this, trigger] { enqueue({.trigger = trigger, .by_hand = false}); });
}

Result<std::string> SwapEngine::swap(const std::string& release) {
  if (!release.empty() && !is_plain_name(release)) {
    return {Errc::invalid_argument, "\"" + release + "\" is not the name of a release"};
  }
  return ask({.release = release, .trigger = "admin"});
}

Result<std::string> SwapEngine::rollback() { return ask({.trigger = "admin", .rollback = true}); }

// ---- One request ------------------------------------------------------------------------------

Result<Release> SwapEngine::find_release(const Request& request) const {
  if (request.release.empty()) return read_release(options_.release);
  if (!request.digest.empty()) return find_whole({request.release, request.digest});
  Result<Release> release = read_release(options_.releases() / request.release);
  if (release || release.error().code != Errc::not_found) return release;
  const ReleaseMemory::Served* served = memory_.find_served(request.release);
  return served != nullptr ? find_whole(*served) : release;
}

void SwapEngine::refuse_unopened(const Error& error, const std::string& to, Request& request) {
  SwapRecord record = timeline_.open(next_swap_id_++, live_.release, to, request.trigger);
  timeline_.begin(record, "verify");
  refuse(std::move(record), error, request);
}

// Nobody asked for it: the link names it still, and a host that looks tries it once only.
bool SwapEngine::stays_untried(const Release& release, Request& request) {
  const ReleaseMemory::Attempt* barred =
      request.by_hand ? nullptr : memory_.find_barred(digest_of(release));
  if (barred == nullptr) return false;
  serving_note_ = release.name + " " + barred->words() + ": serving " + live_.release +
                  "; flip the link again, or ask for a swap, to try it once more";
  log_.warn("release.not_tried",
            {{"release", release.name}, {"trigger", request.trigger}, {"reason", serving_note_}});
  answer(request, Error{Errc::failed_precondition, serving_note_});
  return true;
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
    refuse_unopened(release.error(), to, request);
    return true;
  }
  const std::string digest = digest_of(*release);
  if (digest == digest_of(live_)) {
    const Result<SwapPlan> sound = plan_swap(*release, LiveSet{});
    sound ? note_unchanged(*release, request)
          : refuse_unopened(sound.error(), release->name, request);
    return true;
  }
  if (stays_untried(*release, request)) return true;
  if (!trial_ || end_trial_for(*release)) {
    swap_to(*release, request);
    return true;
  }
  if (digest != digest_of(trial_->former)) return false;
  const std::string reason = release->name + " was asked for again during the probation";
  if (!roll_back(reason, "rolled_back")) return false;
  note_way_back(request, release->name);
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
    request.release = former;
    return note_way_back(request, former);
  }
  const ReleaseMemory::Served* previous = memory_.previous_to(digest_of(live_));
  if (previous == nullptr) {
    return answer(request,
                  Error{Errc::failed_precondition,
                        "nothing to go back to: no other release has served here"});
  }
  // The former code is gone: going back is a swap like any other, by all its stages.
  Request again{.release = previous->release,
                .digest = previous->digest,
                .trigger = "admin",
                .waiting = std::move(request.waiting)};
  handle(again);
}

// The record of the way back is written: whether the link came along is added to it.
void SwapEngine::note_way_back(Request& request, const std::string& former) {
  SwapRecord& record = history_.front();
  record.note = follow_link(request, former);
  publish();
  answer(request, print_record(record));
}

void SwapEngine::note_unchanged(const Release& release, Request& request) {
  SwapRecord record = timeline_.open(next_swap_id_++, live_.release, release.name, request.trigger);
  record.outcome = SwapOutcome::unchanged;
  const bool renamed = !uncommitted_ && release.name != live_.release;
  const bool wanted_for_good = uncommitted_ && request.by_hand;
  if (!trial_ && (renamed || wanted_for_good)) {
    live_.release = release.name;
    commit_unchanged(record);
  }
  log_.debug("swap.unchanged", {{"release", release.name}, {"trigger", request.trigger}});
  if (request.release.empty()) forget_notes();
  record.note += follow_link(request, release.name);
  publish();
  for (SwapObserver* one : observers_) one->on_swap(record);
  answer(request, print_record(record));
}

void SwapEngine::commit_unchanged(SwapRecord& record) {
  if (Result<> put = memory_.commit(live_); !put) {
    record.note = "not lasting: storage cannot note the release: " + put.error().detail + "; ";
    log_.warn("release.not_committed", {{"release", live_.release}, {"error", put.error().detail}});
    return;
  }
  uncommitted_ = false;
  note_attempt("", digest_of(live_), "");
}

void SwapEngine::refuse(SwapRecord record, const Error& error, Request& request) {
  timeline_.end(record, "refused");
  timeline_.conclude(record, SwapOutcome::refused, error.detail);
  metrics_.counter("serai_swaps_total", "Swaps by outcome", {{"outcome", "refused"}}).add();
  remember(std::move(record));
  answer(request, error);
}

// A release asked for by name becomes what the link names, so that the next look at it agrees. What
// kept it from that is the answer; then the release that the link still names is not swapped to
// before somebody asks for it.
std::string SwapEngine::follow_link(const Request& request, const std::string& release) {
  if (request.release.empty()) return {};
  const Result<> led = lead_to(options_.release, options_.releases() / release);
  if (led) {
    if (Result<> put = memory_.forget_left(); !put) log_not_noted(put.error());
    forget_notes();
    return {};
  }
  const Result<Release> named = read_release(options_.release);
  if (named && digest_of(*named) == digest_of(live_)) {
    forget_notes();
    return {};
  }
  std::string note = kNotLasting + led.error().detail + "; this host starts on " + release +
                     " again, but the link ";
  note += named ? "still names " + named->name : "leads to nothing";
  if (named && memory_.find_barred(digest_of(*named)) == nullptr) {
    note_attempt(named->name, digest_of(*named), "left");
  }
  log_.warn("release.link_not_moved", {{"release", release}, {"error", led.error().detail}});
  not_lasting_ = note;
  return note;
}

// What serves is what the link names, or was asked for since.
void SwapEngine::forget_notes() {
  if (!uncommitted_) serving_note_.clear();
  not_lasting_.clear();
  if (unread_ && unread_->digest == digest_of(live_)) unread_.reset();
}

void SwapEngine::say_not_watched() {
  if (watch_.trouble() == told_trouble_) return;
  told_trouble_ = watch_.trouble();
  if (told_trouble_.empty())
    return log_.info("release.watched", {{"path", options_.release.string()}});
  log_.warn("release.not_watched", {{"error", told_trouble_}});
}

void SwapEngine::note_attempt(const std::string& release,
                              const std::string& digest,
                              const char* outcome) {
  if (Result<> put = memory_.note_attempt({release, digest, outcome}); !put) {
    log_not_noted(put.error());
  }
}

void SwapEngine::log_not_noted(const Error& error) {
  log_.warn("release.attempt_not_noted", {{"error", error.detail}});
}

Result<LiveSet> SwapEngine::try_swap(const Release& release, SwapRecord& record) {
  const std::string digest = digest_of(release);
  Result<SwapStages::Prepared> prepared =
      stages_.prepare(release, live_, memory_.served_before(digest), record);
  if (!prepared) return prepared.error();
  // Written first: if this release takes the process down, the next start knows which it was.
  if (Result<> put = memory_.note_attempt({release.name, digest, "probation"}); !put) {
    return {put.error().code, "storage cannot note the attempt: " + put.error().detail};
  }
  return stages_.commit(*std::move(prepared), live_, record);
}

void SwapEngine::swap_to(const Release& release, Request& request) {
  SwapRecord record = timeline_.open(next_swap_id_++, live_.release, release.name, request.trigger);
  const std::vector<GenerationFigures> before = control_.figures();
  Result<LiveSet> next = try_swap(release, record);
  if (!next) {
    note_refusal(release, record.stages.back().name, next.error());
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
  forget_notes();
  record.note = follow_link(request, release.name);
  timeline_.conclude(record, SwapOutcome::probation, "");
  trial.record = std::move(record);
  trial_ = std::move(trial);
  answer(request, print_record(trial_->record));
}

// What was judged by its files alone is judged anew each time; once its code has run and failed,
// only who asks for it has it run again. A store that does not answer is no fault of the release.
void SwapEngine::note_refusal(const Release& release,
                              const std::string& stage,
                              const Error& error) {
  const bool is_noted = stage == "load" || stage == "commit";
  const bool at_fault = error.code != Errc::unavailable;
  if (!is_noted && (stage != "rehearse" || !at_fault)) return;
  note_attempt(release.name, digest_of(release), at_fault ? "refused" : "interrupted");
}

// ---- Probation --------------------------------------------------------------------------------

void SwapEngine::look_at_trial() {
  const auto now = Steady::now();
  if (now < trial_->next_look) return;
  trial_->next_look = std::min(now + options_.probation_sample, std::max(now, trial_->ends));
  const std::vector<GenerationFigures> figures = control_.figures();
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(trial_->ends - now);
  for (SwapObserver* one : observers_)
    one->on_probation(trial_->record, figures, std::max(left, std::chrono::milliseconds(0)));
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

// Who builds anew has seen enough of the build before: that one settles, unless it cannot.
bool SwapEngine::end_trial_for(const Release& next) {
  if (!options_.development || !is_build(next.name) || trial_->way_back_failed) return false;
  if (Result<> rest = move_canary_rest(); !rest) return false;
  timeline_.end(trial_->record, "a newer build came");
  settle();
  return !trial_;
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
  note_attempt(trial.record.to, digest, outcome);
  if (const std::string back = digest_of(live_); memory_.find_barred(back) != nullptr) {
    note_attempt("", back, "");
  }
  timeline_.conclude(trial.record, SwapOutcome::rolled_back, reason);
  metrics_.counter("serai_swaps_total", "Swaps by outcome", {{"outcome", "rolled_back"}}).add();
  forget_notes();
  remember(std::move(trial.record));
  trial_.reset();
  forget_copies();
  return true;
}

void SwapEngine::settle() {
  Trial& trial = *trial_;
  if (Result<> put = memory_.commit(live_); !put) {
    log_.warn("release.not_committed", {{"release", live_.release}, {"error", put.error().detail}});
    trial.next_look = Steady::now() + kSettleRetry;
    return;
  }
  uncommitted_ = false;
  note_attempt("", digest_of(live_), "");
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
  forget_copies();
}

void SwapEngine::remember(SwapRecord record) {
  running_.reset();
  history_.push_front(std::move(record));
  if (history_.size() > kHistoryKept) history_.pop_back();
  publish();
}

}  // namespace serai
