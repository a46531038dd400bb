// Requests: what a running handler asks the host for: messages, calls, sleep, money, broadcasts.
//
// Errors  say what was asked for, why not, and what to do.
//
// Thread  the shard's.
// Owner   ShardRuntime.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "model/entity_id.hpp"
#include "model/ledger_transfer.hpp"
#include "runtime/execution/run.hpp"
#include "serai/abi.h"

namespace serai::runtime {

struct Entity;
struct ShardParts;
struct ShardServices;

class Requests {
 public:
  Requests(ShardServices& services, ShardParts& parts) : services_(services), parts_(parts) {}

  // Refusals say what was asked for, why not, and what to do.
  Result<> send(Run& run, const serai_target& target, std::string_view payload);
  Result<> call(Run& run,
                const serai_target& target,
                std::string_view payload,
                std::uint32_t deadline_ms,
                std::uint64_t token);
  void sleep(Run& run, std::uint32_t delay_ms, std::uint64_t token);
  void transfer(Run& run, LedgerTransfer transfer, std::uint64_t token);
  void balance(Run& run, std::string account, std::uint64_t token);
  Result<> broadcast(Run& run,
                     std::int64_t op_code,
                     std::string_view payload,
                     std::optional<std::vector<Uuid>> targets);

 private:
  bool would_deadlock(const Run& run, const EntityId& target) const;

  ShardServices& services_;
  ShardParts& parts_;
};

}  // namespace serai::runtime
