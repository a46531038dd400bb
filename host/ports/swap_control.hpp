// SwapControl: the runtime's half of a swap. host/swap decides; the runtime moves the entities.
//
// Thread  all calls: the loader thread, one at a time. They block until every shard has posted that
//         it has done its part. The shards keep serving: the work is done in slices between
//         messages.
// Owner   install() and switch_to() take ownership of generations. retire_former() and
//         retire_drained() return it.
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
  std::optional<abi::Recording> recording;  // ends with this state
  std::string host_state = {};              // of a dumped match: as in StoredEntity
};

// The result of moving the entities.
struct MoveReport {
  std::uint64_t entities_moved = 0;
  std::uint64_t state_bytes = 0;
  std::int64_t took_us = 0;
  std::int64_t pause_us_max = 0;  // the longest export and import of one entity
  std::int64_t held_us = 0;       // barrier: from the stop of the first shard until all continue
};

// The progress of a switch.
struct SwapProgress {
  std::uint64_t moved = 0;
  std::uint64_t of = 0;  // the entities that were in memory when the switch began
};

// Counts how the calls of one handler have ended, by caller. `callers` has kCallerCells elements.
struct HandlerFigures {
  std::string name;  // "battle/attack", or "rpc_find_battle" when it has no kind
  std::vector<Outcomes> callers;
};

// The figures of one generation's handlers since it was installed.
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
  std::vector<CallerFigures> callers;  // the same by caller: kCallerCells elements, or none
  std::vector<HandlerFigures> handlers;
  bool draining = false;  // replaced, but serves its open entities until they end
};

class SwapControl {
 public:
  virtual ~SwapControl() = default;

  // The host table, of which the loader gives each version a copy. It is valid as long as this
  // object.
  virtual const abi::ModuleHost& host_table() const = 0;
  virtual std::uint64_t next_generation_id() = 0;

  // First start: makes all generations live at once. failed_precondition: two modules have the same
  // kind or RPC.
  virtual Result<> install(std::vector<std::unique_ptr<abi::Generation>> generations) = 0;

  // Exports every live entity of the module and passes them to `take` in batches, at most
  // `recordings` of them with a recording. Stops when `take` returns false. Fails with the name of
  // an entity that cannot be exported, because it could not be moved either.
  virtual Result<> export_live(const std::string& module,
                               std::size_t recordings,
                               const std::function<bool(std::vector<ExportedEntity>)>& take) = 0;

  // COMMIT. Switches all given modules, each by the policy of its generation. If one import fails,
  // all entities go back, and the error names the entity. On success the former generations stay
  // loaded for switch_back(). deadline_exceeded: a handler ran so long that a barrier was not
  // reached; nothing has moved.
  virtual Result<MoveReport> switch_to(
      std::vector<std::unique_ptr<abi::Generation>> generations) = 0;

  // For canaries: moves the entities that the switch left with the former generation. If that
  // fails, they stay there, and the error has the reason.
  virtual Result<MoveReport> switch_rest() = 0;

  // Rolls the last switch back: exports the entities in the old schema and imports them in the
  // former generations.
  virtual Result<MoveReport> switch_back() = 0;

  // To be called after install() of an older release. The given generations read the entities that
  // a newer release stored, and the store gets them rewritten for the live generations.
  // retire_former() returns the given generations.
  virtual Result<> read_with(std::vector<std::unique_ptr<abi::Generation>> generations) {
    generations.clear();
    return success();
  }

  // SETTLE: after this call, switch_back() is not possible. Blocks until no call or entity uses the
  // former generations, then returns them. The caller destroys them, which unmaps their code.
  // Generations that still drain are returned by retire_drained() later.
  virtual std::vector<std::unique_ptr<abi::Generation>> retire_former() = 0;
  // Returns the draining generations whose last entity has ended. Does not wait for the others.
  virtual std::vector<std::unique_ptr<abi::Generation>> retire_drained() = 0;

  // Sets the callback for the progress of a switch. It is called on the loader thread during each
  // switch and at its end. To be called once, before the first switch.
  virtual void watch_progress(std::function<void(const SwapProgress&)> report) = 0;

  virtual std::vector<GenerationFigures> figures() const = 0;  // any thread
};

}  // namespace serai
