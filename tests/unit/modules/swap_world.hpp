// SwapWorld: an engine on a fake runtime, with releases in a folder, a clock that the test moves
// and an observer.
#pragma once

#include <catch2/catch.hpp>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/wait_for.hpp"
#include "swap/swap_engine.hpp"
#include "unit/modules/fake_runtime.hpp"
#include "unit/modules/fixtures.hpp"

namespace serai::testing {

// Stores the engine's reports, and lets a test wait for them.
class Watcher final : public swap::SwapObserver {
 public:
  void on_swap(const swap::SwapReport& report) override {
    const std::lock_guard lock(mutex_);
    reports_.push_back(report);
    changed_.notify_all();
  }

  void on_probation(const swap::SwapReport& /*report*/,
                    const std::vector<GenerationFigures>& /*figures*/,
                    std::chrono::milliseconds /*left*/) override {
    if (const auto what = std::exchange(at_first_look_, nullptr)) what();
  }

  // Runs `what` on the loader thread at its first check of a release on probation, before the
  // verdict.
  void at_first_look(std::function<void()> what) { at_first_look_ = std::move(what); }

  void await_stage(swap::Stage stage) {
    std::unique_lock lock(mutex_);
    REQUIRE(changed_.wait_for(lock, std::chrono::seconds(60), [&] {
      return !reports_.empty() && !reports_.back().stages.empty() &&
             reports_.back().stages.back().stage == stage;
    }));
  }

  // Waits for the `times`-th swap with this outcome; returns its report.
  swap::SwapReport await(swap::SwapOutcome outcome, std::size_t times = 1) {
    std::unique_lock lock(mutex_);
    const auto find = [&]() -> const swap::SwapReport* {
      std::set<std::uint64_t> swaps;
      for (const swap::SwapReport& report : reports_) {
        if (report.outcome != outcome || !swaps.insert(report.id).second) continue;
        if (swaps.size() == times) return &report;
      }
      return nullptr;
    };
    REQUIRE(changed_.wait_for(lock, std::chrono::seconds(60), [&] { return find() != nullptr; }));
    return *find();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<swap::SwapReport> reports_;
  std::function<void()> at_first_look_;
};

// Lets a test wait for a line.
class AwaitedLog final : public LogSink {
 public:
  bool enabled(LogLevel) const override { return true; }
  void write(LogLevel, std::string_view event, std::span<const LogField>) override {
    const std::lock_guard lock(mutex_);
    ++times_[std::string(event)];
    written_.notify_all();
  }

  void await(const std::string& event, std::size_t times = 1) {
    std::unique_lock lock(mutex_);
    REQUIRE(
        written_.wait_for(lock, std::chrono::seconds(60), [&] { return times_[event] >= times; }));
  }

 private:
  std::mutex mutex_;
  std::condition_variable written_;
  std::map<std::string, std::size_t> times_;
};

struct SwapWorld {
  SwapWorld() {
    options.release = folder.current();
    options.data = folder.data();
    options.probe = probe_options();
    options.probation = std::chrono::seconds(60);
    options.probation_sample = std::chrono::milliseconds(10);
  }

  swap::SwapEngine::Parts parts(Log to) {
    return {runtime, store, store, clock, to, no_metrics(), {&watcher}, check_settings};
  }
  Result<> start() {
    engine = std::make_unique<swap::SwapEngine>(parts(Log(log)), options);
    Result<> started = engine->start();
    if (started) engine->serve();
    return started;
  }
  // Starts on v1 with a live entity.
  void start_v1() {
    folder.publish("v1", {"counter_v1"});
    folder.flip("v1");
    const Result<> started = start();
    if (!started) FAIL(started.error().detail);
    runtime.make_entity("counter", "c1");
  }
  // Lets the loader finish its work, lets this much time pass, and wakes the loader.
  void pass(std::chrono::milliseconds time) {
    static_cast<void>(engine->dry_run("a-release-that-nobody-has"));
    pass_now(time);
  }
  // Lets time pass while the loader itself waits for it: sends the loader nothing.
  void pass_now(std::chrono::milliseconds time) {
    clock.advance_ms(time.count());
    engine->serve();
  }
  void end_probation() { pass(options.probation); }
  void await_queued() const {
    REQUIRE(wait_for([this] { return !status().at("queued").empty(); }));
  }
  nlohmann::json status() const { return nlohmann::json::parse(engine->status()); }
  std::string committed() const {
    return nlohmann::json::parse(store.fact_now("committed")).at("release").get<std::string>();
  }

  ReleaseFolder folder;
  swap::SwapOptions options;
  std::function<Result<>(const swap::SwapStages::Settings&)> check_settings;
  ManualClock clock;
  FakeStore store;
  FakeRuntime runtime;
  Watcher watcher;
  AwaitedLog log;
  std::unique_ptr<swap::SwapEngine> engine;
};

}  // namespace serai::testing
