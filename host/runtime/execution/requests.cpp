#include "runtime/execution/requests.hpp"

#include <algorithm>
#include <utility>

#include "abi/sink.hpp"
#include "runtime/log_fields.hpp"
#include "runtime/shard_parts.hpp"

namespace serai::runtime {
namespace {

constexpr std::size_t kWaitsMax = 16;

// "counter/add", or "echo" for a stateless handler. Without the key, because a player may get the
// text.
std::string name_of(const serai_target& target) {
  const std::string kind(abi::view_of(target.kind));
  return (kind.empty() ? kind : kind + "/") + std::string(abi::view_of(target.handler));
}

Error no_such_handler(const serai_target& target) {
  return {Errc::not_found,
          "no module that serves has the handler " + name_of(target) +
              ": check the names, and that the release holds its module"};
}

Error key_too_long(const serai_target& target) {
  return {Errc::invalid_argument,
          "the key for " + name_of(target) + " has " + std::to_string(target.key.size) +
              " bytes, the limit is " + std::to_string(kEntityKeyMax)};
}

}  // namespace

bool Requests::would_deadlock(const Run& run, const EntityId& target) const {
  if (run.entity != nullptr && run.entity->id == target) return true;
  return std::ranges::find(run.input.chain, target) != run.input.chain.end();
}

Result<> Requests::send(Run& run, const serai_target& target, std::string_view payload) {
  const auto route =
      services_.directory->handler(abi::view_of(target.kind), abi::view_of(target.handler));
  if (!route) return no_such_handler(target);
  if (route->handler().kind.empty()) {
    return {Errc::not_found,
            name_of(target) + " is no entity's handler, so nothing can be sent to it: call it"};
  }
  if (target.key.size > kEntityKeyMax) return key_too_long(target);
  OutboxMessage message;
  message.target = {std::string(abi::view_of(target.kind)), std::string(abi::view_of(target.key))};
  message.handler = *route->name;
  message.payload = payload;
  if (run.entity != nullptr) {
    message.caller_kind = run.entity->id.kind;
    message.caller_key = run.entity->id.key;
  }
  if (!run.input.user_id.is_nil()) message.user_id = run.input.user_id.text();
  message.trace_id = run.input.trace_id;
  run.effects.outside.emplace_back(std::move(message));
  return success();
}

Result<> Requests::call(Run& run,
                        const serai_target& target,
                        std::string_view payload,
                        std::uint32_t deadline_ms,
                        std::uint64_t token) {
  const auto route =
      services_.directory->handler(abi::view_of(target.kind), abi::view_of(target.handler));
  if (!route) return no_such_handler(target);
  if (target.key.size > kEntityKeyMax) return key_too_long(target);
  if (run.waits.size() >= kWaitsMax) {
    return {Errc::resource_exhausted,
            run.handler().name + " may wait for " + std::to_string(kWaitsMax) +
                " things at once: await some before it calls " + name_of(target)};
  }
  const EntityId id{std::string(abi::view_of(target.kind)), std::string(abi::view_of(target.key))};
  if (!id.kind.empty() && would_deadlock(run, id)) {
    return {
        Errc::failed_precondition,
        "the entity that should answer " + name_of(target) +
            " waits for this very call, a deadlock: send to it instead, or let it answer first"};
  }

  Input input;
  input.handler = route->name;
  input.payload = payload;
  input.user_id = run.input.user_id;
  input.username = run.input.username;
  input.trace_id = run.input.trace_id;
  input.chain = run.input.chain;
  input.caller_code = run.generation->served_by();
  if (run.entity != nullptr) {
    input.caller = run.entity->id;
    input.chain.push_back(run.entity->id);
  }
  input.unit = parts_.runner.unit_of(run);
  const std::uint64_t sequence = parts_.waits.add_wait(
      run, token, deadline_ms != 0 ? deadline_ms : services_.env.options.call_deadline_ms);
  input.reply = [this, run_id = run.id, sequence](Outcome outcome) {
    services_.shard.post([this, run_id, sequence, outcome = std::move(outcome)]() mutable {
      parts_.waits.complete(run_id, sequence, outcome.code, std::move(outcome.payload));
    });
  };
  if (id.kind.empty()) {
    services_.shard.post([this, name = *route->name, input = std::move(input)]() mutable {
      parts_.runner.run_stateless(name, std::move(input));
    });
  } else {
    parts_.mailboxes.forward(id, std::move(input));
  }
  return success();
}

void Requests::sleep(Run& run, std::uint32_t delay_ms, std::uint64_t token) {
  const std::uint64_t sequence = parts_.waits.add_wait(run, token, 0);
  run.waits.back().deadline = services_.shard.after(delay_ms, [this, run_id = run.id, sequence] {
    parts_.waits.complete(run_id, sequence, Errc::ok, {});
  });
}

void Requests::transfer(Run& run, LedgerTransfer transfer, std::uint64_t token) {
  run.unit.has_reserved = true;
  const std::uint64_t sequence = parts_.waits.add_wait(run, token, 0);
  services_.env.ledger.reserve(parts_.runner.unit_of(run),
                               run.id,
                               std::move(transfer),
                               services_.shard,
                               [this, run_id = run.id, sequence](const Result<>& done) {
                                 parts_.waits.complete(run_id,
                                                       sequence,
                                                       done ? Errc::ok : done.error().code,
                                                       done ? std::string() : done.error().detail);
                               });
}

void Requests::balance(Run& run, std::string account, std::uint64_t token) {
  const std::uint64_t sequence = parts_.waits.add_wait(run, token, 0);
  services_.env.ledger.balance(
      std::move(account),
      services_.shard,
      [this, run_id = run.id, sequence](Result<std::int64_t> balance) {
        if (!balance) {
          parts_.waits.complete(run_id, sequence, balance.error().code, balance.error().detail);
          return;
        }
        const std::int64_t value = *balance;
        parts_.waits.complete(run_id,
                              sequence,
                              Errc::ok,
                              std::string(reinterpret_cast<const char*>(&value), sizeof(value)));
      });
}

Result<> Requests::broadcast(Run& run,
                             std::int64_t op_code,
                             std::string_view payload,
                             std::optional<std::vector<Uuid>> targets) {
  if (run.entity == nullptr || !run.entity->kind().match) {
    return {Errc::failed_precondition,
            "event " + std::to_string(op_code) + ": only a match pushes to its players, and " +
                run.handler().name + " is no match's handler: declare its kind as one"};
  }
  abi::BroadcastEffect effect;
  effect.op_code = op_code;
  effect.targets = std::move(targets);
  const abi::EventContract* event = run.generation->contract().find_event(op_code);
  if (event != nullptr && !event->message.empty()) {
    auto json = run.generation->generation().transcoder->to_json(event->message, payload);
    if (!json) {
      return {json.error().code,
              "event " + std::to_string(op_code) + " is no " + event->message + ": " +
                  json.error().detail};
    }
    effect.data = *std::move(json);
  } else {
    effect.data = payload;
  }
  if (event == nullptr) {
    services_.dead_letters.count(DeadLetter::event_undeclared);
    services_.log.write(
        LogLevel::debug,
        "message.dead_letter",
        LogContext(run, {{"why", name_of(DeadLetter::event_undeclared)}, {"op_code", op_code}}));
  }
  run.effects.outside.emplace_back(std::move(effect));
  return success();
}

}  // namespace serai::runtime
