// Environment: the ports that the runtime uses, and its settings.
//
// Owner   the creator of the runtime; everything referenced outlives the runtime.
// Thread  each port as its own header has it. The options do not change.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "ports/entity_store.hpp"
#include "ports/ledger.hpp"
#include "ports/streams.hpp"
#include "runtime/shard/limits.hpp"
#include "runtime/shard/shard.hpp"

namespace serai::runtime {

// ModuleConfig: the configuration that modules read.
//
// Thread  any.
class ModuleConfig {
 public:
  virtual ~ModuleConfig() = default;
  // The value of a dotted key as JSON text; none: the key has no value.
  virtual std::optional<std::string> get(std::string_view module, std::string_view key) const = 0;
};

struct RuntimeOptions {
  std::uint32_t handler_budget_ms = 20;       // of handlers that declare no budget
  std::uint32_t call_deadline_ms = 5'000;     // of calls between entities that give no deadline
  std::uint32_t client_deadline_ms = 10'000;  // of RPCs and joins
  std::uint32_t write_behind_ms = 1'000;      // from a change that is not durable until its write
  std::uint32_t migrate_slice_us = 500;       // of a shard's turn, for moves during a switch
  std::uint32_t barrier_ms = 1'000;           // for running handlers to end before a barrier
  std::uint32_t journal_ms = 10;              // from an input to its write into the journal
  bool record_inputs = true;                  // of matches, for rehearsals
  RuntimeLimits limits;
  std::uint64_t seed = 0;  // of entities' generators and new ids; 0: random
  // For simulations, whose shards have no threads: runs the shards while a caller waits for them.
  std::function<void()> pump;
};

// Returns the Streams of a shard. Set when the sessions have been created.
using StreamsOf = std::function<Streams&(std::uint32_t shard)>;

struct Environment {
  Shards& shards;
  EntityStore& store;
  Ledger& ledger;
  const Clock& clock;
  const ModuleConfig& config;
  Log log;
  Metrics& metrics;
  RuntimeOptions options;
};

}  // namespace serai::runtime
