// Requests: the requests of a running handler to the host: messages, calls, sleep, money,
// broadcasts.
//
// Each request adds an effect to the run, or begins a wait that completes with the request's token.
//
// Errors  name the request, the reason of the refusal, and what to do. After an error nothing was
//         added and no wait begins.
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

  // Errors: not_found, invalid_argument (the key is too long).
  Result<> send(Run& run, const serai_target& target, std::string_view payload);
  // `deadline_ms` 0 stands for the configured default. Errors: not_found, invalid_argument (the key
  // is too long), resource_exhausted (too many waits), failed_precondition (a deadlock).
  Result<> call(Run& run,
                const serai_target& target,
                std::string_view payload,
                std::uint32_t deadline_ms,
                std::uint64_t token);
  void sleep(Run& run, std::uint32_t delay_ms, std::uint64_t token);
  void transfer(Run& run, LedgerTransfer transfer, std::uint64_t token);
  void balance(Run& run, std::string account, std::uint64_t token);
  // Without `targets`, all members of the match get the event. Errors: failed_precondition (the
  // handler is not one of a match), or that the payload is not the event's message.
  Result<> broadcast(Run& run,
                     std::int64_t op_code,
                     std::string_view payload,
                     std::optional<std::vector<Uuid>> targets);

 private:
  // True when the target is in the run's own chain of calls: both would wait for each other.
  bool would_deadlock(const Run& run, const EntityId& target) const;

  ShardServices& services_;
  ShardParts& parts_;
};

}  // namespace serai::runtime
