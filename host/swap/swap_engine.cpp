#include "swap/swap_engine.hpp"

#include <algorithm>
#include <filesystem>
#include <future>

#include "base/host_thread.hpp"
#include "release/contract_export.hpp"
#include "swap/dry_run.hpp"
#include "swap/first_release.hpp"

namespace serai::swap {
namespace {

constexpr auto kFlipCheckEvery = std::chrono::seconds(60);
constexpr auto kDrainedCheckEvery = std::chrono::seconds(1);

// Removes a slash at the end of the path: "releases/current/" would mean the target of the link.
SwapOptions without_slash(SwapOptions options) {
  if (!options.release.has_filename()) options.release = options.release.parent_path();
  return options;
}

// Returns the name of the release to which the link leads now.
std::string named_by(const std::filesystem::path& link) {
  std::error_code ignored;
  return std::filesystem::canonical(link, ignored).filename().string();
}

Result<> check_name(const std::string& release) {
  if (release.empty() || release::is_plain_name(release)) return success();
  return {Errc::invalid_argument, "\"" + release + "\" is not the name of a release"};
}

}  // namespace

SwapEngine::SwapEngine(Parts parts, SwapOptions options)
    : options_(without_slash(std::move(options))),
      control_(parts.control),
      clock_(parts.clock),
      log_(parts.log),
      closed_(std::make_shared<ClosedCode>(parts.log, parts.metrics)),
      store_(parts.store, parts.facts, parts.clock, inbox_, [this] { return stopping_.load(); }),
      serving_(store_, options_, parts.log),
      journal_({parts.clock,
                parts.log,
                parts.metrics,
                std::move(parts.observers),
                [this] { publish(); }}),
      stages_({parts.control,
               store_,
               options_,
               closed_,
               [this] { return stopping_.load(); },
               parts.log,
               std::move(parts.check_settings)}),
      machine_({parts.control,
                stages_,
                serving_,
                journal_,
                parts.clock,
                parts.log,
                parts.metrics,
                options_}) {
  control_.watch_progress([this](const SwapProgress& progress) {
    if (const Swap* swap = machine_.swap()) journal_.report_progress(swap->report, progress);
  });
}

SwapEngine::~SwapEngine() {
  stop();
  closed_->silence();
}

// ---- The loader thread ------------------------------------------------------------------------

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
  // Watch before reading the link, so that no flip in between is missed.
  watch_.start(options_.release);
  report_not_watched();
  FirstRelease first(stages_, serving_, options_, log_);
  if (Result<> installed = first.install(); !installed) return installed;
  if (first.swaps_next()) requests_.add({.trigger = "start", .by_hand = false});
  machine_.forget_copies();
  const release::LiveSet& live = serving_.live();
  log_.info(
      "release.installed",
      {{"release", live.release}, {"modules", live.modules.size()}, {"note", serving_.note()}});
  return success();
}

void SwapEngine::serve() {
  inbox_.post([this] { may_swap_ = true; });
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
    if (watch_.take_flip()) requests_.add({.trigger = "watch"});
    report_not_watched();
    if (may_swap_) step();
    publish();
  }
  shut_down();
}

SwapEngine::Steady::time_point SwapEngine::next_wake() const {
  const auto now = Steady::now();
  if (!requests_.empty() && may_swap_ && !machine_.is_on_probation()) return now;
  Steady::time_point wake = watch_.next_check().value_or(now + kFlipCheckEvery);
  if (machine_.is_on_probation()) {
    const std::int64_t left_us = machine_.next_check_us() - clock_.steady_us();
    wake = std::min(wake, now + std::chrono::microseconds(std::max<std::int64_t>(0, left_us)));
  }
  return stages_.is_draining() ? std::min(wake, now + kDrainedCheckEvery) : wake;
}

void SwapEngine::step() {
  while (!stopping_ && !requests_.empty()) {
    SwapRequest request = requests_.take_first();
    if (!handle(request)) {
      requests_.put_back(std::move(request));
      break;
    }
  }
  if (!stopping_) machine_.check_probation();
  if (stages_.is_draining()) stages_.retire_drained();
}

