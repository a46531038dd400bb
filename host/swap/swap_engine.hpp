// SwapEngine: decides which release runs. Loads the first one, watches for the next, swaps, watches
// over it, settles it or goes back. host/swap/README.md tells the whole story.
//
// Facts   of ReleaseMemory: "committed" moves only when a swap has settled; what was "attempted" in
//         vain is not tried again before somebody asks for it.
// Errors  start(): every reason a release cannot be served; the caller picks the exit code by Errc:
//         not_found, invalid_argument, failed_precondition, unavailable (storage), internal.
// Thread  public calls: any but a shard's (they may wait). All work is done on one loader thread.
// Owner   borrows its parts; they outlive it. stop() must come while the shards still run: a
//         release on probation is taken back before the host goes down.
#pragma once

#include <atomic>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "ports/admin.hpp"
#include "release/release_watch.hpp"
#include "swap/release_memory.hpp"
#include "swap/swap_stages.hpp"

namespace serai {

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
  };

  SwapEngine(Parts parts, SwapOptions options);
  ~SwapEngine() override;
  SwapEngine(const SwapEngine&) = delete;
  SwapEngine& operator=(const SwapEngine&) = delete;

  // Loads and installs the first release. Swaps asked for from now on wait for serve().
  Result<> start();
  // The runtime has started: swaps may begin.
  void serve();
  void stop();

  // Looks at `current` again; does not wait. For SIGHUP and reload requests.
  void request_reload(const std::string& trigger);

  // Both wait until the swap is on probation, refused or found to change nothing; the answer is the
  // record.
  Result<std::string> swap(const std::string& release) override;
  Result<std::string> rollback() override;
  Result<std::string> dry_run(const std::string& release) override;

  std::string status() const override;
  std::vector<RunningModule> modules() const override;
  std::string releases() const override;
  Result<std::string> contracts(const std::string& release) override;
  std::string release() const;  // the name of what runs

 private:
  using Steady = std::chrono::steady_clock;
  using Waiter = std::promise<Result<std::string>>;

  struct Request {
    std::string release = {};  // empty: whatever the link points to when its turn comes
    std::string digest = {};   // of code that served under this name; empty: what lies there now
    std::string trigger = {};
    bool rollback = false;
    bool dry_run = false;
    bool by_hand = true;  // somebody asks for this release; false: the link is only looked at
    std::vector<Waiter> waiting = {};
  };

  // A release on probation and the way back from it.
  struct Trial {
    SwapRecord record;
    LiveSet former;
    std::vector<GenerationFigures> before;
    std::vector<std::uint64_t> generations;
    Steady::time_point ends;
    Steady::time_point next_look;
    bool irreversible = false;
    bool way_back_failed = false;  // it may not the next time
    bool rest_waits = false;       // canaries went ahead
  };

  // The thread and its queue.
  void run();
  void enqueue(Request request);
  void step();
  Steady::time_point next_wake() const;
  Result<std::string> ask(Request request);
  static void answer(Request& request, const Result<std::string>& result);
  void shut_down();

  // Starting.
  Result<> first_start();
  Result<Release> choose_release();
  Result<LiveSet> install(const Release& release);
  Result<Release> find_whole(const ReleaseMemory::Served& served) const;
  void read_what_a_crash_left();
  void say_not_read(const ReleaseMemory::Attempt& died, const Error& error);
  Result<Release> committed_instead(const Release& requested);
  void say_instead(const Release& starts, const std::string& requested, const std::string& reason);
  void forget_copies();

  // One request. False: it has to wait for the end of the probation.
  bool handle(Request& request);
  void handle_rollback(Request& request);
  void handle_dry_run(Request& request);
  Result<Release> find_release(const Request& request) const;
  void refuse_unopened(const Error& error, const std::string& to, Request& request);
  void note_refusal(const Release& release, const std::string& stage, const Error& error);
  bool stays_untried(const Release& release, Request& request);
  void swap_to(const Release& release, Request& request);
  Result<LiveSet> try_swap(const Release& release, SwapRecord& record);
  void refuse(SwapRecord record, const Error& error, Request& request);
  void note_unchanged(const Release& release, Request& request);
  void commit_unchanged(SwapRecord& record);
  std::string follow_link(const Request& request, const std::string& release);
  void forget_notes();
  void note_way_back(Request& request, const std::string& former);

  // Probation.
  void look_at_trial();
  bool end_trial_for(const Release& next);
  Result<> move_canary_rest();
  bool roll_back(const std::string& reason, const char* outcome);
  void settle();

  // Facts and figures.
  void note_attempt(const std::string& release, const std::string& digest, const char* outcome);
  void log_not_noted(const Error& error);
  void say_not_watched();
  void remember(SwapRecord record);
  void publish();
  std::string print_status() const;

  SwapOptions options_;
  SwapControl& control_;
  const Clock& clock_;
  Log log_;
  Metrics& metrics_;
  std::vector<SwapObserver*> observers_;
  std::shared_ptr<ClosedCode> closed_;  // owned here and by every library that was loaded
  Inbox inbox_;
  StoreReader store_;
  ReleaseMemory memory_;
  ReleaseWatch watch_;
  Timeline timeline_;
  SwapStages stages_;
  std::atomic<bool> stopping_{false};

  // The loader thread's.
  bool serving_ = false;
  bool draining_ = false;  // former code may still serve what it has open
  LiveSet live_;
  std::string serving_note_;  // why what serves is not what the link names
  std::string not_lasting_;   // what kept the link from following the last swap
  struct Unread {
    std::string text;
    std::string digest;  // of the code that could read it
  };
  std::optional<Unread> unread_;  // states that a crash left, which what serves cannot read
  std::string told_trouble_;      // folders that are not watched, as last logged
  bool uncommitted_ = false;      // serves for want of the committed release
  std::optional<Trial> trial_;
  std::deque<Request> queue_;
  std::deque<SwapRecord> history_;  // newest first
  std::optional<SwapRecord> running_;
  std::uint64_t next_swap_id_ = 1;

  mutable std::mutex status_mutex_;
  std::string status_ = "{}";  // GUARDED_BY(status_mutex_)
  LiveSet shown_;              // GUARDED_BY(status_mutex_): live_ as others may see it
  std::thread thread_;         // last: everything it uses is there before it starts
};

}  // namespace serai
