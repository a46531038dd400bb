// SwapControl: the runtime's half of a swap. host/swap decides; the runtime moves entities.
//
// Thread  all calls: the loader thread, one at a time; they block until every shard has posted that
//         it has done its part. Shards keep serving: work happens in slices between messages.
// Owner   install() and switch_to() take generations; retire_former() and retire_drained() return
//         them.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "abi/generation.hpp"
#include "abi/recording.hpp"
#include "base/result.hpp"
#include "model/entity_id.hpp"
#include "ports/caller_figures.hpp"

namespace serai {

struct ExportedEntity {
  EntityId id;
  std::uint32_t schema = 0;
  std::string state;
  bool live = true;                         // false: read from storage
  std::optional<abi::Recording> recording;  // its end is this state
};

// The result of moving the entities.
struct MoveReport {
  std::uint64_t entities_moved = 0;
  std::uint64_t state_bytes = 0;
  std::int64_t took_us = 0;
  std::int64_t pause_us_max = 0;  // the longest export and import of one entity
  std::int64_t held_us = 0;       // a barrier: from the first shard's stop until all go on
};

// The progress of a switch.
struct SwapProgress {
  std::uint64_t moved = 0;
  std::uint64_t of = 0;  // entities in memory when it began
};

// How the calls of one handler have ended, by caller: kCallerCells of them.
struct HandlerFigures {
  std::string name;  // "battle/attack", or "rpc_find_battle" when it has no kind
  std::vector<Outcomes> callers;
};

// Handler figures of one generation since it was installed.
struct GenerationFigures {
  std::uint64_t generation = 0;
  std::string module;
  std::string version;
  std::uint64_t entities = 0;
  std::uint64_t calls = 0;
  std::uint64_t failures = 0;    // errors that are the module's fault: internal, data_loss, unknown
  std::uint64_t refusals = 0;    // other errors that handlers ended with
  std::uint64_t overruns = 0;    // handlers over their budget
  std::uint64_t late_ticks = 0;  // a tick was due while the one before still waited
  std::uint64_t unreadable = 0;  // stored entities that could not be loaded
  std::uint64_t busy_us = 0;     // time spent inside handlers
  LatencyBuckets latency{};
  std::vector<CallerFigures> callers;  // the same by caller: kCallerCells, or none
  std::vector<HandlerFigures> handlers;
  bool draining = false;  // replaced, but serves its open entities until they end
};

class SwapControl {
 public:
  virtual ~SwapControl() = default;

  // The host table. The loader gives each version a copy; the table lives as long as this object.
  virtual const abi::ModuleHost& host_table() const = 0;
  virtual std::uint64_t next_generation_id() = 0;

  // First start: makes all generations live at once. failed_precondition: two modules share a kind
  // or RPC.
  virtual Result<> install(std::vector<std::unique_ptr<abi::Generation>> generations) = 0;

  // Exports every live entity of the module and passes them to `take` in batches, at most
  // `recordings` of them with a recording. Stops when `take` returns false. Fails with the name of
  // an entity that cannot be exported: it could not be moved either.
  virtual Result<> export_live(const std::string& module,
                               std::size_t recordings,
                               const std::function<bool(std::vector<ExportedEntity>)>& take) = 0;

  // COMMIT. All given modules switch, each by its generation's policy, or, if one import fails, all
  // entities go back and the error names the entity. On success the former generations stay loaded
  // for switch_back(). deadline_exceeded: a handler kept a barrier from being reached; nothing has
  // moved.
  virtual Result<MoveReport> switch_to(
      std::vector<std::unique_ptr<abi::Generation>> generations) = 0;

  // For canaries: moves the entities that the switch left behind. If that fails, they stay, and the
  // error has the reason.
  virtual Result<MoveReport> switch_rest() = 0;

  // Rolls the last switch back: exports in the old schema, imports in the old generations.
  virtual Result<MoveReport> switch_back() = 0;

  // To be called after install() of an older release. The given generations read the entities that
  // a newer release stored, and these are rewritten for the live generations. retire_former()
  // returns the given ones.
  virtual Result<> read_with(std::vector<std::unique_ptr<abi::Generation>> generations) {
    generations.clear();
    return success();
  }

  // SETTLED: gives up the ability to switch back. Blocks until no call or entity uses the former
  // generations, then returns them; the caller destroys them (and with them their code). Draining
  // ones are left to retire_drained().
  virtual std::vector<std::unique_ptr<abi::Generation>> retire_former() = 0;
  // Returns the draining generations whose last entity has ended. Does not wait for the others.
  virtual std::vector<std::unique_ptr<abi::Generation>> retire_drained() = 0;

  // `report` is called on the loader thread while a switch goes on, and at its end. Set once,
  // before the first switch.
  virtual void watch_progress(std::function<void(const SwapProgress&)> /*report*/) {}

  virtual std::vector<GenerationFigures> figures() const = 0;  // any thread
};

}  // namespace serai