void SwapEngine::shut_down() {
  inbox_.run_ready();
  requests_.answer_all({Errc::unavailable, "the host is stopping"});
  if (machine_.is_on_probation()) {
    const bool back =
        machine_.roll_back("the host stopped during the probation", AttemptOutcome::interrupted);
    // The entities stay with the new version. Commit it, so that the next start can read them.
    if (!back) machine_.settle_now("the host stopped", Stage::committed);
  }
  publish();
}

Result<std::string> SwapEngine::ask(SwapRequest request) {
  request.waiting.emplace_back();
  std::future<Result<std::string>> answer = request.waiting.back().get_future();
  if (stopping_ || !thread_.joinable()) {
    return {Errc::unavailable, "the host is stopping, or has not started"};
  }
  inbox_.post(
      [this, request = std::move(request)]() mutable { requests_.add(std::move(request)); });
  try {
    return answer.get();
  } catch (const std::future_error&) {
    return {Errc::unavailable, "the host is stopping"};  // the queue was destroyed unanswered
  }
}

void SwapEngine::request_reload(const std::string& trigger) {
  inbox_.post([this, trigger] { requests_.add({.trigger = trigger, .by_hand = false}); });
}

Result<std::string> SwapEngine::swap(const std::string& release) {
  if (Result<> plain = check_name(release); !plain) return plain.error();
  return ask({.release = release, .trigger = "admin"});
}

Result<std::string> SwapEngine::rollback() { return ask({.trigger = "admin", .rollback = true}); }

Result<std::string> SwapEngine::dry_run(const std::string& release) {
  if (Result<> plain = check_name(release); !plain) return plain.error();
  return ask({.release = release, .trigger = "admin", .dry_run = true});
}

// ---- One request ------------------------------------------------------------------------------

bool SwapEngine::handle(SwapRequest& request) {
  if (request.rollback || request.dry_run) {
    request.rollback ? handle_rollback(request) : handle_dry_run(request);
    return true;
  }
  const Result<release::Release> release = find_release(request);
  if (!release) {
    const std::string link = options_.release.filename().string();
    refuse_unopened(release.error(), request.release.empty() ? link : request.release, request);
    return true;
  }
  if (digest_of(*release) == digest_of(serving_.live())) {
    const Result<release::SwapPlan> sound = plan_swap(*release, release::LiveSet{});
    sound ? handle_unchanged(*release, request)
          : refuse_unopened(sound.error(), release->name, request);
    return true;
  }
  if (stays_untried(*release, request)) return true;
  if (machine_.is_on_probation() && !end_probation_for(*release)) {
    return goes_back(*release, request);
  }
  SwapReport report = journal_.open(serving_.live().release, release->name, request.trigger);
  const Result<> begun = machine_.begin(make_swap(*release, request, std::move(report)));
  request.answer(begun ? Result<std::string>(print_report(machine_.swap()->report))
                       : Result<std::string>(begun.error()));
  return true;
}

Swap SwapEngine::make_swap(const release::Release& release,
                           const SwapRequest& request,
                           SwapReport report) const {
  Swap swap;
  swap.report = std::move(report);
  swap.release = release;
  swap.returning = serving_.memory().served_before(digest_of(release));
  swap.by_name = !request.release.empty();
  return swap;
}

Result<release::Release> SwapEngine::find_release(const SwapRequest& request) const {
  const ReleaseMemory& memory = serving_.memory();
  if (request.release.empty()) return release::read_release(options_.release);
  if (!request.digest.empty()) {
    return find_whole({request.release, request.digest}, options_, stages_.saved_releases());
  }
  Result<release::Release> release = release::read_release(options_.releases() / request.release);
  if (release || release.error().code != Errc::not_found) return release;
  const ReleaseMemory::Served* served = memory.find_served(request.release);
  return served != nullptr ? find_whole(*served, options_, stages_.saved_releases()) : release;
}

