#include "runtime/commit/effect_flusher.hpp"

#include <algorithm>
#include <utility>

#include "runtime/log_fields.hpp"
#include "runtime/shard_parts.hpp"

namespace serai::runtime {
namespace {

// Messages beyond this wait in the outbox for the next start.
constexpr std::size_t kUndeliverableMax = 1'024;
constexpr std::size_t kUndeliverableBytesMax = std::size_t{1} << 20;

}  // namespace

void EffectFlusher::redeliver(std::vector<OutboxMessage> messages) {
  for (OutboxMessage& message : messages) {
    const KindRoute* sender = services_.directory->kind(message.caller_kind);
    forward(
        std::move(message), sender == nullptr ? nullptr : &sender->generation->generation(), {});
  }
}

void EffectFlusher::retry_undeliverable() {
  undeliverable_bytes_ = 0;
  for (Undeliverable& one : std::exchange(undeliverable_, {})) {
    if (services_.directory->handler(one.message.target.kind, one.message.handler)) {
      forward(std::move(one.message), nullptr, one.sent_by);
    } else {
      undeliverable_bytes_ += one.message.payload.size();
      undeliverable_.push_back(std::move(one));
    }
  }
}

void EffectFlusher::flush_in_order(Entity& entity) {
  while (!entity.pending_effects.empty() && entity.pending_effects.front().committed) {
    RunPtr run = std::move(entity.pending_effects.front().run);
    entity.pending_effects.pop_front();
    flush(*run);
    parts_.runner.recycle(std::move(run));
  }
}

// The answer comes first: for a join, it adds the player to the stream, so that the player gets the
// handler's broadcasts.
void EffectFlusher::flush(Run& run) {
  parts_.committer.answer_commit(run, success());
  for (abi::OutsideEffect& effect : run.effects.outside) flush_one(run, std::move(effect));
}

void EffectFlusher::flush_one(const Run& run, abi::OutsideEffect effect) {
  Streams& streams = services_.streams();
  if (const auto* broadcast = std::get_if<abi::BroadcastEffect>(&effect)) {
    MatchData data;
    data.op_code = broadcast->op_code;
    data.data = broadcast->data;
    std::optional<std::span<const Uuid>> targets;
    if (broadcast->targets) targets = std::span<const Uuid>(*broadcast->targets);
    const std::uint32_t reached = streams.send_match_data(run.entity->stream(), data, targets);
    if (reached == 0 && targets) {
      services_.dead_letters.count(DeadLetter::event_unheard);
      services_.log.write(
          LogLevel::debug,
          "message.dead_letter",
          LogContext(run,
                     {{"why", name_of(DeadLetter::event_unheard)}, {"op_code", data.op_code}}));
    }
  } else if (const auto* kick = std::get_if<abi::KickEffect>(&effect)) {
    parts_.matches.kick(*run.entity, kick->session_id);
  } else if (auto* message = std::get_if<OutboxMessage>(&effect)) {
    forward(std::move(*message), &run.generation->generation(), run.generation->served_by());
  } else if (const auto* notification = std::get_if<Notification>(&effect)) {
    streams.notify(*notification);
  }
}

void EffectFlusher::forward(OutboxMessage message,
                            const abi::Generation* sender,
                            const ServedBy& sent_by) {
  const auto route = services_.directory->handler(message.target.kind, message.handler);
  if (!route) {
    services_.dead_letters.count(DeadLetter::send_unroutable);
    services_.log.write(LogLevel::error,
                        "message.undeliverable",
                        LogContext(sender,
                                   {{"caller_kind", message.caller_kind},
                                    {"caller_key", message.caller_key},
                                    {"kind", message.target.kind},
                                    {"key", message.target.key},
                                    {"handler", message.handler}}));
    if (undeliverable_bytes_ + message.payload.size() > kUndeliverableBytesMax ||
        undeliverable_.size() == kUndeliverableMax) {
      return;
    }
    undeliverable_bytes_ += message.payload.size();
    undeliverable_.push_back({std::move(message), sent_by});
    return;
  }
  Input input;
  input.handler = route->name;
  input.payload = std::move(message.payload);
  input.caller = {std::move(message.caller_kind), std::move(message.caller_key)};
  input.caller_code = sent_by;
  input.outbox_id = message.id;
  if (const auto user = Uuid::parse(message.user_id)) input.user_id = *user;
  input.trace_id = message.trace_id;
  parts_.mailboxes.forward(message.target, std::move(input));
}

}  // namespace serai::runtime
