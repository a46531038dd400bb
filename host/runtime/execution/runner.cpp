#include "runtime/execution/runner.hpp"

#include <algorithm>
#include <utility>

#include "abi/module_calls.hpp"
#include "runtime/log_fields.hpp"
#include "runtime/shard_parts.hpp"

namespace serai::runtime {
namespace {

serai_str borrow(std::string_view text) { return {text.data(), text.size()}; }

constexpr std::size_t kSpareRunsMax = 256;

Errc as_errc(serai_status status) {
  return status < 0 || status > SERAI_UNAUTHENTICATED ? Errc::internal : static_cast<Errc>(status);
}

}  // namespace

Runner::Runner(ShardServices& services, ShardParts& parts)
    : services_(services), parts_(parts), figures_(services) {
  const std::uint64_t seed = services.env.options.seed;
  generator_.seed = seed != 0 ? seed + services.shard.index() : Uuid::make_random().hash();
}

int Runner::resolve(const Entity& entity, const Input& input) const {
  const KindTable& table = entity.table();
  switch (input.trigger) {
    case abi::Trigger::rpc: {
      // The sender may have found the handler in another version. In the entity's version, the
      // handler of this name may belong to another kind, or to none.
      const int index = entity.generation->rpc(input.handler);
      const bool fits =
          index >= 0 && entity.generation->handler(index).kind_index == entity.kind_index;
      return fits ? index : -1;
    }
    case abi::Trigger::join:
      return table.join;
    case abi::Trigger::leave:
      return table.leave;
    case abi::Trigger::tick:
      return table.tick;
    case abi::Trigger::data: {
      const auto found = table.data.find(input.op_code);
      return found == table.data.end() ? -1 : found->second;
    }
    case abi::Trigger::timer: {
      const auto found = table.timers.find(input.timer);
      return found == table.timers.end() ? -1 : found->second;
    }
  }
  return -1;
}

// Clients send match data as JSON or as binary Protobuf. No proto3 message begins with '{', so the
// first byte distinguishes the two.
bool Runner::translate_data(const Entity& entity,
                            const abi::HandlerContract& handler,
                            Input& input) {
  if (!input.from_client || input.trigger != abi::Trigger::data || handler.request.empty())
    return true;
  if (!input.payload.starts_with('{')) return true;
  auto wire = entity.generation->generation().transcoder->to_wire(handler.request, input.payload);
  if (!wire) {
    input.answer(Outcome::refused(
        Errc::invalid_argument, handler.name + ": " + wire.error().detail, entity.served_by()));
    return false;
  }
  input.payload = *std::move(wire);
  return true;
}

void Runner::start(Entity& entity, Input&& input) {
  entity.used_ms = services_.env.clock.now_ms();
  if (input.trigger == abi::Trigger::timer && !parts_.timers.take(entity, input)) return;
  const int handler_index = resolve(entity, input);
  const bool creates = handler_index >= 0 && entity.generation->handler(handler_index).creates;
  if (!entity.born && !creates) {
    const KindRoute route{&entity.id.kind, entity.generation, entity.kind_index};
    return parts_.idempotency.refuse_unknown(route, handler_index, std::move(input));
  }
  if (!entity.born && parts_.bounds.refuse_new_entity(entity, input)) return;
  if (handler_index < 0) return end_unhandled(entity, input);
  const abi::HandlerContract& handler = entity.generation->handler(handler_index);
  if (!translate_data(entity, handler, input)) return;
  if (handler.durable && parts_.bounds.refuse_unwritable(entity, input)) return;
  if (handler.idempotent && input.from_client && look_up_key(entity, input, handler_index)) return;
  execute(entity, std::move(input), handler_index);
}

void Runner::end_unhandled(Entity& entity, Input& input) {
  if (input.trigger == abi::Trigger::join || input.trigger == abi::Trigger::leave) {
    input.answer({});  // a kind without such a handler accepts every join and leave
    return;
  }
  if (input.trigger == abi::Trigger::data) {
    input.answer(Outcome::refused(
        Errc::unimplemented,
        entity.id.kind + " has no handler for op code " + std::to_string(input.op_code),
        entity.served_by()));
    return;
  }
  // The timer is tried again later, because a newer version may have the handler.
  const std::string reason =
      entity.id.kind + " has no such handler in version " + entity.generation->contract().version +
      " of " + entity.generation->contract().name + ", which this one still runs under";
  if (input.trigger == abi::Trigger::timer) return parts_.timers.retry(entity, input, reason);
  input.answer(Outcome::refused(Errc::unimplemented, reason, entity.served_by()));
}

bool Runner::look_up_key(Entity& entity, Input& input, int handler_index) {
  parts_.idempotency.find_idempotency_key(
      *entity.generation, entity.generation->handler(handler_index), input);
  if (input.idempotency_key.empty()) return false;
  if (input.idempotency_key.size() > kIdempotencyKeyMax) {
    input.answer(Outcome::refused(Errc::invalid_argument, kKeyTooLong, entity.served_by()));
  } else {
    parts_.idempotency.look_up_answer(entity, std::move(input), handler_index);
  }
  return true;
}

void Runner::execute(Entity& entity, Input&& input, int handler_index) {
  RunPtr run = take_run(*entity.generation, handler_index, std::move(input));
  run->entity = &entity;
  ++entity.runs;
  if (!entity.born) {
    services_.quotas.charge(
        run->input.user_id, PlayerQuotas::Use::entities, 1, services_.env.clock.steady_us());
  }
  run->generator = &entity.host.generator;
  run->unit.id = run->input.unit;
  fill_message(*run);
  if (run->input.trigger == abi::Trigger::tick) run->message.tick = entity.host.tick++;
  const serai_status status = enter(*run);
  after_handler(std::move(run), status);
}

// The handler is looked up again: a swap may have changed the directory since the caller did it.
void Runner::run_stateless(std::string_view name, Input&& input) {
  if (const auto now = services_.directory->handler({}, name)) {
    run_stateless(services_.directory->choose(*now, input.user_id), std::move(input));
  } else {
    input.answer(Outcome::refused(unknown_rpc()));
  }
}

void Runner::run_stateless(const RpcRoute& route, Input&& input) {
  if (parts_.mailboxes.refuse_when_shutting_down(input) || parts_.bounds.refuse_over_quota(input))
    return;
  if (parts_.barrier.queue(route, input)) return;
  RunPtr run = take_run(*route.generation, route.handler_index, std::move(input));
  run->generator = &generator_;
  run->unit.id = run->input.unit;
  fill_message(*run);
  const serai_status status = enter(*run);
  after_handler(std::move(run), status);
}

RunPtr Runner::take_run(LoadedGeneration& generation, int handler_index, Input&& input) {
  RunPtr run;
  if (spare_runs_.empty()) {
    run = std::make_unique<Run>();
    run->parts = &parts_;
  } else {
    run = std::move(spare_runs_.back());
    spare_runs_.pop_back();
  }
  run->generation = &generation;
  run->handler_index = handler_index;
  run->input = std::move(input);
  run->id = (static_cast<std::uint64_t>(services_.shard.index()) << 48) | next_run_++;
  ++generation.figures(services_.shard.index()).pins;
  return run;
}

void Runner::recycle(RunPtr run) {
  if (run->frame != nullptr) {
    const abi::Generation& generation = run->generation->generation();
    serai_frame* frame = std::exchange(run->frame, nullptr);
    static const std::string kCancelling = "cancel";
    const Watched watched(services_.watch, kCancelling, generation.id, services_.env);
    log_exceptions(
        generation, kCancelling, [&] { generation.entry->cancel(generation.instance, frame); });
  }
  parts_.waits.forget(*run);
  --run->generation->figures(services_.shard.index()).pins;
  parts_.retirement.note_dropped();
  parts_.barrier.note_ended();
  run->reset();
  if (spare_runs_.size() < kSpareRunsMax) spare_runs_.push_back(std::move(run));
}

void Runner::fill_message(Run& run) {
  run.now_ms = services_.env.clock.now_ms();
  serai_message& message = run.message;
  message.struct_size = sizeof(message);
  message.handler = static_cast<std::uint32_t>(run.handler_index);
  if (run.entity != nullptr) {
    message.entity_kind = borrow(run.entity->id.kind);
    message.entity_key = borrow(run.entity->id.key);
  }
  if (!run.input.user_id.is_nil()) {
    run.input.user_id.write_text(run.user_text);
    message.user_id = {run.user_text.data(), run.user_text.size()};
  }
  if (!run.input.session_id.is_nil()) {
    run.input.session_id.write_text(run.session_text);
    message.session_id = {run.session_text.data(), run.session_text.size()};
  }
  message.username = borrow(run.input.username);
  message.caller_kind = borrow(run.input.caller.kind);
  message.caller_key = borrow(run.input.caller.key);
  message.payload = {run.input.payload.data(), run.input.payload.size()};
  message.now_ms = run.now_ms;
  message.op_code = run.input.trigger == abi::Trigger::data ? run.input.op_code : 0;
  const bool timer = run.input.trigger == abi::Trigger::timer;
  message.timer_id = timer ? static_cast<std::uint64_t>(run.input.op_code) : 0;
}

// Starts the watchdog's and count()'s measurement; returns its begin on the steady clock.
std::int64_t Runner::watch(const Run& run) {
  const std::uint32_t declared = run.handler().budget_ms;
  const std::int64_t now = services_.env.clock.steady_us();
  services_.watch.enter(run.generation->handler_name(run.handler_index),
                        run.generation->generation().id,
                        declared != 0 ? declared : services_.env.options.handler_budget_ms,
                        now);
  return now;
}

serai_status Runner::enter(Run& run) {
  const abi::Generation& generation = run.generation->generation();
  const std::int64_t began = watch(run);
  run.began_us = began;
  std::string thrown;
  const abi::EnterCall entered(&run);
  const serai_status status = guarded(generation, thrown, [&] {
    return generation.entry->handle(generation.instance,
                                    run.entity == nullptr ? nullptr : run.entity->state,
                                    &run,
                                    &run.message,
                                    &run.frame);
  });
  parts_.figures.count(run, began);
  return run.judged(status, std::move(thrown));
}

serai_status Runner::reenter(Run& run, const serai_completion& completion) {
  const abi::Generation& generation = run.generation->generation();
  run.now_ms = services_.env.clock.now_ms();
  const std::int64_t began = watch(run);
  serai_frame* frame = std::exchange(run.frame, nullptr);
  std::string thrown;
  const abi::EnterCall entered(&run);
  const serai_status status = guarded(generation, thrown, [&] {
    return generation.entry->resume(generation.instance,
                                    run.entity == nullptr ? nullptr : run.entity->state,
                                    &run,
                                    frame,
                                    &completion);
  });
  if (status == SERAI_PENDING) run.frame = frame;
  parts_.figures.count(run, began);
  return run.judged(status, std::move(thrown));
}

void Runner::after_handler(RunPtr run, serai_status status) {
  if (status != SERAI_PENDING) {
    finish(std::move(run), status);
    return;
  }
  if (run->waits.empty() || run->frame == nullptr) {
    run->error_text = run->handler().name +
                      " waits for nothing: it returned SERAI_PENDING without a frame, or without a "
                      "call, sleep, transfer or balance that it began and still waits for";
    finish(std::move(run), SERAI_INTERNAL);
    return;
  }
  keep_waiting(std::move(run));
}

void Runner::keep_waiting(RunPtr run) {
  run->unrepeatable = true;  // the input log does not have the answers to waits
  parts_.waits.keep(*run);
  if (run->entity != nullptr) {
    run->entity->enter(Entity::Phase::waiting);
    run->entity->run = std::move(run);
  } else {
    keep_stateless(std::move(run));
  }
}

void Runner::finish(RunPtr run, serai_status status) {
  parts_.waits.drop_waits(*run);
  if (services_.log.enabled(LogLevel::trace)) {
    services_.log.write(LogLevel::trace, "handler.ran", LogContext(*run, {{"status", status}}));
  }
  if (status == SERAI_OK) {
    succeed(std::move(run));
  } else {
    fail(std::move(run), status);
  }
}

void Runner::succeed(RunPtr run) {
  Entity* entity = run->entity;
  if (!render_reply(*run)) {
    fail(std::move(run), SERAI_INTERNAL);
    return;
  }
  if (!parts_.bounds.keeps_bounds(*run)) {
    fail(std::move(run), SERAI_RESOURCE_EXHAUSTED);
    return;
  }
  parts_.figures.count_outcome(*run, SERAI_OK);
  const bool durable = run->handler().durable || run->unit.has_reserved || run->unit.has_writes ||
                       run->input.outbox_id != 0;
  if (entity != nullptr) {
    parts_.undo.record(*entity, *run);
    if (const serai_status saved = parts_.undo.remember(*entity, *run, durable);
        saved != SERAI_OK) {
      fail(std::move(run), saved);
      return;
    }
    parts_.committer.apply_to_host_state(*entity, *run);
    if (!std::exchange(entity->born, true)) parts_.timers.arm_tick(*entity);
    parts_.journal.note(*entity, *run, durable || run->effects.close);
  }
  if (durable) {
    parts_.committer.commit(std::move(run));
    return;
  }
  if (run->unit.is_root) services_.env.store.finish(run->unit.id);
  if (entity == nullptr) {
    parts_.effects.flush(*run);
    recycle(std::move(run));
    return;
  }
  if (run->effects.close) {
    parts_.committer.commit(std::move(run));  // the commit erases the ended entity from storage
    return;
  }
  entity->writes.dirtied_by = run->input.user_id;
  parts_.write_behind.mark_dirty(*entity);
  entity->pending_effects.push_back({std::move(run), true});
  parts_.effects.flush_in_order(*entity);
}

// A module that returns the status with which the host refused a request gets the host's reason as
// its error text, unless it has set its own. The reason of an exceeded limit always stays, because
// it names the limit.
void Runner::give_reason(Run& run, serai_status status) {
  const bool passed_on = status == run.refused && !run.refusal.empty();
  if (passed_on && (run.error_text.empty() || status == SERAI_RESOURCE_EXHAUSTED)) {
    run.error_text = run.refusal;
  }
  if (run.error_text.empty()) {
    run.error_text =
        run.handler().name + " ended with status " + std::to_string(status) + " and gave no reason";
  }
}

void Runner::drop_message(Run& run) {
  services_.log.write(
      LogLevel::warn, "message.refused", LogContext(run, {{"error", run.error_text}}));
  services_.dead_letters.count(DeadLetter::send_refused);
  Writes writes;
  writes.outbox_done.push_back(run.input.outbox_id);
  services_.env.store.stage(
      unit_of(run), std::move(writes), services_.shard, [](const Result<>&) {});
}

void Runner::fail(RunPtr run, serai_status status) {
  give_reason(*run, status);
  parts_.figures.count_outcome(*run, status);
  if (is_fault(status)) {
    run->generation->figures(services_.shard.index())
        .failures.fetch_add(1, std::memory_order_relaxed);
    CallerCell::add_one(parts_.figures.cell_of(*run).failures);
    services_.log.write(LogLevel::error,
                        "handler.failed",
                        LogContext(*run, {{"status", status}, {"error", run->error_text}}));
  }
  run->effects.clear();
  Entity* entity = run->entity;
  if (run->unit.has_reserved) services_.env.ledger.cancel(run->unit.id, run->id);
  if (run->input.outbox_id != 0 && status != SERAI_UNAVAILABLE) drop_message(*run);
  if (run->unit.is_root) services_.env.store.finish(run->unit.id);
  const Result<> restored = entity == nullptr ? success() : parts_.undo.restore(*entity);
  if (run->input.trigger == abi::Trigger::timer) {
    if (restored) parts_.timers.retry(*entity, run->input, run->error_text);
    // An entity that cannot be restored is evicted below; evict() saves the timer's tries.
    if (!restored) parts_.timers.put_back(*entity, run->input, run->error_text);
  }
  run->input.answer(
      Outcome::refused(as_errc(status), std::move(run->error_text), run->generation->served_by()));
  if (entity != nullptr && status == SERAI_UNAVAILABLE) {
    parts_.mailboxes.try_again_later(entity->id, run->input);
  }
  recycle(std::move(run));
  if (entity != nullptr) go_on_after_failure(*entity, restored);
}

void Runner::go_on_after_failure(Entity& entity, const Result<>& restored) {
  if (!restored) {
    services_.log.write(LogLevel::error,
                        "entity.not_restored",
                        LogContext(entity, {{"error", restored.error().detail}}));
    parts_.committer.evict(entity, restored.error().detail, entity.pending_effects.size());
  } else if (!entity.born) {
    entity.enter(Entity::Phase::gone);  // the handler that should create the entity has failed
  } else {
    entity.enter(Entity::Phase::ready);
  }
}

UnitId Runner::unit_of(Run& run) {
  if (run.unit.id == 0) {
    run.unit.id = services_.env.store.next_unit();
    run.unit.is_root = true;
  }
  return run.unit.id;
}

bool Runner::render_reply(Run& run) const {
  const abi::HandlerContract& handler = run.handler();
  if (handler.trigger != abi::Trigger::rpc || !run.input.from_client || handler.reply.empty())
    return true;
  auto json = run.generation->generation().transcoder->to_json(handler.reply, run.reply);
  if (!json) {
    run.error_text = handler.name + " answered bytes that are no " + handler.reply;
    return false;
  }
  run.reply = *std::move(json);
  return true;
}

void Runner::keep_stateless(RunPtr run) {
  const std::uint64_t id = run->id;
  stateless_[id] = std::move(run);
}

RunPtr Runner::take_stateless(std::uint64_t run_id) {
  auto node = stateless_.extract(run_id);
  return node.empty() ? nullptr : std::move(node.mapped());
}

}  // namespace serai::runtime