void SwapEngine::refuse_unopened(const Error& error, const std::string& to, SwapRequest& request) {
  SwapReport report = journal_.open(serving_.live().release, to, request.trigger);
  journal_.begin(report, Stage::verify);
  journal_.end(report, "refused");
  journal_.conclude(report, SwapOutcome::refused, error.detail);
  journal_.keep(std::move(report));
  request.answer(error);
}

// Refuses a release that was tried before when nobody has asked for it, because the host tries a
// release only once by itself. True: the request is answered.
bool SwapEngine::stays_untried(const release::Release& release, SwapRequest& request) {
  const ReleaseMemory::Attempt* barred =
      request.by_hand ? nullptr : serving_.memory().find_barred(digest_of(release));
  if (barred == nullptr) return false;
  const std::string note = release.name + " " + barred->text() + ": serving " +
                           serving_.live().release +
                           "; flip the link again, or ask for a swap, to try it once more";
  serving_.set_note(note);
  log_.warn("release.not_tried",
            {{"release", release.name}, {"trigger", request.trigger}, {"reason", note}});
  request.answer(Error{Errc::failed_precondition, note});
  return true;
}

// Ends the probation of a build when a newer build comes, so that a developer need not wait. True:
// the probation has ended.
bool SwapEngine::end_probation_for(const release::Release& next) {
  const bool is_due = options_.development && release::is_build(next.name);
  if (!is_due || machine_.swap()->way_back_failed) return false;
  return machine_.settle_now("a newer build came", Stage::rest);
}

// During a probation, a request for the former release is a rollback. False: the request is for
// another release, or the rollback failed. It has to wait for the end of the probation.
bool SwapEngine::goes_back(const release::Release& release, SwapRequest& request) {
  if (digest_of(release) != digest_of(machine_.swap()->former)) return false;
  const std::string reason = release.name + " was asked for again during the probation";
  if (!machine_.roll_back(reason, AttemptOutcome::rolled_back)) return false;
  const bool by_name = !request.release.empty();
  answer_way_back(request, by_name ? serving_.move_link(release.name) : "");
  return true;
}

void SwapEngine::handle_rollback(SwapRequest& request) {
  if (machine_.is_on_probation()) {
    const std::string former = machine_.swap()->former.release;
    if (!machine_.roll_back("asked for by an operator", AttemptOutcome::rolled_back)) {
      const Swap& swap = *machine_.swap();
      const std::string why =
          swap.release.irreversible ? swap.report.to + " is irreversible" : swap.report.reason;
      return request.answer(Error{Errc::failed_precondition, "the way back failed: " + why});
    }
    return answer_way_back(request, serving_.move_link(former));
  }
  const ReleaseMemory::Served* previous = serving_.memory().previous_to(digest_of(serving_.live()));
  if (previous == nullptr) {
    return request.answer(Error{Errc::failed_precondition,
                                "nothing to go back to: no other release has served here"});
  }
  // The former code is unmapped, so going back is an ordinary swap through all stages.
  SwapRequest again{.release = previous->release,
                    .digest = previous->digest,
                    .trigger = "admin",
                    .waiting = std::move(request.waiting)};
  handle(again);
}

// Answers a request with the report of the rollback. `note` is the reason why the link could not be
// moved, or empty.
void SwapEngine::answer_way_back(SwapRequest& request, const std::string& note) {
  SwapReport& report = journal_.newest();
  report.note = note;
  publish();
  request.answer(print_report(report));
}

void SwapEngine::handle_unchanged(const release::Release& release, SwapRequest& request) {
  release::LiveSet& live = serving_.live();
  SwapReport report = journal_.open(live.release, release.name, request.trigger);
  report.outcome = SwapOutcome::unchanged;
  const bool renamed = !serving_.is_uncommitted() && release.name != live.release;
  const bool wanted_for_good = serving_.is_uncommitted() && request.by_hand;
  if (!machine_.is_on_probation() && (renamed || wanted_for_good)) {
    live.release = release.name;
    if (Result<> put = serving_.commit(); put) {
      serving_.forget_attempt(digest_of(live));
    } else {
      report.note = "not lasting: storage cannot note the release: " + put.error().detail + "; ";
    }
  }
  if (request.release.empty()) {
    serving_.forget_notes();
  } else {
    report.note += serving_.move_link(release.name);
  }
  journal_.conclude_unchanged(report);
  request.answer(print_report(report));
}

