// SwapEngine: decides which release runs. It loads the first release, watches the link, takes one
// request after another, and lets SwapMachine carry each out. See host/swap/README.md.
//
// Facts   of ReleaseMemory: "committed" changes only when a swap has settled. A release that is
//         listed in "attempted" is not tried again before somebody asks for it.
// Errors  start(): the reason why no release can be served. The caller picks the exit code by Errc:
//         not_found, invalid_argument, failed_precondition, unavailable (storage), internal.
// Time    of the Clock. After moving a manual clock, call serve() again, so that the loader thread
//         reads it.
// Thread  public calls: any but a shard's (they may wait). All work is done on one loader thread.
// Owner   borrows its parts, which must outlive it. Call stop() while the shards still run, because
//         it moves entities back from a release on probation.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "ports/admin.hpp"
#include "release/release_watch.hpp"
#include "swap/status_view.hpp"
#include "swap/swap_machine.hpp"
#include "swap/swap_requests.hpp"

namespace serai::swap {

class SwapEngine final : public ReleaseAdmin {
 public:
  struct Parts {
    SwapControl& control;
    EntityStore& store;
    FactStore& facts;
    const Clock& clock;
    Log log;
    Metrics& metrics;
    std::vector<SwapObserver*> observers = {};
    // Checks the modules' configuration files against the settings that the next release declares.
    // It is called on the loader thread.
    std::function<Result<>(const SwapStages::Settings& declared)> check_settings = {};
  };

  SwapEngine(Parts parts, SwapOptions options);
  ~SwapEngine() override;
  SwapEngine(const SwapEngine&) = delete;
  SwapEngine& operator=(const SwapEngine&) = delete;

  // Loads and installs the first release. Requests for swaps wait for serve().
  Result<> start();
  // To be called when the runtime has started. From then on swaps may begin.
  void serve();
  void stop();

  // Requests that the link is read again, for SIGHUP and reloads. Does not wait.
  void request_reload(const std::string& trigger);

  // Both wait until the swap is on probation, refused, or found to change nothing. They return its
  // report, or the error because of which it was refused. unavailable: the host is stopping.
  Result<std::string> swap(const std::string& release) override;
  Result<std::string> rollback() override;
  Result<std::string> dry_run(const std::string& release) override;

  std::string status() const override;
  std::vector<RunningModule> modules() const override;
  std::string releases() const override;
  Result<std::string> contracts(const std::string& release) override;
  std::string release() const;  // the name of the running release

 private:
  using Steady = std::chrono::steady_clock;

  // The thread and its queue.
  Result<> first_start();
  void run();
  void step();
  Steady::time_point next_wake() const;
  Result<std::string> ask(SwapRequest request);
  void shut_down();

  // Carries out one request. False: the request has to wait for the end of the probation.
  bool handle(SwapRequest& request);
  void handle_rollback(SwapRequest& request);
  void handle_dry_run(SwapRequest& request);
  void handle_unchanged(const release::Release& release, SwapRequest& request);
  bool goes_back(const release::Release& release, SwapRequest& request);
  bool end_probation_for(const release::Release& next);
  Swap make_swap(const release::Release& release,
                 const SwapRequest& request,
                 SwapReport report) const;
  Result<release::Release> find_release(const SwapRequest& request) const;
  void refuse_unopened(const Error& error, const std::string& to, SwapRequest& request);
  bool stays_untried(const release::Release& release, SwapRequest& request);
  void answer_way_back(SwapRequest& request, const std::string& note);

  void report_not_watched();
  void publish();

  SwapOptions options_;
  SwapControl& control_;
  const Clock& clock_;
  Log log_;
  std::shared_ptr<ClosedCode> closed_;  // owned here and by every library that was loaded
  Inbox inbox_;
  StoreReader store_;
  Serving serving_;
  SwapJournal journal_;
  SwapStages stages_;
  SwapMachine machine_;
  release::ReleaseWatch watch_;
  StatusView view_;
  std::atomic<bool> stopping_{false};

  // Used by the loader thread alone.
  bool may_swap_ = false;
  SwapRequests requests_;
  std::string trouble_;  // folders that are not watched, as last logged

  std::thread thread_;  // last, so that everything it uses exists before it starts
};

}  // namespace serai::swap
