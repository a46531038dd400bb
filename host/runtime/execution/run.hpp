// Run: one execution of one handler on a shard, its waits included.
//
// Owner   Runner while the handler executes, and for stateless handlers until their end; Entity
//         while the handler waits and until its effects are flushed. Runner reuses the memory.
// Thread  the shard's. A module may use the pointer only in this handler, by the rules of abi.h.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "abi/call.hpp"
#include "runtime/mailbox/input.hpp"
#include "runtime/routing/loaded_generation.hpp"
#include "runtime/shard/shard.hpp"
#include "serai/abi.h"

namespace serai::runtime {

struct ShardParts;
struct Entity;

// One call, sleep, transfer or balance that the handler waits for.
struct Wait {
  std::uint64_t token = 0;     // chosen by the module
  TimerId deadline = 0;        // 0: none
  std::uint64_t sequence = 0;  // chosen by the host; no wait has the number of a late answer
};

// The run's part in a commit unit of the store.
struct RunUnit {
  UnitId id = 0;              // 0: none yet
  bool is_root = false;       // this run has opened the unit, and finishes it
  bool has_reserved = false;  // money is reserved under this run
  bool has_writes = false;    // an effect must be stored
};

struct Run final : serai_call {
  ShardParts* parts = nullptr;
  Entity* entity = nullptr;  // null: stateless
  LoadedGeneration* generation = nullptr;
  int handler_index = -1;
  std::uint64_t id = 0;  // unique on the shard

  Input input;
  serai_message message{};
  std::array<char, 36> user_text{};
  std::array<char, 36> session_text{};
  std::int64_t began_us = 0;   // on the steady clock
  std::uint64_t position = 0;  // of the written state, HostState::position

  serai_frame* frame = nullptr;
  std::vector<Wait> waits;
  RunUnit unit;

  const abi::ModuleContract& contract() const override { return generation->contract(); }
  const abi::HandlerContract& handler() const override {
    return generation->handler(handler_index);
  }
  bool has_entity() const override { return entity != nullptr; }
  bool has_timer(std::uint64_t timer) const override;
  std::size_t timer_count() const override;

  abi::EffectLimits limits() const override;
  void refuse_over(abi::EffectLimit limit) override;

  Result<> send(const serai_target& target, std::string_view payload) override;
  Result<> call(const serai_target& target,
                std::string_view payload,
                std::uint32_t deadline_ms,
                std::uint64_t token) override;
  Result<> sleep(std::uint32_t delay_ms, std::uint64_t token) override;
  Result<> broadcast(std::int64_t op_code,
                     std::string_view payload,
                     std::optional<std::vector<Uuid>> targets) override;
  Result<> notify(Notification notification) override;
  Result<> transfer(LedgerTransfer transfer, std::uint64_t token) override;
  Result<> balance(std::string account, std::uint64_t token) override;

  const abi::ConfigRead* read_config(std::string_view key) override;
  bool logs(LogLevel level) const override;
  void log(LogLevel level, std::string_view event, std::span<const LogField> fields) const override;

  void reset();  // makes the memory ready for the next run
};

// True for an error that is the module's fault and not its caller's.
inline bool is_fault(serai_status status) {
  return status == SERAI_INTERNAL || status == SERAI_UNKNOWN || status == SERAI_DATA_LOSS ||
         status < 0 || status > SERAI_UNAUTHENTICATED;
}

using RunPtr = std::unique_ptr<Run>;
}  // namespace serai::runtime