// Runs the stages before LOAD. The link, the facts, the history and the running modules stay as
// they are.
void SwapEngine::handle_dry_run(SwapRequest& request) {
  if (machine_.is_on_probation()) {
    return request.answer(
        Error{Errc::failed_precondition,
              machine_.swap()->report.to + " is on probation: ask again when it has settled"});
  }
  const Result<release::Release> release = find_release(request);
  const std::string to = release ? release->name : request.release;
  SwapReport report = journal_.open_dry_run(serving_.live().release, to, request.trigger);
  Result<> passed = release ? success() : Result<>(release.error());
  release::SwapPlan plan;
  if (passed && digest_of(*release) == digest_of(serving_.live())) {
    const Result<release::SwapPlan> sound = plan_swap(*release, release::LiveSet{});
    if (!sound) passed = sound.error();
    report.outcome = SwapOutcome::unchanged;
  } else if (passed) {
    passed = machine_.begin(make_swap(*release, request, std::move(report)));
    Swap tried = machine_.take_dry_run();
    report = std::move(tried.report);
    plan = std::move(tried.plan);
  }
  if (!passed) journal_.conclude(report, SwapOutcome::refused, passed.error().detail);
  const DryRun dry_run =
      describe_dry_run(std::move(report), passed ? &plan : nullptr, serving_.live());
  request.answer(print_dry_run(dry_run));
  log_.info("swap.dry_run_ended",
            {{"to", to},
             {"verdict", verdict_text(dry_run.report.outcome)},
             {"reason", dry_run.report.reason}});
}

// ---- Status -----------------------------------------------------------------------------------

void SwapEngine::report_not_watched() {
  if (watch_.trouble() == trouble_) return;
  trouble_ = watch_.trouble();
  if (trouble_.empty()) return log_.info("release.watched", {{"path", options_.release.string()}});
  log_.warn("release.not_watched", {{"error", trouble_}});
}

void SwapEngine::publish() {
  const Swap* swap = machine_.swap();
  const bool is_shown = swap != nullptr && !swap->report.dry_run;
  view_.show({.live = serving_.live(),
              .committed = serving_.memory().committed().release,
              .current = named_by(options_.release),
              .note = serving_.note(),
              .not_lasting = serving_.not_lasting(),
              .watched = watch_.folders(),
              .not_watched = watch_.trouble(),
              .swap = is_shown ? &swap->report : nullptr,
              .queued = requests_.names(options_.release.filename().string()),
              .history = journal_.reports(),
              .still_mapped = closed_->still_mapped(),
              .last_crash = options_.last_crash});
}

std::string SwapEngine::status() const { return view_.text(); }

std::vector<RunningModule> SwapEngine::modules() const {
  std::vector<RunningModule> out;
  for (const auto& [name, module] : view_.live().modules) {
    out.push_back({name, module.contract.version, module.generation, module.contract.settings});
  }
  return out;
}

std::string SwapEngine::release() const { return view_.release(); }

Result<std::string> SwapEngine::contracts(const std::string& release) {
  if (Result<> plain = check_name(release); !plain) return plain.error();
  if (release.empty()) {
    const release::LiveSet live = view_.live();
    Result<release::ContractFiles> files = export_contracts(live);
    return files ? Result<std::string>(print_contracts(live.release, *files)) : files.error();
  }
  Result<release::ContractFiles> files = release::export_contracts(options_.releases() / release);
  return files ? Result<std::string>(print_contracts(release, *files)) : files.error();
}

std::string SwapEngine::releases() const {
  const std::filesystem::path folder = options_.releases();
  return print_releases(
      {folder.string(), release::list_releases(folder), release(), named_by(options_.release)});
}

}  // namespace serai::swap
