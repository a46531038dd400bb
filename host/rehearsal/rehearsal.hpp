// Rehearsal: the steps for each entity inside the probe.
//
//   there   the new version imports the state and exports it
//   back    the new version exports the state in the old schema; the old version imports it and
//           exports it. The fields that both versions have must be unchanged
//   replay  both versions handle the inputs of the entity's recording. A difference is reported and
//           is no error, because a new version may have new rules
//
// Errors  failed_precondition: the step, and the module's reason.
// Thread  the only thread of the probe. step() may be called by a signal handler.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ports/swap_control.hpp"
#include "rehearsal/probe_side.hpp"
#include "rehearsal/probe_wire.hpp"
#include "rehearsal/replay.hpp"
#include "release/contract_check.hpp"

namespace serai::rehearsal {

class Rehearsal {
 public:
  struct Options {
    bool irreversible = false;
    std::vector<std::string> allow;
  };

  using Cost = RehearsalCost;

  // Borrows both sides. `live` is null when no version of the module is live.
  Rehearsal(const ProbeSide& next, const ProbeSide* live, Options options)
      : next_(next), live_(live), options_(std::move(options)) {}

  Result<> self_test() const;
  Result<> fresh_entities() const;  // create, export, import for each kind
  Result<Cost> rehearse(const ExportedEntity& entity) const;

  // The current step, for the report of a crash.
  static const char* step();

 private:
  // A state, and the schema that it is in.
  struct Handed {
    std::uint32_t schema = 0;
    std::string state;
  };
  struct Played {
    ProbeSide::Entity entity;  // after the last message
    Replay replay;
  };

  Result<> round_trip(int kind, const ProbeSide::Entity& entity, std::uint32_t schema) const;
  Result<Handed> hand_over(const ExportedEntity& entity, int kind, int live_kind) const;
  Result<> go_back(const ExportedEntity& entity,
                   int kind,
                   int live_kind,
                   const ProbeSide::Entity& imported,
                   Cost& cost) const;
  Result<Played> play(const ProbeSide& side,
                      int kind,
                      const ExportedEntity& entity,
                      const Handed& from) const;
  Result<> compare_replays(const ExportedEntity& entity, int kind, int live_kind, Cost& cost) const;
  Result<std::string> back_as_live(const ExportedEntity& entity,
                                   int kind,
                                   int live_kind,
                                   const ProbeSide::Entity& next) const;
  bool may_differ(const std::string& kind) const;

  const ProbeSide& next_;
  const ProbeSide* live_;
  Options options_;
};

}  // namespace serai::rehearsal
