// Probe: the host's end of a rehearsal. A child process runs the new version on copies of live
// state; whatever happens there is a verdict and hurts nobody.
//
// Units   times in milliseconds where the type does not say; memory in bytes.
// Errors  start(): internal when no process can be made. All else is the Verdict.
// Thread  one thread, the loader's; feed() and finish() block, at most for the limits given.
// Owner   the destructor ends the child.
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
  std::string program = "/proc/self/exe";  // this very program, even when its file was replaced
  std::vector<std::string> arguments{"probe"};
  std::chrono::milliseconds silence_max{10'000};  // without progress: the probe hangs
  std::chrono::milliseconds total_max{300'000};
  std::uint64_t memory_bytes_max = 4ULL << 30;
  std::uint32_t cpu_s_max = 300;
  std::function<bool()> cancelled;  // asked every 100 ms; the host is stopping
};

struct ProbePlan {
  std::string module;
  std::filesystem::path new_file;
  std::filesystem::path old_file;  // empty: nothing to hand over from
  bool irreversible = false;       // do not rehearse the way back
  std::vector<std::string> allow;  // "roundtrip:battle": state may differ after there and back
  std::vector<std::string> refuse_divergence;  // kinds whose matches may not go otherwise
};

// What the entities of one kind took in the probe.
struct RehearsedKind {
  std::uint64_t live = 0;    // in memory: these a swap would move
  std::uint64_t stored = 0;  // the sample of dormant ones
  std::uint64_t live_bytes = 0;
  std::int64_t import_us = 0;  // of all, by the new version
  std::int64_t import_us_max = 0;
  std::int64_t export_us = 0;
  std::int64_t export_us_max = 0;
  std::uint64_t differ = 0;    // after there and back, as the release allows
  std::uint64_t replayed = 0;  // of the live ones, with what they have lately handled
  std::uint64_t replayed_messages = 0;
  std::uint64_t diverged = 0;  // of the replayed: the versions led them to different ends
  std::uint64_t unsteady =
      0;  // not replayed by both: already the live version does not repeat itself

  std::uint64_t entities() const { return live + stored; }
};

// A state that is not the same after there and back, as the release allows; or a match that would
// have gone on otherwise under the new version.
struct StateDifference {
  EntityId id;
  std::string what;
};

struct Verdict {
  bool passed = false;
  std::string reason;                    // for a person: what failed and where
  std::optional<ExportedEntity> entity;  // the one it failed on
  std::string output;                    // what the child wrote, its backtrace included; bounded
  std::uint64_t entities = 0;            // that passed
  std::map<std::string, RehearsedKind> kinds;
  std::vector<StateDifference> differences;  // the first ones
  std::vector<StateDifference> divergences;  // likewise
  std::int64_t took_us = 0;
};

class Probe {
 public:
  static Result<std::unique_ptr<Probe>> start(const ProbePlan& plan, const ProbeOptions& options);
  ~Probe();
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  // Hands one entity to the child. False: the verdict stands already, call finish().
  bool feed(ExportedEntity entity);
  Verdict finish();

 private:
  using Steady = std::chrono::steady_clock;

  explicit Probe(const ProbeOptions& options) : options_(options), start_(Steady::now()) {}
  Result<> spawn(const ProbePlan& plan);
  void send(Frame type, std::string_view payload);
  void pump(bool until_verdict);
  bool turn();
  void have_it_say_where_it_is();
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
  std::deque<ExportedEntity> in_work_;  // handed over, not answered; oldest first
  std::size_t in_work_bytes_ = 0;
  bool ready_ = false;
  bool decided_ = false;
  std::string crash_stage_;
  Verdict verdict_;
};

// The child's side: `host probe`. Returns the exit code.
int probe_main();

}  // namespace serai::rehearsal
