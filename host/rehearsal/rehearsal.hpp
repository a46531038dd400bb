// Rehearsal: what is tried on each entity inside the probe.
//
//   there   the new version imports the state and exports it
//   back    the new version exports in the old schema, the old version imports and exports that;
//           the fields both versions know must be what they were
//   replay  both versions handle what the entity has lately handled; where they differ is told, and
//           is no fault: new rules are why there is a new version
//
// Errors  failed_precondition: the step and the module's words.
// Thread  the probe has one. step() may be read by a signal handler.
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

  // `live` is null when there is no version to come from.
  Rehearsal(const ProbeSide& next, const ProbeSide* live, Options options)
      : next_(next), live_(live), options_(std::move(options)) {}

  Result<> self_test() const;
  Result<> fresh_entities() const;  // create, export, import for each kind
  Result<Cost> rehearse(const ExportedEntity& entity) const;

  // What the rehearsal is doing now; for the report of a crash.
  static const char* step();

 private:
  struct Handed {
    std::uint32_t schema = 0;
    std::string state;
  };
  struct Played {
    ProbeSide::Entity entity;  // as it was after the last message
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
