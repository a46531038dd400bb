// Probe: the host's end of a rehearsal. A child process runs the new version on copies of live
// state, so that every failure there becomes a verdict and does not harm the host.
//
// Units   the names have them: _us microseconds, _s seconds; memory and states in bytes.
// Errors  start(): internal when the child process cannot be started. All else is in the Verdict.
// Thread  the loader thread. feed() and finish() block, at most for the limits of ProbeOptions.
// Owner   the Probe owns the child process; the destructor kills it.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "base/result.hpp"
#include "ports/swap_control.hpp"
#include "rehearsal/probe_wire.hpp"

namespace serai::rehearsal {

struct ProbeOptions {
  std::string program = "/proc/self/exe";  // this program, even when its file was replaced
  std::vector<std::string> arguments{"probe"};
  std::chrono::milliseconds silence_max{10'000};  // longest time without progress
  std::chrono::milliseconds total_max{300'000};   // longest time in all
  std::uint64_t memory_bytes_max = 4ULL << 30;
  std::uint32_t cpu_s_max = 300;
  std::function<bool()> cancelled;  // true: the host is stopping; called every 100 ms
};

struct ProbePlan {
  std::string module;
  std::filesystem::path new_file;
  std::filesystem::path old_file;  // empty: no version is live
  bool irreversible = false;       // true: the way back to the old version is not rehearsed
  std::vector<std::string> allow;  // "roundtrip:battle": states may differ after the round trip
  std::vector<std::string> refuse_divergence;  // kinds whose replays must have equal results
};

// Figures of the entities of one kind that passed. A round trip leads a state to the new version
// and back to the old one.
struct RehearsedKind {
  std::uint64_t live = 0;          // entities in memory, which a swap would move
  std::uint64_t stored = 0;        // the sample of stored entities
  std::uint64_t live_bytes = 0;    // states of the live entities
  std::int64_t import_us = 0;      // by the new version, all entities together
  std::int64_t import_us_max = 0;  // of one entity
  std::int64_t export_us = 0;      // likewise
  std::int64_t export_us_max = 0;
  std::uint64_t differ = 0;             // entities whose state differs after the round trip
  std::uint64_t replayed = 0;           // entities whose recording both versions have replayed
  std::uint64_t replayed_messages = 0;  // of these entities
  std::uint64_t diverged = 0;           // of the replayed: the two versions had different results
  // Entities that were not compared, because the live version does not reproduce their recording.
  std::uint64_t unsteady = 0;

  std::uint64_t entities() const { return live + stored; }
};

// A difference that does not refuse the module: a state that differs after the round trip, as the
// release allows, or a replay with another result in the new version.
struct StateDifference {
  EntityId id;
  std::string what;
};

struct Verdict {
  bool passed = false;
  std::string reason;                    // for a person: the failure and its place
  std::optional<ExportedEntity> entity;  // the entity that failed
  std::string output;                    // of the child, with its backtrace; at most 16 KiB
  std::uint64_t entities = 0;            // number of entities that passed
  std::map<std::string, RehearsedKind> kinds;
  std::vector<StateDifference> differences;  // the first 16
  std::vector<StateDifference> divergences;  // likewise
  std::int64_t took_us = 0;
};

class Probe {
 public:
  static Result<std::unique_ptr<Probe>> start(const ProbePlan& plan, const ProbeOptions& options);
  ~Probe();
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  // Sends one entity to the child. False: the verdict is decided already; call finish().
  bool feed(ExportedEntity entity);
  // Waits for the verdict, and ends the child. To be called once.
  Verdict finish();

 private:
  using Steady = std::chrono::steady_clock;

  explicit Probe(const ProbeOptions& options) : options_(options), start_(Steady::now()) {}
  Result<> spawn(const ProbePlan& plan);
  void send(Frame type, std::string_view payload);
  void pump(bool until_verdict);
  bool turn();
  void request_backtrace();
  bool write_some();
  bool read_some();
  void read_output();
  void take_frames();
  void take(Frame type, std::string_view payload);
  void take_passed(std::string_view payload);
  void fail(std::string reason, bool blame_entity);
  void child_ended();
  std::string describe_end(int status) const;
  void reap();

  ProbeOptions options_;
  Steady::time_point start_;
  Steady::time_point progress_{};
  Fd socket_;
  Fd output_;
  int pid_ = -1;
  std::string to_child_;
  std::size_t sent_ = 0;  // of to_child_
  FrameStream from_child_;
  std::deque<ExportedEntity> in_work_;  // sent and not answered, oldest first
  std::size_t in_work_bytes_ = 0;
  bool ready_ = false;
  bool decided_ = false;
  std::string crash_stage_;
  Verdict verdict_;
};

// The child's side: `host probe`. Returns the exit code.
int probe_main();

}  // namespace serai::rehearsal
