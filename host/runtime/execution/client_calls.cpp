#include "runtime/execution/client_calls.hpp"

#include <algorithm>
#include <utility>

#include "model/generator.hpp"
#include "model/placement.hpp"
#include "runtime/execution/rpc_target.hpp"
#include "runtime/shard_parts.hpp"
#include "runtime/shard_runtime.hpp"

namespace serai::runtime {

void ClientCalls::rpc(RpcRequest&& request, RpcReply&& reply) {
  const RpcRoute* route =
      services_.directory == nullptr ? nullptr : services_.directory->rpc(request.id);
  if (route == nullptr || !route->handler().client) {
    reply({unknown_rpc()});
    return;
  }
  Result<std::string> wire = wire_of(*route, std::move(request.payload));
  if (!wire) {
    reply({std::move(wire).error(), route->generation->served_by()});
    return;
  }
  Input input;
  input.handler = route->name;
  input.from_client = true;
  input.payload = *std::move(wire);
  input.user_id = request.caller.user_id;
  input.username = std::move(request.caller.username);
  input.session_id = request.caller.session_id;
  input.trace_id = request.trace_id;
  input.idempotency_key = std::move(request.idempotency_key);
  const bool opens = route->handler().key == abi::KeyRule::fresh;
  Result<EntityId> target = target_of(*route, input, opens ? fresh_id() : Uuid{});
  if (!target) {
    reply({std::move(target).error(), route->generation->served_by()});
    return;
  }
  const std::uint64_t pending = answers_.add(
      std::move(reply), services_.env.clock.now_ms() + services_.env.options.client_deadline_ms);
  input.reply = reply_to_client(pending, services_.shard.index());
  if (target->kind.empty()) {
    parts_.runner.run_stateless(services_.directory->choose(*route, input.user_id),
                                std::move(input));
  } else if (shard_of(target->kind, target->key, services_.env.shards.count()) ==
             services_.shard.index()) {
    parts_.mailboxes.deliver(*target, std::move(input));
  } else {
    parts_.mailboxes.forward(*target, std::move(input));
  }
}

// With a fixed seed, the id depends on the seed and the store's next unit number alone, so that a
// simulation repeats itself. Unit numbers continue after a restart, so no id is made twice.
Uuid ClientCalls::fresh_id() {
  const std::uint64_t seed = services_.env.options.seed;
  if (seed == 0) return Uuid::make_random();
  Generator generator{seed, services_.env.store.next_unit() * 2};
  const std::uint64_t high = generator.next();
  return Uuid::from_random(high, generator.next());
}

UniqueFunction<void(Outcome)> ClientCalls::reply_to_client(std::uint64_t pending,
                                                           std::uint32_t origin) {
  return [peers = &services_.peers, pending, origin](Outcome outcome) {
    ShardRuntime* home = (*peers)[origin].get();
    if (home->shard().is_current()) {
      home->parts().clients.answer_client(pending, std::move(outcome));
      return;
    }
    home->shard().post([home, pending, outcome = std::move(outcome)]() mutable {
      home->parts().clients.answer_client(pending, std::move(outcome));
    });
  };
}

void ClientCalls::answer_client(std::uint64_t pending, Outcome outcome) {
  RpcReply reply = answers_.take(pending);
  if (!reply) return;  // the deadline has passed, and the client has its reply
  if (outcome.ok()) {
    reply({std::move(outcome.payload), outcome.by});
  } else {
    const ServedBy by = outcome.by;
    reply({std::move(outcome).error(), by});
  }
}

void ClientCalls::refuse_late() {
  for (RpcReply& reply : answers_.take_expired(services_.env.clock.now_ms())) {
    reply({Error{Errc::deadline_exceeded,
                 "No answer within " + std::to_string(services_.env.options.client_deadline_ms) +
                     " ms: the call may still be carried out"}});
  }
}

}  // namespace serai::runtime
