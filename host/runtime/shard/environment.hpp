// Environment: the ports that the runtime works through, and its settings.
//
// Owner   everything referenced outlives the runtime.
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

// Configuration that modules read.
//
// Thread  any.
class ModuleConfig {
 public:
  virtual ~ModuleConfig() = default;
  // The value of a dotted key as JSON text.
  virtual std::optional<std::string> get(std::string_view module, std::string_view key) const = 0;
};

struct RuntimeOptions {
  std::uint32_t handler_budget_ms = 20;    // for handlers that declare none
  std::uint32_t call_deadline_ms = 5'000;  // for calls that give none
  std::uint32_t client_deadline_ms = 10'000;
  std::uint32_t write_behind_ms = 1'000;  // what a handler changed is staged after this long
  std::uint32_t migrate_slice_us = 500;   // of a shard's turn, while a swap commits
  std::uint32_t barrier_ms = 1'000;       // how long handlers may keep a barrier waiting
  bool record_inputs = true;              // of matches, for rehearsals
  RuntimeLimits limits;
  std::uint64_t seed = 0;  // of entity generators and fresh ids; 0: random
  // Simulations: called while a control call waits, because their shards have no threads.
  std::function<void()> pump;
};

// Returns the Streams of a shard; set when sessions exist.
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
